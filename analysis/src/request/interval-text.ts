import { utcIsoFromTt } from '@heavens/science/time'

/** An interval of TT seconds for people. */
export function intervalText([start, stop]: readonly [number, number]): string {
  return `${utcIsoFromTt(start)} – ${utcIsoFromTt(stop)} UTC`
}

/** Several of them: where there are many, how many, the first and the last. */
export function intervalsText(intervals: readonly (readonly [number, number])[]): string {
  if (intervals.length <= 3) return intervals.map(intervalText).join('; ')
  return `${intervals.length} intervals, the first ${intervalText(intervals[0]!)}, the last ${intervalText(intervals.at(-1)!)}`
}
