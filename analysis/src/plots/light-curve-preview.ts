import { utcIsoFromTt } from '@heavens/science/time'
import type { LightCurve } from '../products/light-curve.js'
import { isSimulated } from '../products/cards.js'
import type { GroupContext } from '../products/product-context.js'
import { drawAxes, drawLegend, drawSteps, PAPER, SERIES } from './axes.js'
import type { Axis } from './axes.js'
import { bandLabel } from './band-label.js'
import { makeRaster, png } from './raster.js'

const WIDTH = 720
const HEIGHT = 320
/** more bins than this are added up for the picture */
const MOST = 1400

interface Bins {
  start: Float64Array
  stop: Float64Array
  value: Float64Array
  error: Float64Array
}

/** Light curves of one group as a picture: rate against seconds since the start, the first bands in colours. */
export function lightCurvePreview(context: GroupContext, curves: readonly LightCurve[]): Uint8Array {
  // Where the data begin long after the interval, its start would push all labels to one number.
  const from = curves.reduce((least, { start }) => Math.min(least, start[0] ?? Infinity), Infinity)
  const to = curves.reduce((most, { start, width }) => Math.max(most, (start.at(-1) ?? -Infinity) + (width.at(-1) ?? 0)), -Infinity)
  const asked = context.intervals[0]![0]
  const t0 = Number.isFinite(from) && from - asked > 10 * (to - from) ? Math.floor(from) : asked
  const limits = context.whole.descriptor.rateUnit !== undefined
  const shown = curves.slice(0, SERIES.length).map((curve) => rates(curve, t0, limits || curve.background !== undefined))
  let low = Infinity
  let high = 0
  let first = Infinity
  let last = -Infinity
  for (const { start, stop, value, error } of shown) {
    value.forEach((v, i) => {
      if (Number.isNaN(v)) return
      low = Math.min(low, v - error[i]!)
      high = Math.max(high, v + error[i]!)
      first = Math.min(first, start[i]!)
      last = Math.max(last, stop[i]!)
    })
  }
  const raster = makeRaster(WIDTH, HEIGHT, PAPER)
  const x: Axis = { low: Number.isFinite(first) ? first : 0, high: last > first ? last : 1, log: false, from: 64, to: WIDTH - 16 }
  const bottom = Math.max(0, Number.isFinite(low) ? low : 0)
  const y: Axis = { low: low < 0 ? low * 1.05 : bottom > 0.3 * high ? bottom * 0.95 : 0, high: high > 0 ? high * 1.05 : 1, log: false, from: HEIGHT - 40, to: 36 }
  drawAxes(raster, x, y, { title: `${context.whole.descriptor.name} ${context.group.id}${isSimulated(context) ? ' (simulated)' : ''}`, x: `seconds since ${utcIsoFromTt(t0, 3)}`, y: context.whole.descriptor.rateUnit ?? 'counts/s' })
  shown.forEach((bins, i) => drawSteps(raster, x, y, bins, SERIES[i]!, bins.value.length < 400))
  drawLegend(raster, x, y, curves.slice(0, SERIES.length).map(({ band }) => bandLabel(band, context.whole.descriptor.energyUnit)))
  return png(raster)
}

/** Rates with errors; neighbouring bins are added up where there are too many to be seen, but never over a gap. `limits`: where no count was seen there is a limit and no rate. */
function rates({ start, width, counts, live, background }: LightCurve, t0: number, limits: boolean): Bins {
  const most = Math.max(1, Math.ceil(start.length / MOST))
  const rows: { start: number; stop: number; value: number; error: number }[] = []
  for (let from = 0, to = 0; from < start.length; from = to) {
    let sum = 0
    let variance = 0
    let seen = 0
    let exposure = 0
    do {
      seen += counts[to]!
      const [off, alpha] = background === undefined ? [0, 0] : [background.off[to]!, background.alpha[to]!]
      sum += counts[to]! - alpha * off
      variance += counts[to]! + alpha * alpha * off
      exposure += live[to]!
      to++
    } while (to < start.length && to - from < most && start[to]! - start[to - 1]! < 1.5 * width[to - 1]!)
    rows.push({ start: start[from]! - t0, stop: start[to - 1]! + width[to - 1]! - t0, value: exposure > 0 && !(limits && seen === 0) ? sum / exposure : NaN, error: exposure > 0 ? Math.sqrt(variance) / exposure : NaN })
  }
  const column = (name: 'start' | 'stop' | 'value' | 'error'): Float64Array => Float64Array.from(rows, (row) => row[name])
  return { start: column('start'), stop: column('stop'), value: column('value'), error: column('error') }
}
