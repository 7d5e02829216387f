/** Good time of one group: ascending, disjoint, half-open intervals [start[i], stop[i]). Plain data. */
export interface GoodTimeList {
  start: number[]
  stop: number[]
}

/** Intervals that touch within this are one: consecutive telemetry packets. Seconds. */
const TOUCHING = 1e-6

export function createGoodTime(): GoodTimeList {
  return { start: [], stop: [] }
}

/** Add [start, stop): the union is kept. */
export function addGoodTime(list: GoodTimeList, start: number, stop: number): void {
  if (!(stop > start)) return
  const n = list.start.length
  // Telemetry comes in order: almost always behind the last.
  if (n === 0 || start > list.stop[n - 1]! + TOUCHING) {
    list.start.push(start)
    list.stop.push(stop)
    return
  }
  let from = firstEndingAfter(list, start - TOUCHING)
  let to = from
  while (to < n && list.start[to]! <= stop + TOUCHING) {
    start = Math.min(start, list.start[to]!)
    stop = Math.max(stop, list.stop[to]!)
    to++
  }
  list.start.splice(from, to - from, start)
  list.stop.splice(from, to - from, stop)
}

/** Take [start, stop) out. */
export function removeGoodTime(list: GoodTimeList, start: number, stop: number): void {
  if (!(stop > start)) return
  const from = firstEndingAfter(list, start)
  let to = from
  const rest: [number, number][] = []
  for (; to < list.start.length && list.start[to]! < stop; to++) {
    if (list.start[to]! < start) rest.push([list.start[to]!, start])
    if (list.stop[to]! > stop) rest.push([stop, list.stop[to]!])
  }
  list.start.splice(from, to - from, ...rest.map(([a]) => a))
  list.stop.splice(from, to - from, ...rest.map(([, b]) => b))
}

/** Seconds of good time within [start, stop). */
export function goodSeconds(list: GoodTimeList, start: number, stop: number): number {
  let sum = 0
  for (let i = firstEndingAfter(list, start); i < list.start.length && list.start[i]! < stop; i++) {
    sum += Math.min(stop, list.stop[i]!) - Math.max(start, list.start[i]!)
  }
  return sum
}

/** Index of the interval that holds `t`, −1 where none does. */
export function intervalAt(list: GoodTimeList, t: number): number {
  const i = firstEndingAfter(list, t)
  return i < list.start.length && list.start[i]! <= t ? i : -1
}

/** Forget what ended before `t`. */
export function forgetGoodTime(list: GoodTimeList, t: number): void {
  const n = firstEndingAfter(list, t)
  if (n > 0) {
    list.start.splice(0, n)
    list.stop.splice(0, n)
  }
}

/** Index of the first interval that ends after `t`; the number of intervals where none does. */
export function firstEndingAfter(list: GoodTimeList, t: number): number {
  let low = 0
  let high = list.stop.length
  while (low < high) {
    const mid = (low + high) >>> 1
    if (list.stop[mid]! <= t) low = mid + 1
    else high = mid
  }
  return low
}
