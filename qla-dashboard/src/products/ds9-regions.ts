import { icrsFromFk5, icrsFromGalactic, parseAngle, positionAngle } from '@heavens/science/sky'
import { type Region, sizesOf } from './image-region.js'

/** What a region file holds: regions that are taken, and lines that are not, each with the reason. */
export interface Ds9Reading {
  regions: Region[]
  refused: string[]
}

/** Degrees in one of the units that may follow a size. */
const UNITS: Readonly<Record<string, number>> = { '"': 1 / 3600, "'": 1 / 60, 'd': 1, '°': 1, 'r': 180 / Math.PI }
const FRAMES: Readonly<Record<string, 'icrs' | 'fk5' | 'galactic' | 'image'>> = { icrs: 'icrs', fk5: 'fk5', j2000: 'fk5', galactic: 'galactic', image: 'image', physical: 'image' }
const OTHER_FRAMES = /^(fk4|b1950|ecliptic|detector|amplifier|linear|wcs[a-z]?)$/i

/**
 * Regions of a DS9 file: circles, annuli and boxes in ICRS, FK5, galactic or image coordinates. Lines of the file are
 *
 *     # remark  |  global …  |  icrs  |  circle(83.633,22.0145,1800")  # background
 *
 * with `;` as good as a new line. An annulus of several radii is as many annuli.
 *
 * @param sky  whether the picture has coordinates: only then have frames of the sky a meaning, and only else those of the image
 */
export function regionsFromDs9(text: string, sky: boolean): Ds9Reading {
  const reading: Ds9Reading = { regions: [], refused: [] }
  // A file that names no frame counts pixels.
  let frame: (typeof FRAMES)[string] | null = 'image'
  for (const line of linesOf(text)) {
    const [body, remark] = [line.replace(/#.*$/, '').trim(), /#(.*)$/.exec(line)?.[1] ?? '']
    if (body === '' || /^global\b/i.test(body)) continue
    const word = body.toLowerCase()
    if (FRAMES[word] || OTHER_FRAMES.test(word)) { frame = FRAMES[word] ?? null; continue }
    try {
      if (!frame) throw new Error('its frame is none of icrs, fk5, galactic and image')
      if ((frame === 'image') === sky) throw new Error(sky ? 'it is in pixels, and this list is in degrees' : 'it is on the sky, and this picture has no coordinates')
      reading.regions.push(...shapesOf(body, frame, /\bbackground\b/.test(remark)))
    } catch (error) {
      reading.refused.push(`${body.slice(0, 60)}: ${(error as Error).message}`)
    }
  }
  return reading
}

/** Lines, and parts of lines between semicolons; a remark goes to the end of its line. */
function linesOf(text: string): string[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const at = line.indexOf('#')
    const parts = (at < 0 ? line : line.slice(0, at)).split(';')
    return at < 0 ? parts : [...parts.slice(0, -1), `${parts.at(-1)}${line.slice(at)}`]
  })
}

function shapesOf(body: string, frame: 'icrs' | 'fk5' | 'galactic' | 'image', off: boolean): Region[] {
  const parts = /^\+?([a-z]+)\s*\(([^)]*)\)$/i.exec(body)
  if (!parts) throw new Error(body.startsWith('-') ? 'parts that are cut out are not supported' : 'it is not a region')
  const shape = parts[1]!.toLowerCase()
  const values = parts[2]!.split(/,|\s+(?=[\d.+-])/).map((v) => v.trim()).filter(Boolean)
  if (!['circle', 'annulus', 'box'].includes(shape)) throw new Error(`${shape} is none of circle, annulus and box`)
  if (values.length < (shape === 'circle' ? 3 : 4)) throw new Error('it has too few numbers')
  const [lon, lat] = positionOf(values[0]!, values[1]!, frame)
  const size = (text: string): number => sizeOf(text, frame === 'image')
  const base = { lon, lat, ...(off ? { off: true as const } : {}) }
  if (shape === 'circle') return [{ shape, ...base, radius: size(values[2]!) }]
  if (shape === 'annulus') {
    const radii = values.slice(2).map(size)
    return radii.slice(1).map((outer, k) => {
      if (outer <= radii[k]!) throw new Error('its radii do not rise')
      return { shape, ...base, inner: radii[k]!, outer }
    })
  }
  if (values.length > 5) throw new Error('a box has one width and one height')
  const given = values[4] === undefined ? 0 : Number.parseFloat(values[4])
  if (!Number.isFinite(given)) throw new Error('its angle is no number')
  // The angle of a galactic box counts from galactic coordinates, ours from those of ICRS.
  const angle = frame === 'galactic' ? (given + positionAngle(lon, lat, ...icrsFromGalactic(0, 90))) % 360 : given
  return [{ shape: 'box', ...base, width: size(values[2]!), height: size(values[3]!), ...(angle ? { angle } : {}) }]
}

function positionOf(x: string, y: string, frame: 'icrs' | 'fk5' | 'galactic' | 'image'): readonly [number, number] {
  if (frame === 'image') return [numberOf(x), numberOf(y)]
  if (frame === 'galactic') return icrsFromGalactic(numberOf(x.replace(/d$/i, '')), numberOf(y.replace(/d$/i, '')))
  const [ra, dec] = [parseAngle(x, 'ra'), parseAngle(y, 'dec')]
  return frame === 'icrs' ? [ra, dec] : icrsFromFk5(ra, dec)
}

function sizeOf(text: string, pixels: boolean): number {
  const unit = pixels ? undefined : UNITS[text.at(-1)!]
  const value = numberOf(unit === undefined ? text : text.slice(0, -1)) * (unit ?? 1)
  if (!(value >= 0)) throw new Error(`${text} is no size`)
  return value
}

function numberOf(text: string): number {
  const value = Number(text)
  if (text === '' || !Number.isFinite(value)) throw new Error(`${text} is not a number`)
  return value
}

/** Regions as the text of a DS9 file: sizes in arc seconds, or pixels of a picture without coordinates. */
export function regionsToDs9(regions: readonly Region[], sky: boolean): string {
  const place = (v: number): string => String(Number(v.toFixed(sky ? 7 : 3)))
  const lines = regions.map((r) => {
    const [a, b, angle] = sizesOf(r) as [number, number | undefined, number | undefined]
    const sizes = [a, b].filter((v) => v !== undefined).map((v) => (sky ? `${(v * 3600).toFixed(3)}"` : place(v)))
    return `${r.shape}(${[place(r.lon), place(r.lat), ...sizes, ...(r.shape === 'box' ? [place(angle ?? 0)] : [])].join(',')})${r.off ? ' # background' : ''}`
  })
  return ['# Region file format: DS9 version 4.1', sky ? 'icrs' : 'image', ...lines, ''].join('\n')
}
