import { describe, expect, it } from 'vitest'
import type { EventBlock, RateBlock } from '@heavens/schemas'
import { blocksOf } from '../testing/streams.js'
import { withinHorizon } from './within-horizon.js'

const events = { ...(blocksOf([1, 2, 3, 4].map((time) => ({ time, detector: 1, channel: time })), [5])[0] as EventBlock), late: true }
const rates: RateBlock = {
  kind: 'rates', source: 'r', sequence: 0, start: 1, stop: 4, count: 3, late: true, width: 1, group: 0, channels: 2,
  time: Float64Array.of(1, 2, 3), counts: Float64Array.of(10, 11, 20, 21, 30, 31), live: Float32Array.of(1, 0.5, 0.25),
}

describe('withinHorizon', () => {
  it('leaves alone what is in time, and late data that are not too late', () => {
    expect(withinHorizon({ ...events, late: false }, 100).dropped).toBe(0)
    expect(withinHorizon(events, 1)).toEqual({ item: events, dropped: 0 })
    expect(withinHorizon({ kind: 'watermark', time: 3, final: false }, 100).item).toMatchObject({ time: 3 })
  })

  it('cuts off the rows that are too late', () => {
    const { item, dropped } = withinHorizon(events, 2.5)
    expect(dropped).toBe(2)
    expect(item).toMatchObject({ count: 2, start: 3, stop: 5, columns: { time: Float64Array.of(3, 4), channel: Uint16Array.of(3, 4) } })
    expect(withinHorizon(rates, 2)).toMatchObject({ dropped: 1, item: { count: 2, start: 2, time: Float64Array.of(2, 3), counts: Float64Array.of(20, 21, 30, 31), live: Float32Array.of(0.5, 0.25) } })
  })

  it('drops a block of which nothing is left', () => expect(withinHorizon(rates, 10)).toEqual({ item: undefined, dropped: 3 }))
})
