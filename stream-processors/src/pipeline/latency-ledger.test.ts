import { expect, it } from 'vitest'
import type { EventBlock, PointingBlock } from '@heavens/schemas'
import { unixFromTt } from '@heavens/science/time'
import { createLatencyLedger, noteBlock, stagesOf } from './latency-ledger.js'

const TIME = 8.49e8
const wall = (seconds: number): number => unixFromTt(TIME + seconds)
const block = { group: -1, source: 's', sequence: 0, late: false, count: 1 }
const events = { ...block, kind: 'events', start: TIME, stop: TIME + 1, columns: { time: Float64Array.of(TIME + 0.5) } } as unknown as EventBlock
const pointing = { ...block, kind: 'pointing', start: TIME, stop: TIME + 30, time: Float64Array.of(TIME), duration: Float64Array.of(30) } as unknown as PointingBlock

it('does not take attitude that is told as it begins for a clock that is ahead', () => {
  const ledger = createLatencyLedger(wall(0))
  noteBlock(ledger, { received: wall(1), appended: wall(1.1) }, pointing, wall(1.2))
  const [reception] = stagesOf(ledger, wall(2))
  expect(reception).toMatchObject({ stage: 'reception', skewed: 0 })
  expect(reception!.counts.reduce((a, b) => a + b, 0)).toBe(1)
})

it('tells of events that were received before they can have been observed', () => {
  const ledger = createLatencyLedger(wall(0))
  noteBlock(ledger, { received: wall(-10), appended: wall(1.1) }, events, wall(1.2))
  expect(stagesOf(ledger, wall(2))[0]).toMatchObject({ stage: 'reception', skewed: 1 })
})
