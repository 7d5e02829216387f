import { ttFromUtcIso } from './utc-iso.js'

/** Known passages of perigee of a mission: the number of the revolution that begins there, and when (ISO UTC); ascending. */
export type Passages = readonly (readonly [revolution: number, utc: string])[]

/**
 * Time of a revolution, whole or with a fraction of its time: 2102 is its first perigee, 2102.5 half its time later. Between passages that are known the
 * time is interpolated.
 *
 * @returns TT seconds; undefined before the first and after the last passage
 */
export function ttFromRevolution(revolution: number, passages: Passages): number | undefined {
  const [low, high] = around(passages.map(([number]) => number), revolution)
  if (low === undefined || high === undefined) return undefined
  const [from, to] = [ttFromUtcIso(passages[low]![1]), ttFromUtcIso(passages[high]![1])]
  return low === high ? from : from + ((to - from) * (revolution - passages[low]![0])) / (passages[high]![0] - passages[low]![0])
}

/** Revolution with its fraction at a time [TT s]; undefined before the first and after the last passage. */
export function revolutionFromTt(t: number, passages: Passages): number | undefined {
  const times = passages.map(([, utc]) => ttFromUtcIso(utc))
  const [low, high] = around(times, t)
  if (low === undefined || high === undefined) return undefined
  const from = passages[low]![0]
  return low === high ? from : from + ((t - times[low]!) * (passages[high]![0] - from)) / (times[high]! - times[low]!)
}

/** Whether a revolution lies between two passages that are known and follow each other, so that nothing is interpolated over others. */
export function isKnownRevolution(revolution: number, passages: Passages): boolean {
  const [low, high] = around(passages.map(([number]) => number), revolution)
  return low !== undefined && high !== undefined && passages[high]![0] - passages[low]![0] <= 1
}

/** The last entry that is not above a value, and the first that is not below it. */
function around(ascending: readonly number[], value: number): [number | undefined, number | undefined] {
  const low = ascending.findLastIndex((one) => one <= value)
  const high = ascending.findIndex((one) => one >= value)
  return [low < 0 ? undefined : low, high < 0 ? undefined : high]
}
