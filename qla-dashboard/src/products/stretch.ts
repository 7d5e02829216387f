/** Ways to map values to brightness. */
export const STRETCHES = ['linear', 'sqrt', 'log', 'asinh'] as const
export type Stretch = (typeof STRETCHES)[number]

/** Brightness 0…1 of a value between `low` and `high`; NaN stays NaN. */
export function stretched(value: number, low: number, high: number, stretch: Stretch): number {
  if (Number.isNaN(value)) return NaN
  const t = high > low ? Math.max(0, Math.min(1, (value - low) / (high - low))) : 0
  if (stretch === 'sqrt') return Math.sqrt(t)
  if (stretch === 'log') return Math.log1p(t * 999) / Math.log(1000)
  if (stretch === 'asinh') return Math.asinh(t * 20) / Math.asinh(20)
  return t
}

/** Range to show: all values, or for significance a symmetric one of at least ±5. */
export function displayRange(values: Float64Array, symmetric: boolean): { low: number; high: number } {
  let [low, high] = [Infinity, -Infinity]
  for (const v of values) {
    if (!Number.isFinite(v)) continue
    if (v < low) low = v
    if (v > high) high = v
  }
  if (low > high) return { low: 0, high: 1 }
  if (symmetric) {
    const most = Math.max(5, Math.abs(low), Math.abs(high))
    return { low: -most, high: most }
  }
  return { low, high: high > low ? high : low + 1 }
}
