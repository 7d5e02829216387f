import { rectangle, segment, textWidth, write } from './raster.js'
import type { Colour, Raster } from './raster.js'

export const PAPER: Colour = [255, 255, 255]
export const INK: Colour = [40, 44, 52]
export const FAINT: Colour = [226, 229, 234]
/** Colours of series, told apart also by those who do not see red and green alike (Okabe & Ito 2008). */
export const SERIES: readonly Colour[] = [[0, 114, 178], [213, 94, 0], [0, 158, 115], [204, 121, 167], [230, 159, 0], [86, 180, 233]]

/** From values to pixels along one axis. */
export interface Axis {
  low: number
  high: number
  log: boolean
  /** pixel of `low` and of `high` */
  from: number
  to: number
}

/** Pixel of a value, held within the axis. Values that a logarithm cannot take lie at its low end. */
export function pixel({ low, high, log, from, to }: Axis, value: number): number {
  const share = log ? (value > 0 ? Math.log(value / low) / Math.log(high / low) : 0) : (value - low) / (high - low)
  return Math.round(from + Math.min(1, Math.max(0, Number.isNaN(share) ? 0 : share)) * (to - from))
}

/** Round values along an axis: powers of ten (with 2 and 5 times them over two decades and less) where it is logarithmic, else about `wanted` multiples of 1, 2 or 5. */
export function ticks({ low, high, log }: Axis, wanted: number): number[] {
  const out: number[] = []
  if (log) {
    // Within a decade or two the powers of ten alone would leave an axis nearly without numbers.
    const steps = Math.log10(high / low) > 2 ? [1] : [1, 2, 5]
    for (let k = Math.floor(Math.log10(low)); k <= Math.log10(high); k++) for (const step of steps) out.push(step * 10 ** k)
    return out.filter((value) => value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9))
  }
  const rough = (high - low) / wanted
  const unit = 10 ** Math.floor(Math.log10(rough))
  const step = unit * ([1, 2, 5].find((m) => m * unit >= rough) ?? 10)
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + step * 1e-9; k++) out.push(k * step)
  return out
}

/** A number as short as it can be read. */
export function label(value: number): string {
  if (value === 0) return '0'
  const size = Math.abs(value)
  return size >= 1e5 || size < 1e-3 ? value.toExponential(1).replace('.0e', 'e').replace('e+', 'e') : String(Number(value.toPrecision(6)))
}

/** Frame, grid, tick labels and texts of a plot. */
export function drawAxes(raster: Raster, x: Axis, y: Axis, texts: { title: string; x: string; y: string }): void {
  for (const value of ticks(x, 8)) {
    const at = pixel(x, value)
    segment(raster, at, y.to, at, y.from, FAINT)
    write(raster, at - Math.round(textWidth(label(value)) / 2), y.from + 6, label(value), INK)
  }
  for (const value of ticks(y, 6)) {
    const at = pixel(y, value)
    segment(raster, x.from, at, x.to, at, FAINT)
    write(raster, x.from - 6 - textWidth(label(value)), at - 3, label(value), INK)
  }
  for (const at of [y.from, y.to]) segment(raster, x.from, at, x.to, at, INK)
  for (const at of [x.from, x.to]) segment(raster, at, y.to, at, y.from, INK)
  write(raster, x.from, y.to - 14, texts.title, INK)
  write(raster, Math.round((x.from + x.to - textWidth(texts.x)) / 2), y.from + 20, texts.x, INK)
  write(raster, 6, 6, texts.y, INK)
}

/** Bins as steps with error bars. Arrays of equal length; bins whose value is not a number are left out. */
export function drawSteps(raster: Raster, x: Axis, y: Axis, bins: { start: Float64Array; stop: Float64Array; value: Float64Array; error: Float64Array }, colour: Colour, bars: boolean): void {
  const pale: Colour = [Math.round((colour[0] + 510) / 3), Math.round((colour[1] + 510) / 3), Math.round((colour[2] + 510) / 3)]
  const { start, stop, value, error } = bins
  if (bars) {
    for (let i = 0; i < value.length; i++) {
      if (Number.isNaN(value[i]!)) continue
      const middle = Math.round((pixel(x, start[i]!) + pixel(x, stop[i]!)) / 2)
      segment(raster, middle, pixel(y, value[i]! - error[i]!), middle, pixel(y, value[i]! + error[i]!), pale)
    }
  }
  for (let i = 0; i < value.length; i++) {
    if (Number.isNaN(value[i]!)) continue
    const at = pixel(y, value[i]!)
    segment(raster, pixel(x, start[i]!), at, pixel(x, stop[i]!), at, colour)
    const joins = i > 0 && !Number.isNaN(value[i - 1]!) && Math.abs(stop[i - 1]! - start[i]!) <= 1e-3 * (stop[i]! - start[i]!)
    if (joins) segment(raster, pixel(x, start[i]!), pixel(y, value[i - 1]!), pixel(x, start[i]!), at, colour)
  }
}

/** Names of the series in their colours, in the upper right corner. */
export function drawLegend(raster: Raster, x: Axis, y: Axis, names: readonly string[], colours: readonly Colour[] = SERIES): void {
  names.forEach((name, i) => {
    const top = y.to + 8 + i * 12
    const left = x.to - 24 - textWidth(name)
    rectangle(raster, left - 4, top - 2, textWidth(name) + 24, 12, PAPER)
    rectangle(raster, left, top + 2, 10, 3, colours[i % colours.length]!)
    write(raster, left + 14, top, name, INK)
  })
}
