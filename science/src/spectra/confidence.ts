import { minimise, type FitProblem, type Minimum } from './minimise.js'

/** Distances from the best value to where the statistic is 1 more, [≤ 0, ≥ 0]; null where that is not reached before the parameter's bound. */
export type ErrorRange = [number | null, number | null]

/** A deeper minimum than the one whose errors were sought. */
export interface Deeper { deeper: Minimum }

/**
 * Errors of one parameter by the profile of the statistic: it is moved, the others are fitted again, until Δstat = 1 (68.3 %
 * for one parameter).
 *
 * @param sigma first guess, from the covariance
 * @returns the errors, or a deeper minimum that was met on the way
 */
export function profileErrors(problem: FitProblem, best: Minimum, free: readonly number[], index: number, sigma: number): ErrorRange | Deeper {
  const others = free.filter((other) => other !== index)
  // How the others follow, to first order; a positive one by a factor, as a norm far from its own energy goes over decades and never below 0.
  const own = free.indexOf(index)
  const { covariance } = best
  const follow = covariance === undefined ? undefined : free.map((_, k) => covariance[k * free.length + own]! / covariance[own * free.length + own]!)
  const moved = (from: readonly number[], by: number): number[] => {
    const values = from.slice()
    free.forEach((other, k) => {
      const change = other === index ? by : (follow?.[k] ?? 0) * by
      if (other !== index && problem.min[other]! >= 0 && best.values[other]! > 0) values[other]! *= Math.exp(Math.min(50, Math.max(-50, change / best.values[other]!)))
      else values[other]! += change
    })
    return values
  }
  const range: ErrorRange = [null, null]
  for (const [side, sign] of [[0, -1], [1, 1]] as const) {
    const bound = sign < 0 ? problem.min[index]! : problem.max[index]!
    const room = Math.abs(bound - best.values[index]!)
    let start: readonly number[] = best.values
    let reached = 0
    let [inside, outside] = [0, Infinity]
    let distance = Math.min(sigma, room)
    for (let step = 0; step < 25; step++) {
      const fitted = minimise(problem, moved(start, sign * (distance - reached)).with(index, best.values[index]! + sign * distance), others)
      const rise = fitted.statistic - best.statistic
      if (rise < -1e-3) return { deeper: fitted }
      if (Math.abs(rise - 1) < 2e-3) {
        range[side] = sign * distance
        break
      }
      if (rise < 1) {
        if (distance >= room) break
        inside = reached = distance
        start = fitted.values
      } else outside = distance
      // The statistic is nearly a parabola of the distance; where it is not, halve.
      const parabola = rise > 1e-6 ? distance / Math.sqrt(rise) : distance * 100
      const fits = parabola > inside && parabola < outside && step < 12
      distance = Math.min(room, fits ? Math.min(parabola, distance * 100) : outside === Infinity ? distance * 10 : (inside + outside) / 2)
    }
  }
  return range
}
