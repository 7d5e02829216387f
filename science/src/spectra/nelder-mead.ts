/**
 * Nelder & Mead (1965), downhill simplex, with the usual factors (1, 2, 1/2, 1/2): needs no derivatives.
 *
 * @param scale size of the first simplex along each parameter
 * @param within ends when all corners agree to this
 * @param most evaluations at most
 */
export function nelderMead(value: (point: readonly number[]) => number, start: readonly number[], scale: readonly number[], within: number, most: number): { point: readonly number[]; value: number } {
  const n = start.length
  const make = (point: readonly number[]): { point: readonly number[]; value: number } => ({ point, value: value(point) })
  const simplex = [make(start), ...start.map((x, i) => make(start.with(i, x + scale[i]!)))]
  for (let evaluations = n + 1; evaluations < most; ) {
    simplex.sort((a, b) => a.value - b.value)
    const [best, worst] = [simplex[0]!, simplex[n]!]
    if (!(worst.value - best.value > within)) break
    const middle = start.map((_, i) => simplex.slice(0, n).reduce((sum, { point }) => sum + point[i]! / n, 0))
    const along = (factor: number): readonly number[] => middle.map((m, i) => m + factor * (worst.point[i]! - m))
    const reflected = make(along(-1))
    evaluations++
    if (reflected.value < best.value) {
      const further = make(along(-2))
      evaluations++
      simplex[n] = further.value < reflected.value ? further : reflected
    } else if (reflected.value < simplex[n - 1]!.value) simplex[n] = reflected
    else {
      const inner = make(along(reflected.value < worst.value ? -0.5 : 0.5))
      evaluations++
      if (inner.value < Math.min(reflected.value, worst.value)) simplex[n] = inner
      else {
        for (let k = 1; k <= n; k++) simplex[k] = make(best.point.map((x, i) => (x + simplex[k]!.point[i]!) / 2))
        evaluations += n
      }
    }
  }
  return simplex.reduce((best, other) => (other.value < best.value ? other : best))
}
