/** Events of one detector that grow as they are drawn: TT seconds and channel, `count` of them in use. */
export interface EventBuffer {
  time: Float64Array
  channel: Int16Array
  count: number
}

export function createEventBuffer(size: number): EventBuffer {
  return { time: new Float64Array(size), channel: new Int16Array(size), count: 0 }
}

export function pushEvent(buffer: EventBuffer, time: number, channel: number): void {
  if (buffer.count === buffer.time.length) {
    const grown = createEventBuffer(buffer.count * 2)
    grown.time.set(buffer.time)
    grown.channel.set(buffer.channel)
    buffer.time = grown.time
    buffer.channel = grown.channel
  }
  buffer.time[buffer.count] = time
  buffer.channel[buffer.count++] = channel
}

/** Brings the events from index `first` on into ascending time. */
export function sortEvents(buffer: EventBuffer, first: number): void {
  const order = Uint32Array.from({ length: buffer.count - first }, (_, i) => first + i)
  order.sort((a, b) => buffer.time[a]! - buffer.time[b]! || a - b)
  const time = Float64Array.from(order, i => buffer.time[i]!)
  const channel = Int16Array.from(order, i => buffer.channel[i]!)
  buffer.time.set(time, first)
  buffer.channel.set(channel, first)
}

/** The events of [start, stop) of a buffer that is in ascending time. */
export function eventsWithin(buffer: EventBuffer, start: number, stop: number): { time: Float64Array; channel: Int16Array } {
  let from = 0
  let to = buffer.count
  while (from < to && buffer.time[from]! < start) from++
  while (to > from && buffer.time[to - 1]! >= stop) to--
  return { time: buffer.time.subarray(from, to), channel: buffer.channel.subarray(from, to) }
}
