import { readImage, readTable } from '@heavens/science/fits'
import type { FitsFile, FitsHdu } from '@heavens/science/fits'
import { liMaSignificance, onOffUpperLimit, poissonUpperLimit } from '@heavens/science/statistics'
import { LIMIT_LEVEL } from '../products/curve-rates.js'
import type { KeyNumber, Measured } from './key-numbers.js'

/** Significance [σ] below which a source is not seen, and an upper limit is told. */
const UNSEEN = 2

type Row = Omit<KeyNumber, 'instrument' | 'group'>

/** Counts of a background, its live seconds and BACKSCAL. */
export interface Background {
  counts: number
  exposure: number
  scale: number
}

export async function readBackground(file: FitsFile): Promise<Background> {
  const hdu = file.hdu('SPECTRUM')!
  return { counts: sum((await columnOf(file, hdu, 'COUNTS')) ?? []), exposure: hdu.header.number('EXPOSURE'), scale: hdu.header.number('BACKSCAL', 1) }
}

/** A spectrum, over its background where there is one; and whether it names a response. */
export async function readSpectrum(file: FitsFile, background: Background | undefined): Promise<{ row: Row; response: boolean }> {
  const hdu = file.hdu('SPECTRUM')!
  const { header } = hdu
  const exposure = header.number('EXPOSURE')
  const counts = sum((await columnOf(file, hdu, 'COUNTS')) ?? [])
  const row: Row = { product: 'spectrum', counts, exposure, ...rateOf(counts, exposure) }
  if (header.has('SIGNIF')) row.significance = { sigma: header.number('SIGNIF'), over: 'its background' }
  else if (background !== undefined && background.exposure > 0) {
    const alpha = (exposure * header.number('BACKSCAL', 1)) / (background.exposure * background.scale)
    row.significance = { sigma: liMaSignificance(counts, background.counts, alpha), over: 'its background' }
  }
  return { row, response: header.string('RESPFILE', 'none').toLowerCase() !== 'none' }
}

/** The curves of a file, one for each band. */
export async function readCurves(file: FitsFile): Promise<Row[]> {
  const rows: Row[] = []
  for (const hdu of file.hdus) {
    if (hdu.name !== 'RATE') continue
    const counts = await columnOf(file, hdu, 'COUNTS')
    rows.push({ product: 'light curve', band: bandOf(hdu), ...(counts === undefined ? await fluxes(file, hdu) : await counted(file, hdu, sum(counts))) })
  }
  return rows
}

/** Images of each band at the target. */
export async function readImages(file: FitsFile): Promise<Row[]> {
  const rows: Row[] = []
  // Where EXPOSURE is in cm² s, live seconds stand in LIVETIME.
  const lived = file.hdu('LIVETIME') ?? file.hdu('EXPOSURE')
  const exposure = lived === undefined ? undefined : middle(await readImage(file, lived))
  for (const hdu of file.hdus) {
    if (hdu.name !== 'COUNTS') continue
    const { values } = await readImage(file, hdu)
    const version = hdu.header.get('EXTVER')
    const significance = file.hdus.find((other) => other.name === 'SIGNIFICANCE' && other.header.get('EXTVER') === version)
    const sigma = significance === undefined ? NaN : middle(await readImage(file, significance))
    rows.push({ product: 'image', band: bandOf(hdu), counts: sum(values as ArrayLike<number>), exposure, ...(Number.isFinite(sigma) ? { significance: { sigma, over: 'a ring, at the target' } } : {}) })
  }
  return rows
}

async function counted(file: FitsFile, hdu: FitsHdu, counts: number): Promise<Omit<Row, 'product'>> {
  const exposure = hdu.header.number('EXPOSURE')
  const row: Omit<Row, 'product'> = { counts, exposure, ...rateOf(counts, exposure) }
  const off = await columnOf(file, hdu, 'OFF')
  const alpha = await columnOf(file, hdu, 'ALPHA')
  if (off !== undefined && alpha !== undefined && exposure > 0) {
    const net = netOf(counts, off, alpha)
    row.rate = perArea(net, 1 / exposure)
    if (net.sigma !== undefined) row.significance = { sigma: net.sigma, over: 'its background' }
  }
  const exposures = await columnOf(file, hdu, 'EXPOSURE')
  const seen = exposures === undefined ? 0 : sum(exposures, (v) => (v > 0 ? v : 0)) * hdu.header.number('CONTAIN', 1)
  if (seen > 0) {
    const trusted = await columnOf(file, hdu, 'FCOUNTS')
    const [trustedOff, trustedAlpha] = [await columnOf(file, hdu, 'FOFF'), await columnOf(file, hdu, 'FALPHA')]
    const net = trusted === undefined || trustedOff === undefined || trustedAlpha === undefined ? row.rate && perArea(row.rate, exposure) : netOf(sum(trusted), trustedOff, trustedAlpha)
    row.flux = { ...perArea(net ?? { value: counts, error: Math.sqrt(counts) }, 1 / seen), unit: 'photon/cm²/s' }
  }
  return row
}

