import { durationText } from '../state/formats.js'
import type { CurveFile } from './open-curves.js'
import type { CurveTable } from './read-curves.js'
import { widthsFor } from './rebin-curve.js'
import { sumCurves } from './sum-curves.js'

/** What of the files of some detectors is read, and how finely. */
export interface CurvePlan {
  /** in the clock of the files [s] */
  from: number
  to: number
  /** of the bins that are read [s]: what was asked for, or the narrowest that gives no more than MOST_BINS */
  width: number
}

/** Curves as they were read: of all detectors together. */
export interface LoadedCurves {
  plan: CurvePlan
  curves: CurveTable[]
}

/** So many bins are drawn at most. */
export const MOST_BINS = 20_000

/**
 * The plan for a view of curves. Files of no more than MOST_BINS bins are read once and wholly; of larger ones what is seen, in bins that are wide enough.
 *
 * @param zoom    what is seen [s from the start of the first file]; null: all
 * @param wanted  width of the bins that the user chose [s]; NaN: the file's own
 */
export function curvePlan(files: readonly CurveFile[], zoom: readonly [number, number] | null, wanted: number): CurvePlan {
  const [first] = files as [CurveFile, ...CurveFile[]]
  const [start, stop] = [Math.min(...files.map((f) => f.start)), Math.max(...files.map((f) => f.stop))]
  if (Math.max(...files.map((f) => f.rows)) <= MOST_BINS) return { from: start, to: stop, width: NaN }
  const [from, to] = zoom && zoom[1] > zoom[0] ? [Math.max(start, first.start + zoom[0]), Math.min(stop, first.start + zoom[1])] : [start, stop]
  const asked = wanted > first.width ? wanted : first.width
  const width = [asked, ...widthsFor(first.width, stop - start).filter((w) => w > asked)].find((w) => (to - from) / w <= MOST_BINS)
  return { from, to, width: width ?? (to - from) / MOST_BINS }
}

/** Read what the plan says, and add the detectors: curves of one name together. */
export async function loadCurves(files: readonly CurveFile[], plan: CurvePlan, told: (share: number) => void): Promise<LoadedCurves> {
  const read: CurveTable[][] = []
  for (const [k, file] of files.entries()) read.push(await file.read(plan.from, plan.to, plan.width, (share) => told((k + share) / files.length)))
  return {
    plan, curves: read[0]!.flatMap((curve) => {
      const same = read.map((curves) => curves.find((c) => c.name === curve.name))
      return same.every((c) => c !== undefined) ? [sumCurves(same, curve.name)] : []
    }),
  }
}

/** Why bins are wider than they were asked for; '' where they are not. */
export function planNote({ width }: CurvePlan, wanted: number): string {
  return wanted > 0 && width > wanted * 1.000001 ? ` Drawn in bins of ${durationText(width)}, as finer ones would be more than ${MOST_BINS.toLocaleString('en')}: take a part of the time to see them.` : ''
}
