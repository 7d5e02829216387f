import type { Product } from '@heavens/schemas'
import { bytesSource, openFits, readImage, readTable } from '@heavens/science/fits'
import type { FitsFile, FitsHdu } from '@heavens/science/fits'
import { liMaSignificance } from '@heavens/science/statistics'

/** One line of the numbers that matter: counts of one product in one band. */
export interface KeyNumber {
  product: 'light curve' | 'spectrum' | 'image'
  instrument: string
  group?: string
  /** keV; absent: all channels */
  band?: { id: string; eMin: number; eMax: number }
  counts: number
  /** live seconds; undefined: not known */
  exposure: number | undefined
  /** standard deviations, and over what */
  significance?: { sigma: number; over: string }
}

/** What the files of an analysis say, collected file by file. */
export interface KeyNumbers {
  rows: KeyNumber[]
  /** what the files were made without, in words */
  approximations: string[]
  simulated: boolean
  /** Read a file; anything that is no light curve, spectrum, background or image is passed over. */
  read(product: Product, bytes: Uint8Array): Promise<void>
}

interface Background { counts: number; exposure: number; scale: number }

/** Numbers are read back from the files as they were written, so that the report says what the files say. */
export function keyNumbers(): KeyNumbers {
  const backgrounds = new Map<string, Background>()
  const out: KeyNumbers = {
    rows: [], approximations: [], simulated: false,
    async read(product, bytes) {
      if (!['light-curve', 'spectrum', 'background', 'image'].includes(product.kind)) return
      const file = await openFits(bytesSource(bytes), product.path)
      const { header } = file.hdus[0]!
      if (header.get('SIMDATA') === true) out.simulated = true
      const { instrument, group } = product
      if (header.get('IRFUSED') === false) say(out, `${instrument}: no response functions were given to it, so its exposures rest on assumed ones.`)
      const place = { instrument, ...(group === undefined ? {} : { group }) }
      const where = `${instrument}${group === undefined ? '' : ` ${group}`}`
      if (product.kind === 'background') backgrounds.set(where, await readBackground(file))
      else if (product.kind === 'spectrum') {
        const { row, response } = await readSpectrum(file, backgrounds.get(where))
        out.rows.push({ ...row, ...place })
        if (!response) say(out, `${where}: no response matrix is known for this time, so its spectrum gives counts in channels; no fluxes can be taken from it.`)
      } else if (product.kind === 'light-curve') {
        for (const row of await readCurves(file)) out.rows.push({ ...row, ...place })
        say(out, aboutCurves(file, where))
      } else {
        for (const row of await readImages(file)) out.rows.push({ ...row, ...place })
        if (file.hdus[0]!.header.get('EXPOMAP') !== true) say(out, `${where}: its pointing is not known for all of the time, so its image has no exposure map.`)
        say(out, 'The significance in an image compares a disc with a ring around it: Li & Ma (1983), without a model of the point-spread function.')
      }
    },
  }
  return out
}

function say(out: KeyNumbers, sentence: string): void {
  if (!out.approximations.includes(sentence)) out.approximations.push(sentence)
}

async function countsOf(file: FitsFile, hdu: FitsHdu): Promise<number> {
  const { columns } = await readTable(file, hdu, { columns: ['COUNTS'] })
  let sum = 0
  for (const n of columns['COUNTS']!.values as Int32Array) sum += n
  return sum
}

async function readBackground(file: FitsFile): Promise<Background> {
  const hdu = file.hdu('SPECTRUM')!
  return { counts: await countsOf(file, hdu), exposure: hdu.header.number('EXPOSURE'), scale: hdu.header.number('BACKSCAL', 1) }
}

type Row = Omit<KeyNumber, 'instrument' | 'group'>

async function readSpectrum(file: FitsFile, background: Background | undefined): Promise<{ row: Row; response: boolean }> {
  const hdu = file.hdu('SPECTRUM')!
  const exposure = hdu.header.number('EXPOSURE')
  const row: Row = { product: 'spectrum', counts: await countsOf(file, hdu), exposure }
  if (background !== undefined && background.exposure > 0) {
    const alpha = (exposure * hdu.header.number('BACKSCAL', 1)) / (background.exposure * background.scale)
    row.significance = { sigma: liMaSignificance(row.counts, background.counts, alpha), over: 'its background' }
  }
  return { row, response: hdu.header.string('RESPFILE', 'none').toLowerCase() !== 'none' }
}

async function readCurves(file: FitsFile): Promise<Row[]> {
  const rows: Row[] = []
  for (const hdu of file.hdus) {
    // Fluxes have no counts.
    if (hdu.name === 'RATE' && hdu.header.string('HDUCLAS3', '') !== 'FLUX') rows.push({ product: 'light curve', band: bandOf(hdu), counts: await countsOf(file, hdu), exposure: hdu.header.number('EXPOSURE') })
  }
  return rows
}

function aboutCurves(file: FitsFile, where: string): string {
  const header = file.hdu('RATE')?.header
  if (header?.string('HDUCLAS3', '') === 'FLUX') return `${where}: its light curves are fluxes as they were published, not made from counts here.`
  if (header?.get('BACKAPP') === true) return `${where}: its light curves are the excess over a background counted beside the source; dead time is corrected, vignetting is not.`
  return 'Light curves are counts as they came: no background is taken off and vignetting is not corrected; dead time is.'
}

async function readImages(file: FitsFile): Promise<Row[]> {
  const rows: Row[] = []
  // Where EXPOSURE is in cm² s, live seconds stand in LIVETIME.
  const exposures = file.hdu('LIVETIME') ?? file.hdu('EXPOSURE')
  const exposure = exposures === undefined ? undefined : middle(await readImage(file, exposures))
  for (const hdu of file.hdus) {
    if (hdu.name !== 'COUNTS') continue
    const { values } = await readImage(file, hdu)
    let counts = 0
    for (const n of values as Int32Array) counts += n
    const version = hdu.header.get('EXTVER')
    const significance = file.hdus.find((other) => other.name === 'SIGNIFICANCE' && other.header.get('EXTVER') === version)
    const sigma = significance === undefined ? NaN : middle(await readImage(file, significance))
    rows.push({ product: 'image', band: bandOf(hdu), counts, exposure, ...(Number.isFinite(sigma) ? { significance: { sigma, over: 'a ring, at the target' } } : {}) })
  }
  return rows
}

function bandOf({ header }: FitsHdu): NonNullable<KeyNumber['band']> {
  return { id: header.string('BANDID', ''), eMin: header.number('E_MIN'), eMax: header.number('E_MAX') }
}

/** The target lies in the middle pixel: sides are odd. */
function middle({ shape: [width = 0, height = 0], values }: { shape: number[]; values: ArrayLike<number | bigint> }): number {
  return Number(values[Math.floor(height / 2) * width + Math.floor(width / 2)])
}
