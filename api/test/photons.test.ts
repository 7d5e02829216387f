import { telemetryTopic } from '@heavens/schemas'
import type { EventBlock } from '@heavens/schemas'
import { encodeItem } from '@heavens/storage'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { photonBatch } from '../src/live/photon-tail.js'
import { ID, openBench } from './fixture.js'
import type { Bench } from './fixture.js'
import { connect } from './live-client.js'

/** A block of `count` photons from time `start` on, one a second; right ascension counts up from 0. */
function block(start: number, count: number): EventBlock {
  return {
    kind: 'events', source: 's', sequence: start, start, stop: start + count, count, late: false,
    columns: {
      time: Float64Array.from({ length: count }, (_, i) => start + i), channel: new Uint16Array(count), detector: new Uint8Array(count),
      ra: Float32Array.from({ length: count }, (_, i) => (start + i) % 360), dec: new Float32Array(count).fill(10),
    },
  }
}

describe('photonBatch', () => {
  const stream = { instrument: ID, run: 'main' }
  it('keeps all of a few, over the borders of blocks', () => {
    const batch = photonBatch(stream, [block(0, 3), block(10, 0), block(20, 2)], false, 1)
    expect(batch).toMatchObject({ sent: 5, skipped: 0 })
  })
  it('keeps evenly spaced ones of many and counts the others', () => {
    const batch = photonBatch(stream, [block(0, 3000), block(3000, 3000)], false, 1)
    expect(batch).toMatchObject({ sent: 2000, skipped: 4000 })
  })
  it('is nothing without photons or directions', () => {
    const { ra: _ra, ...columns } = block(0, 2).columns
    expect(photonBatch(stream, [], false, 1)).toBeUndefined()
    expect(photonBatch(stream, [{ ...block(0, 2), columns }], false, 1)).toBeUndefined()
  })
})

describe('the photons channel', () => {
  let bench: Bench
  beforeEach(async () => { bench = await openBench() })
  afterEach(() => bench.close())
  const append = (run: string, ...blocks: EventBlock[]): Promise<unknown> =>
    bench.stores.log.append(telemetryTopic({ instrument: ID, run }), blocks.map((b) => ({ key: null, value: encodeItem(b) })))

  it('sends photons that arrive after the subscription, thinned, and of runs that only begin', async () => {
    await append('main', block(0, 5))
    await bench.health({ run: 'main', simulated: false })
    const client = await connect(bench.api.url)
    client.send({ type: 'subscribe', channel: 'photons', filter: { instrument: ID } })
    client.send({ type: 'subscribe', channel: 'candidates' })
    await client.take('snapshot')
    // The tail finds the end of the topic before this is appended, or takes it for old: append until it is seen.
    const beat = setInterval(() => { void append('main', block(100, 2)) }, 100)
    const frame = await client.takeFrame()
    clearInterval(beat)
    expect(frame.header).toMatchObject({ channel: 'photons', instrument: ID, run: 'main', simulated: false })
    expect([...frame.arrays['time']!].every((t) => t >= 100)).toBe(true)
    expect([frame.arrays['ra']![0], frame.arrays['dec']![0], frame.arrays['energy']![0]]).toEqual([100, 10, NaN])
    await append('simulated', block(0, 5000))
    const other = await client.takeFrame((h) => h.channel === 'photons' && h.run === 'simulated')
    expect(other.arrays['time']!.length).toBe(2000)
    expect(await client.take('lost')).toEqual({ type: 'lost', channel: 'photons', count: 3000 })
    client.close()
  })
})
