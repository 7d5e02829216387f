import { describe, expect, it } from 'vitest'
import type { Item } from '@heavens/schemas'
import { blocksOf, bounds } from '../testing/streams.js'
import { takeOnce, type TakenSequences } from './take-once.js'

const [block] = blocksOf([{ time: 1, detector: 0, channel: 1 }], [2])
const of = (sequence: number, source = 's'): Item => ({ ...block, sequence, source }) as Item

describe('takeOnce', () => {
  it('takes each sequence number of each source once, in any order', () => {
    const taken: TakenSequences = new Map()
    expect([3, 1, 3, 2, 1, 0, 4, 2].map((n) => takeOnce(taken, of(n)))).toEqual([true, true, false, true, false, true, true, false])
    expect(takeOnce(taken, of(3, 'other'))).toBe(true)
    // What has come without a hole is one interval.
    expect(taken.get('s')).toEqual({ start: [0], stop: [5] })
  })

  it('takes items that are no data as often as they come', () => {
    const taken: TakenSequences = new Map()
    expect([bounds(0), bounds(0), { kind: 'watermark', time: 1, final: false } as Item].map((item) => takeOnce(taken, item))).toEqual([true, true, true])
  })

  it('stays small: the oldest holes are given up', () => {
    const taken: TakenSequences = new Map()
    for (let n = 0; n < 20_000; n += 2) takeOnce(taken, of(n))
    expect(taken.get('s')!.start).toHaveLength(4096)
    expect([1, 19_997, 19_999].map((n) => takeOnce(taken, of(n)))).toEqual([false, true, true])
    for (let n = 0; n < 6000; n++) takeOnce(taken, of(0, `source ${n}`))
    expect(taken.size).toBe(4096)
  })
})
