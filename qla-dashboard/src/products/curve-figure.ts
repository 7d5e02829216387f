import { numberText, withError } from '../figures/axis-text.js'
import type { Figure, FigureBar, FigureLine, FigureRow } from '../figures/figure.js'
import type { CurveBlock } from './curve-blocks.js'
import type { Hardness } from './hardness-ratio.js'
import type { CurveBins } from './rebin-curve.js'

/** One band as it is drawn. */
export interface DrawnBand {
  name: string
  unit: string
  bins: CurveBins
  blocks: readonly CurveBlock[]
}

/** Above this many bins in a row error bars would be a grey veil. */
const MOST_BARS = 600

/** A figure of a light curve: a row for each band, and one of hardness. */
export function curveFigure(bands: readonly DrawnBand[], hardness: { label: string; of: Hardness } | null): Figure {
  const height = bands.length === 1 ? 260 : bands.length === 2 ? 170 : 120
  const first = bands[0]?.bins
  const rows: FigureRow[] = bands.map(({ name, unit, bins, blocks }) => ({
    label: `${name} · ${unit}${bins.rate.some(Number.isFinite) || bins.upper.some(Number.isFinite) ? '' : ' · no value'}`, height, log: false,
    lines: [{ ...steps(bins.start, bins.stop, bins.rate, bins.upper), role: 'data' }, ...(blocks.length ? [blockLine(blocks)] : [])],
    bars: bars(bins),
  }))
  if (hardness) rows.push({ label: hardness.label, height: 120, log: false, level: 0, bounds: [-1, 1], lines: [], bars: hardnessBars(hardness.of) })
  return {
    axis: 'seconds', log: false, rows, stops: first ? [...first.start].map((s, i) => (s + first.stop[i]!) / 2) : [],
    read: (x) => readAt(x, bands, hardness?.of ?? null),
  }
}

/** Steps from start to stop of each bin, broken where bins do not touch; bins with an upper limit have none. */
export function steps(start: Float64Array, stop: Float64Array, value: Float64Array, upper?: Float64Array): { x: number[]; y: (number | null)[] } {
  const [x, y]: [number[], (number | null)[]] = [[], []]
  for (let i = 0; i < start.length; i++) {
    const level = Number.isNaN(value[i]!) || (upper && !Number.isNaN(upper[i]!)) ? null : value[i]!
    if (i > 0 && start[i]! - stop[i - 1]! > (stop[i]! - start[i]!) * 0.01) { x.push(start[i]!); y.push(null) }
    x.push(start[i]!, stop[i]!)
    y.push(level, level)
  }
  return { x, y }
}

function blockLine(blocks: readonly CurveBlock[]): FigureLine {
  return { role: 'blocks', x: blocks.flatMap((b) => [b.start, b.stop]), y: blocks.flatMap((b) => [b.rate, b.rate]) }
}

function bars({ start, stop, rate, error, upper }: CurveBins): FigureBar[] {
  const out: FigureBar[] = []
  const all = start.length <= MOST_BARS
  for (let i = 0; i < start.length; i++) {
    const x = (start[i]! + stop[i]!) / 2
    if (!Number.isNaN(upper[i]!)) { if (all) out.push({ x, low: 0, high: upper[i]!, from: start[i]!, to: stop[i]!, limit: true }) }
    else if (all && !Number.isNaN(rate[i]!)) out.push({ x, low: rate[i]! - error[i]!, high: rate[i]! + error[i]! })
  }
  return out
}

function hardnessBars({ start, stop, value, low, high }: Hardness): FigureBar[] {
  return [...value].flatMap((v, i) => (Number.isNaN(v) ? [] : [{ x: (start[i]! + stop[i]!) / 2, low: low[i]!, high: high[i]!, from: start[i]!, to: stop[i]! }]))
}

const at = (x: number, start: Float64Array, stop: Float64Array): number => start.findIndex((s, i) => x >= s && x < stop[i]!)

function readAt(x: number, bands: readonly DrawnBand[], hardness: Hardness | null): string {
  const parts = bands.map(({ name, unit, bins }) => {
    const i = at(x, bins.start, bins.stop)
    if (i < 0) return `${name}: no data`
    return `${bands.length > 1 ? `${name}: ` : ''}${Number.isNaN(bins.upper[i]!) ? withError(bins.rate[i]!, bins.error[i]!) : `< ${numberText(Number(bins.upper[i]!.toPrecision(3)))} (95 %)`} ${unit}`
  })
  if (hardness) {
    const i = at(x, hardness.start, hardness.stop)
    if (i >= 0 && !Number.isNaN(hardness.value[i]!)) parts.push(`hardness ${withError(hardness.value[i]!, (hardness.high[i]! - hardness.low[i]!) / 2)}`)
  }
  const first = bands[0]?.bins
  const i = first ? at(x, first.start, first.stop) : -1
  const when = first && i >= 0 ? `${numberText(first.start[i]!)} … ${numberText(first.stop[i]!)} s` : `${numberText(x)} s`
  return [when, ...parts].join(' · ')
}
