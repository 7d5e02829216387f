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

/** How much of the values the colours cover: all, or the middle share, so that a few bright pixels do not hide the rest; `own`: limits that were typed. */
export const CUTS = ['all', '99.5', '98', '5', 'own'] as const
export type Cut = (typeof CUTS)[number]

/** Range to show: all values or the middle share of them; of significance a symmetric one, of 5 σ or (all) of what there is. */
export function displayRange(values: Float64Array, symmetric: boolean, cut: Cut = 'all'): { low: number; high: number } {
  const finite = values.filter(Number.isFinite)
  if (finite.length === 0) return symmetric ? { low: -5, high: 5 } : { low: 0, high: 1 }
  if (symmetric) {
    const most = cut === '5' ? 5 : Math.max(5, finite.reduce((m, v) => Math.max(m, Math.abs(v)), 0))
    return { low: -most, high: most }
  }
  if (cut === 'all' || cut === '5' || cut === 'own') {
    const [low, high] = finite.reduce(([l, h], v) => [Math.min(l!, v), Math.max(h!, v)], [Infinity, -Infinity]) as [number, number]
    return { low, high: high > low ? high : low + 1 }
  }
  finite.sort()
  const outside = (1 - Number(cut) / 100) / 2
  const at = (share: number): number => finite[Math.round(share * (finite.length - 1))]!
  const [low, high] = [at(outside), at(1 - outside)]
  return { low, high: high > low ? high : low + 1 }
}

/** The value that is drawn at a brightness 0…1: what stands at the colour bar. */
export function unstretched(t: number, low: number, high: number, stretch: Stretch): number {
  const share = stretch === 'sqrt' ? t * t : stretch === 'log' ? Math.expm1(t * Math.log(1000)) / 999 : stretch === 'asinh' ? Math.sinh(t * Math.asinh(20)) / 20 : t
  return low + share * (high - low)
}
