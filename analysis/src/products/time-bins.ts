import type { Interval } from '../selection/intervals.js'

/**
 * Edges of bins of one width from the start of an interval, start + k·width, the last at its stop; only those bins that
 * touch `within`. A rest shorter than a microsecond is no bin of its own.
 *
 * @param width seconds, > 0
 */
export function binEdges([start, stop]: Interval, width: number, within: Interval = [start, stop]): Float64Array {
  const n = binCount([start, stop], width)
  const first = Math.min(n - 1, Math.max(0, Math.floor((within[0] - start) / width) - 1))
  const last = Math.max(first + 1, Math.min(n, Math.ceil((within[1] - start) / width) + 1))
  const edges = new Float64Array(last - first + 1)
  for (let k = first; k <= last; k++) edges[k - first] = k === n ? stop : start + k * width
  return edges
}

/** Number of bins of an interval. */
export function binCount([start, stop]: Interval, width: number): number {
  return Math.max(1, Math.ceil((stop - start - 1e-6) / width))
}

/**
 * Bin of each time: k with edges[k] ≤ t < edges[k + 1], -1 outside. The quotient only guesses; the edges decide, as
 * k·width in floats may fall on either side of a time that lies on an edge.
 */
export function binIndices(times: Float64Array, edges: Float64Array, width: number): Int32Array {
  const out = new Int32Array(times.length)
  const n = edges.length - 1
  const start = edges[0]!
  const stop = edges[n]!
  for (let i = 0; i < times.length; i++) {
    const t = times[i]!
    if (!(t >= start && t < stop)) {
      out[i] = -1
      continue
    }
    let k = Math.min(n - 1, Math.floor((t - start) / width))
    while (k > 0 && t < edges[k]!) k--
    while (k < n - 1 && t >= edges[k + 1]!) k++
    out[i] = k
  }
  return out
}
