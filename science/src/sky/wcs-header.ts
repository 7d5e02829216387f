import { HeavensError } from '@heavens/schemas'
import type { CardInput, FitsHeader } from '../fits/types.js'
import { PROJECTIONS, type ProjectionCode } from './projections.js'
import { makeWcs, type SkyFrame, type Wcs } from './wcs.js'

const FRAMES: Readonly<Record<string, SkyFrame>> = { 'RA--DEC-': 'icrs', GLONGLAT: 'galactic' }

/**
 * The celestial coordinates of an image from its header: CTYPEn, CRPIXn, CRVALn, and CDi_j, or CDELTn with PCi_j or CROTA2;
 * LONPOLE, LATPOLE. FK5 and ICRS are taken as one.
 *
 * @throws HeavensError file-unusable when the first two axes are not longitude and latitude in a projection known here
 */
export function wcsFromHeader(header: Pick<FitsHeader, 'get'>): Wcs {
  const number = (keyword: string): number | undefined => {
    const value = header.get(keyword)
    return value === undefined || value === null || value === '' || !Number.isFinite(Number(value)) ? undefined : Number(value)
  }
  const types = ['CTYPE1', 'CTYPE2'].map((keyword) => String(header.get(keyword) ?? '').trim().toUpperCase().padEnd(8))
  const frame = FRAMES[types.map((type) => type.slice(0, 4)).join('')]
  const code = types[0]!.slice(5, 8).trim()
  const drawn = (text: string): text is ProjectionCode => Object.hasOwn(PROJECTIONS, text)
  if (!frame || !drawn(code) || types[1]!.slice(5, 8) !== code) throw unusable(`its axes are ${types.map((type) => type.trim() || '(none)').join(' and ')}, not right ascension and declination or galactic coordinates in ${Object.keys(PROJECTIONS).join(', ')}`)
  // Slant orthographic and the like are other maps under the same name.
  for (const keyword of ['PV2_1', 'PV2_2']) if (number(keyword)) throw unusable(`its projection has the parameter ${keyword}, which is not read here`)
  const needed = (keyword: string): number => {
    const value = number(keyword)
    if (value === undefined) throw unusable(`${keyword} is absent`)
    return value
  }
  const names = ['1_1', '1_2', '2_1', '2_2']
  const cd = names.map((name) => number(`CD${name}`))
  const matrix = (values: readonly (number | undefined)[], diagonal: number): [number, number, number, number] => [values[0] ?? diagonal, values[1] ?? 0, values[2] ?? 0, values[3] ?? diagonal]
  const byCd = cd.some((value) => value !== undefined)
  const cdelt: [number, number] = byCd ? [1, 1] : [needed('CDELT1'), needed('CDELT2')]
  const turned = number('CROTA2')
  let pc = byCd ? matrix(cd, 0) : matrix(names.map((name) => number(`PC${name}`)), 1)
  if (!byCd && turned && names.every((name) => header.get(`PC${name}`) === undefined)) {
    const [c, s] = [Math.cos((turned * Math.PI) / 180), Math.sin((turned * Math.PI) / 180)]
    pc = [c, (-s * cdelt[1]) / cdelt[0], (s * cdelt[0]) / cdelt[1], c]
  }
  const lonpole = number('LONPOLE')
  const latpole = number('LATPOLE')
  return makeWcs({
    projection: code,
    crpix: [needed('CRPIX1'), needed('CRPIX2')],
    crval: [needed('CRVAL1'), needed('CRVAL2')],
    cdelt,
    pc,
    frame,
    ...(lonpole === undefined ? {} : { lonpole }),
    ...(latpole === undefined ? {} : { latpole }),
  })
}

/** Cards that say the same as a Wcs. */
export function wcsCards(wcs: Wcs): CardInput[] {
  const [lon, lat] = wcs.frame === 'icrs' ? ['RA---', 'DEC--'] : ['GLON-', 'GLAT-']
  const cards: CardInput[] = [
    ['CTYPE1', `${lon}${wcs.projection}`, 'axis 1'],
    ['CTYPE2', `${lat}${wcs.projection}`, 'axis 2'],
    ['CRPIX1', wcs.crpix[0], 'reference pixel, first centre is 1'],
    ['CRPIX2', wcs.crpix[1], 'reference pixel, first centre is 1'],
    ['CRVAL1', wcs.crval[0], '[deg] longitude of the reference pixel'],
    ['CRVAL2', wcs.crval[1], '[deg] latitude of the reference pixel'],
    ['CDELT1', wcs.cdelt[0], '[deg] per pixel'],
    ['CDELT2', wcs.cdelt[1], '[deg] per pixel'],
    ['CUNIT1', 'deg', 'unit of axis 1'],
    ['CUNIT2', 'deg', 'unit of axis 2'],
    ['LONPOLE', wcs.lonpole, '[deg] native longitude of the celestial pole'],
    ['LATPOLE', wcs.latpole, '[deg] native latitude of the celestial pole'],
  ]
  const unit = wcs.pc[0] === 1 && wcs.pc[1] === 0 && wcs.pc[2] === 0 && wcs.pc[3] === 1
  if (!unit) cards.push(['PC1_1', wcs.pc[0]], ['PC1_2', wcs.pc[1]], ['PC2_1', wcs.pc[2]], ['PC2_2', wcs.pc[3]])
  if (wcs.frame === 'icrs') cards.push(['RADESYS', 'ICRS', 'celestial frame'])
  return cards
}

function unusable(reason: string): HeavensError {
  return new HeavensError('file-unusable', { file: 'The image', reason })
}
