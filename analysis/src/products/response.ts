import type { CalibrationFile } from '@heavens/schemas'
import type { Interval } from '../selection/intervals.js'

/** Middle between the first start and the last stop: the time whose response is taken. */
export function middleOf(intervals: readonly Interval[]): number {
  return (intervals[0]![0] + intervals.at(-1)![1]) / 2
}

/** The response that belongs to a time: of those in force, the one whose validity is centred nearest to it. */
export function responseFor(calibration: readonly CalibrationFile[], time: number): CalibrationFile | undefined {
  const fitting = calibration.filter((item) => (item.type === 'rsp' || item.type === 'rmf') && item.from <= time && item.until >= time)
  const distance = (item: CalibrationFile): number => Math.abs((item.from + item.until) / 2 - time)
  return fitting.toSorted((a, b) => distance(a) - distance(b) || (a.sha256 < b.sha256 ? -1 : 1))[0]
}