/** The mean of fluxes that came as such, weighted by their errors. */
async function fluxes(file: FitsFile, hdu: FitsHdu): Promise<Omit<Row, 'product'>> {
  const row: Omit<Row, 'product'> = { counts: undefined, exposure: undefined }
  const flux = await columnOf(file, hdu, 'RATE')
  const error = await columnOf(file, hdu, 'ERROR')
  if (flux === undefined || error === undefined) return row
  const weight = (i: number): number => (Number.isFinite(flux[i]!) && error[i]! > 0 ? error[i]! ** -2 : 0)
  const all = sum(flux, (_, i) => weight(i))
  if (all > 0) row.flux = { value: sum(flux, (v, i) => (weight(i) > 0 ? v * weight(i) : 0)) / all, error: all ** -0.5, unit: hdu.header.string(`TUNIT${numberOf(hdu, 'RATE')}`, '') }
  return row
}

/** Counts over live time with the error √n. */
function rateOf(counts: number, exposure: number): { rate?: Measured } {
  return exposure > 0 ? { rate: { value: counts / exposure, error: Math.sqrt(counts) / exposure, ...(counts === 0 ? { upper: poissonUpperLimit(0, 0, LIMIT_LEVEL) / exposure } : {}) } } : {}
}

/** Excess counts over what was counted beside; with an upper limit where it is not seen. A bin without a background has no α, and takes nothing off. */
function netOf(counts: number, off: ArrayLike<number>, alpha: ArrayLike<number>): Measured & { sigma?: number } {
  const all = sum(off)
  const expected = sum(off, (n, i) => (n > 0 ? n * alpha[i]! : 0))
  const ratio = all > 0 ? expected / all : meanOf(alpha)
  const net: Measured & { sigma?: number } = { value: counts - expected, error: Math.sqrt(counts + sum(off, (n, i) => (n > 0 ? n * alpha[i]! ** 2 : 0))) }
  if (all > 0) net.sigma = liMaSignificance(counts, all, ratio)
  const limit = counts === 0 || (net.sigma ?? Infinity) < UNSEEN ? onOffUpperLimit(counts, all, ratio, LIMIT_LEVEL) : NaN
  if (Number.isFinite(limit)) net.upper = limit
  return net
}

/** Counts as a rate or a flux. */
function perArea({ value, error, upper }: Measured, factor: number): Measured {
  return { value: value * factor, error: error * factor, ...(upper === undefined ? {} : { upper: upper * factor }) }
}

/** Mean of what is a number; NaN without any. */
function meanOf(values: ArrayLike<number>): number {
  const known = Array.from(values).filter(Number.isFinite)
  return known.reduce((total, value) => total + value, 0) / known.length
}

/** Number of a column, from 1; undefined where the table has none of this name. */
function numberOf({ header }: FitsHdu, name: string): number | undefined {
  const card = header.cards.find(({ keyword, value }) => keyword.startsWith('TTYPE') && value === name)
  return card === undefined ? undefined : Number(card.keyword.slice(5))
}

async function columnOf(file: FitsFile, hdu: FitsHdu, name: string): Promise<ArrayLike<number> | undefined> {
  if (numberOf(hdu, name) === undefined) return undefined
  const { columns } = await readTable(file, hdu, { columns: [name] })
  return columns[name]!.values as ArrayLike<number>
}

function sum(values: ArrayLike<number>, of: (value: number, i: number) => number = (v) => v): number {
  let total = 0
  for (let i = 0; i < values.length; i++) total += of(values[i]!, i)
  return total
}

function bandOf({ header }: FitsHdu): NonNullable<KeyNumber['band']> {
  return { id: header.string('BANDID', ''), eMin: header.number('E_MIN'), eMax: header.number('E_MAX') }
}

/** The target lies in the middle pixel: sides are odd. */
function middle({ shape: [width = 0, height = 0], values }: { shape: number[]; values: ArrayLike<number | bigint> }): number {
  return Number(values[Math.floor(height / 2) * width + Math.floor(width / 2)])
}
