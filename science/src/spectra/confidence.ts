import { minimise, type FitProblem, type Minimum } from './minimise.js'

/** Distances from the best value to where the statistic is 1 more, [≤ 0, ≥ 0]; null where that is not reached before the parameter's bound. */
export type ErrorRange = [number | null, number | null]

/** A deeper minimum than the one whose errors were sought. */
export interface Deeper { deeper: Minimum }

/** How the statistic runs on one side of the best value. */
export interface ProfileSide {
  /** reached: it rises by 1; bound: the parameter's bound comes first; flat: it does not rise so far however far one goes */
  end: 'reached' | 'bound' | 'flat'
  /** most that it rose where the search ended */
  rise: number
  /** it falls again: the values that fit lie in several pieces, of which the error tells the nearest */
  folds: boolean
}

export interface Profile {
  error: ErrorRange
  sides: readonly [ProfileSide, ProfileSide]
}

/** How near to 1 a rise is taken for 1. */
const CLOSE = 2e-3
/** Falls of the statistic that count as such, above what fits of the others leave. */
const FALL = 0.05
/** Places, in errors, that are looked at beside those of the search: further out, and between where the search took long. */
const OUTSIDE = 3
const BETWEEN = 0.5
/** Steps that a statistic like a parabola takes. */
const STEADY = 6

/**
 * Errors of one parameter by the profile of the statistic: it is moved, the others are fitted again, until Δstat = 1 (68.3 %
 * for one parameter).
 *
 * @param sigma first guess, from the covariance
 * @returns the errors and how the statistic runs, or a deeper minimum that was met on the way
 */
export function profileErrors(problem: FitProblem, best: Minimum, free: readonly number[], index: number, sigma: number): Profile | Deeper {
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
  const error: ErrorRange = [null, null]
  const sides: ProfileSide[] = []
  for (const [side, sign] of [[0, -1], [1, 1]] as const) {
    const bound = sign < 0 ? problem.min[index]! : problem.max[index]!
    const room = Math.abs(bound - best.values[index]!)
    let start: readonly number[] = best.values
    let reached = 0
    const seen: [distance: number, rise: number][] = []
    const at = (distance: number): Minimum => minimise(problem, moved(start, sign * (distance - reached)).with(index, best.values[index]! + sign * distance), others)
    let [inside, outside] = [0, Infinity]
    let distance = Math.min(sigma, room)
    let end: ProfileSide['end'] = 'flat'
    for (let step = 0; step < 40; step++) {
      const fitted = at(distance)
      const rise = fitted.statistic - best.statistic
      if (rise < -1e-3) return { deeper: fitted }
      seen.push([distance, rise])
      if (rise < 1) {
        if (distance >= room) {
          end = Math.abs(rise - 1) < CLOSE ? 'reached' : 'bound'
          break
        }
        inside = reached = distance
        start = fitted.values
      } else outside = distance
      // A statistic that jumps never equals 1: then where it jumps.
      if (Math.abs(rise - 1) < CLOSE || outside - inside < 1e-4 * outside) {
        end = 'reached'
        break
      }
      // The statistic is nearly a parabola of the distance; where it is not, halve.
      const parabola = rise > 1e-6 ? distance / Math.sqrt(rise) : distance * 100
      const fits = parabola > inside && parabola < outside && step < 12
      distance = Math.min(room, fits ? Math.min(parabola, distance * 100) : outside === Infinity ? distance * 10 : (inside + outside) / 2)
    }
    if (end === 'reached') error[side] = sign * distance
    const looks = seen.length > STEADY ? [BETWEEN, OUTSIDE] : [OUTSIDE]
    for (const look of end === 'reached' ? looks : []) {
      const there = look * distance
      if (there > room) break
      const fitted = at(there)
      const rise = fitted.statistic - best.statistic
      if (rise < -1e-3) return { deeper: fitted }
      seen.push([there, rise])
    }
    sides.push({ end, rise: seen.reduce((most, [, rise]) => Math.max(most, rise), 0), folds: falls(seen) })
  }
  return { error, sides: [sides[0]!, sides[1]!] }
}

/** Whether the statistic falls anywhere on the way outwards. */
function falls(seen: readonly [distance: number, rise: number][]): boolean {
  let highest = 0
  for (const [, rise] of seen.toSorted((a, b) => a[0] - b[0])) {
    if (rise < highest - FALL) return true
    highest = Math.max(highest, rise)
  }
  return false
}
