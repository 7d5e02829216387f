import type { Profile, ProfileSide } from './confidence.js'
import { derivatives, type FitProblem, type Minimum } from './minimise.js'

/** Share of the largest curvature below which a parameter has no influence. */
const NO_INFLUENCE = 1e-20
/** Two parameters whose effects are so alike replace each other. */
const ALIKE = 1 - 1e-9

/**
 * What a reader must know of a minimum and its errors, in sentences: it did not converge, a parameter stands on its bound or is not held by the
 * data, an error has no end, the values that fit lie in several pieces.
 *
 * @param names    of all parameters
 * @param profiles by parameter; undefined where the errors could not be found
 */
export function fitWarnings(problem: FitProblem, names: readonly string[], best: Minimum, free: readonly number[], profiles: readonly (Profile | undefined)[]): string[] {
  const found: string[] = []
  if (!best.converged) found.push('the fit did not converge')
  if (best.covariance === undefined) found.push(`the data do not hold all free parameters: ${looseParameters(problem, names, best, free)}`)
  for (const index of free) {
    const name = names[index]!
    const value = best.values[index]!
    const bound = value <= problem.min[index]! || value >= problem.max[index]!
    if (bound) found.push(`${name} stands on its bound, ${value}`)
    const profile = profiles[index]
    if (profile === undefined) {
      found.push(`${name} has no errors: a deeper minimum was met again and again`)
      continue
    }
    profile.sides.forEach((side, k) => {
      const outermost = (k === 0 ? problem.min : problem.max)[index]!
      if (value !== outermost) found.push(...aboutSide(name, k === 0 ? 'lower' : 'upper', side, outermost))
    })
  }
  return found
}

function aboutSide(name: string, which: string, { end, rise, folds }: ProfileSide, bound: number): string[] {
  const by = Number(rise.toPrecision(2))
  return [
    ...(end === 'bound' ? [`${name} has no ${which} error: the statistic rises by ${by} only up to its bound, ${bound}`] : []),
    ...(end === 'flat' ? [`${name} has no ${which} error: the statistic rises by ${by} only, however far it is moved`] : []),
    ...(folds ? [`the statistic does not rise steadily on the ${which} side of ${name}: other values fit as well as those within its error`] : []),
  ]
}

/** Which parameters have no influence on the data, and which have the same. */
function looseParameters(problem: FitProblem, names: readonly string[], best: Minimum, free: readonly number[]): string {
  const n = free.length
  const { curvature } = derivatives(problem, best.values, problem.predict(best.values), free)
  const own = free.map((_, k) => curvature[k * n + k]!)
  const largest = own.reduce((a, b) => Math.max(a, b), 0)
  // A step of each by its own size, so that units do not matter.
  const weight = free.map((index, k) => own[k]! * Math.max(1e-12, best.values[index]! ** 2))
  const most = weight.reduce((a, b) => Math.max(a, b), 0)
  const idle = free.filter((_, k) => own[k]! <= 0 || weight[k]! <= NO_INFLUENCE * most || largest === 0)
  const alike = free.flatMap((a, i) => free.slice(i + 1).flatMap((b, j) => (Math.abs(curvature[i * n + i + 1 + j]!) >= ALIKE * Math.sqrt(own[i]! * own[i + 1 + j]!) && own[i]! > 0 && own[i + 1 + j]! > 0 ? [`${names[a]!} and ${names[b]!} replace each other`] : [])))
  const said = [...idle.map((index) => `${names[index]!} has no influence`), ...alike]
  return said.length > 0 ? said.join('; ') : 'some replace each other'
}
