import { type Bins, lowerBound } from './series-buffer.js'

/** Lines that uPlot draws: x [TT s]; y null breaks the line. `open` are the bins that are still filling. */
export interface Steps {
  x: number[]
  rate: (number | null)[]
  open: (number | null)[]
  background: (number | null)[]
  /** intervals inside the range without data */
  gaps: [start: number, stop: number][]
  /** middles of bins that late data have changed */
  revised: number[]
  largest: number
}

/** Data younger than this may still be between the store and the page [s]. */
const UNDERWAY = 5

/**
 * Bins of [from, to] as steps: each bin is a level line from its start to its end. A missing bin is a gap; of a sparse curve
 * (photons minutes apart) it is a bin without counts, as far as data have come.
 *
 * @param known  interval in which data have come [TT s]: outside there is neither a zero nor a gap
 * @param seams  gaps that the stream itself reports
 */
export function stepsOf(bins: Bins, from: number, to: number, options: { sparse: boolean; known: [number, number]; seams: readonly { start: number; stop: number }[] }): Steps {
  const { width, phase, index } = bins
  const out: Steps = { x: [], rate: [], open: [], background: [], revised: [], gaps: options.seams.filter((g) => g.stop > from && g.start < to).map((g) => [g.start, g.stop]), largest: 0 }
  const first = lowerBound(index, Math.floor((from - phase) / width))
  const last = lowerBound(index, Math.ceil((to - phase) / width) + 1)
  const level = (start: number, stop: number, rate: number | null, provisional: boolean, background: number | null): void => {
    out.x.push(start, stop)
    out.rate.push(provisional ? null : rate, provisional ? null : rate)
    out.open.push(provisional ? rate : null, provisional ? rate : null)
    out.background.push(background, background)
    if (rate !== null && rate > out.largest) out.largest = rate
  }
  const missing = (start: number, stop: number): void => {
    const [a, b] = [Math.max(start, options.known[0], from), Math.min(stop, options.known[1], to)]
    if (b - a < width * 0.5) return
    if (options.sparse) level(a, b, 0, false, null)
    else {
      level(a, b, null, false, null)
      out.gaps.push([a, b])
    }
  }
  let end = from
  for (let i = first; i < last; i++) {
    const start = index[i]! * width + phase
    if (start - end > width * 0.5) missing(end, start)
    end = start + width
    const exposure = bins.exposure[i]!
    const background = bins.background[i]!
    if (bins.revision[i]! > 0) out.revised.push(start + width / 2)
    level(start, end, exposure > 0 ? bins.counts[i]! / exposure : null, bins.provisional[i] === 1, exposure > 0 && !Number.isNaN(background) ? background / exposure : null)
  }
  // Bins are sent a few times a second: the last moments are not missing, they are on their way.
  if (options.sparse || Math.min(to, options.known[1]) - end > UNDERWAY) missing(end, to)
  return out
}

/** Width for a time axis of `span` seconds: the finest that gives at most `most` bins. */
export function widthForSpan(widths: readonly number[], span: number, most = 2000): number {
  return widths.find((w) => span / w <= most) ?? widths.at(-1)!
}
