import { LIVE_MAX_FRAME, TOPICS, type StreamHealth } from '@heavens/schemas'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ID, openBench } from './fixture.js'
import type { Bench } from './fixture.js'
import { connect } from './live-client.js'

let bench: Bench
beforeEach(async () => { bench = await openBench() })
afterEach(() => bench.close())

describe('records', () => {
  it('greets, gives a snapshot, then every record in order', async () => {
    await bench.candidates({ id: 'c-1', revision: 0 })
    const client = await connect(bench.api.url)
    expect(await client.take('hello')).toMatchObject({ server: 'heavens', simulated: true })
    client.send({ type: 'subscribe', channel: 'candidates' })
    expect(await client.take('snapshot')).toMatchObject({ channel: 'candidates', seq: 1, items: [{ id: 'c-1' }] })
    await bench.candidates({ id: 'c-1', revision: 1 }, { id: 'c-2' })
    expect(await client.take('record')).toMatchObject({ seq: 2, item: { id: 'c-1', revision: 1 } })
    expect(await client.take('record')).toMatchObject({ seq: 3, item: { id: 'c-2' } })
    client.close()
  })
  it('resumes after the last seq, also over a restart: what was superseded comes once', async () => {
    await bench.candidates({ id: 'c-1' })
    let client = await connect(bench.api.url)
    client.send({ type: 'subscribe', channel: 'candidates' })
    const { seq } = await client.take('snapshot')
    client.close()
    await bench.candidates({ id: 'c-2', revision: 0 }, { id: 'c-2', revision: 1 }, { id: 'c-3' })
    await expect.poll(async () => (await bench.ask<unknown[]>('/api/v1/candidates')).body.length).toBe(3)
    for (const restart of [false, true]) {
      if (restart) await bench.restart()
      client = await connect(bench.api.url)
      client.send({ type: 'subscribe', channel: 'candidates', since: seq })
      expect(await client.take('resumed')).toMatchObject({ channel: 'candidates', seq })
      expect(await client.take('record')).toMatchObject({ seq: 3, item: { id: 'c-2', revision: 1 } })
      expect(await client.take('record')).toMatchObject({ seq: 4, item: { id: 'c-3' } })
      client.close()
    }
  })
  it('answers a seq that it never gave, or cannot vouch for, with a snapshot', async () => {
    await bench.jobs({ id: 'j-1' }, { id: 'j-2' })
    await bench.restart()
    const client = await connect(bench.api.url)
    client.send({ type: 'subscribe', channel: 'jobs', since: 1000 })
    expect(await client.take('snapshot')).toMatchObject({ seq: 2 })
    // j-1 might have been removed before this server started.
    client.send({ type: 'subscribe', channel: 'jobs', since: 1 })
    expect(await client.take('snapshot')).toMatchObject({ seq: 2 })
    client.close()
  })
  it('says that a job was forgotten, live and to who resumes', async () => {
    await bench.jobs({ id: 'j-1' }, { id: 'j-2' })
    await bench.restart()
    const client = await connect(bench.api.url)
    client.send({ type: 'subscribe', channel: 'jobs' })
    const { seq } = await client.take('snapshot')
    await bench.stores.log.append(TOPICS.jobs, [{ key: 'j-1', value: new Uint8Array(0) }])
    expect(await client.take('removed')).toEqual({ type: 'removed', channel: 'jobs', seq: 3, key: 'j-1' })
    client.send({ type: 'subscribe', channel: 'jobs', since: seq })
    expect(await client.take('resumed')).toMatchObject({ seq })
    expect(await client.take('removed')).toMatchObject({ seq: 3, key: 'j-1' })
    client.close()
  })
  it('shows the status as it changes, and stops when asked to', async () => {
    const client = await connect(bench.api.url)
    client.send({ type: 'subscribe', channel: 'status' })
    expect(await client.take('snapshot')).toMatchObject({ seq: 0, items: [] })
    await bench.health({ events: 1 })
    expect(await client.take('record')).toMatchObject({ channel: 'status', item: { events: 1 } })
    client.send({ type: 'unsubscribe', channel: 'status' })
    client.send({ type: 'subscribe', channel: 'jobs' })
    await client.take('snapshot')
    await bench.health({ events: 2 })
    await bench.jobs({ id: 'j-1' })
    await client.take('record', ({ channel }) => channel === 'jobs')
    expect(client.texts.filter((m) => m.type === 'record' && m.channel === 'status')).toHaveLength(1)
    client.close()
  })
})

describe('images', () => {
  it('sends the latest of each key that passes the filter, then no more than two a second', async () => {
    await bench.image({ window: '1ks' }, 1)
    await bench.image({ window: '1d' }, 1)
    const client = await connect(bench.api.url)
    client.send({ type: 'subscribe', channel: 'images', filter: { instrument: ID, window: '1ks' } })
    expect(await client.takeFrame()).toMatchObject({ header: { channel: 'images', seq: 1, image: { window: '1ks', counts: 1 } }, arrays: { counts: new Float32Array(12).fill(1) } })
    for (let counts = 2; counts <= 20; counts++) await bench.image({ window: '1ks' }, counts)
    expect(await client.takeFrame((h) => h.channel === 'images' && h.image.counts === 20)).toMatchObject({ header: { image: { window: '1ks' } } })
    expect(client.frames.length).toBeLessThanOrEqual(3)
    // 19 updates, of which one or two were shown.
    expect((await client.take('lost')).count).toBeGreaterThanOrEqual(17)
    client.close()
  })
})

describe('curves', () => {
  it('gives the recent past, then new and revised bins, groups added', async () => {
    await bench.curve({ group: 'n0' }, 1000, Array.from({ length: 2000 }, () => 1))
    await bench.curve({ group: 'n1' }, 1000, Array.from({ length: 2000 }, () => 2))
    await bench.notice({ from: 1000, to: 3000, watermark: 3000 })
    const client = await connect(bench.api.url)
    client.send({ type: 'subscribe', channel: 'curves', filter: { instrument: ID, run: 'main', group: 'sum', band: '50-300', width: 1 } })
    const past = await client.takeFrame()
    expect(past.header).toMatchObject({ channel: 'curves', seq: 1, group: 'sum', band: '50-300', width: 1, phase: 0, watermark: 3000 })
    expect([past.arrays['index']!.length, past.arrays['index']![0], past.arrays['index']!.at(-1), past.arrays['counts']![0]]).toEqual([1200, 1800, 2999, 3])
    await bench.curve({ group: 'n0' }, 3000, [7, 8])
    await bench.notice({ from: 3000, to: 3002, watermark: 3002 })
    const news = await client.takeFrame()
    expect(news).toMatchObject({ header: { seq: 2, watermark: 3002 }, arrays: { index: Float64Array.of(3000, 3001), counts: Float64Array.of(7, 8) } })
    await bench.curve({ group: 'n1' }, 2500, [100])
    await bench.notice({ from: 2500, to: 2501, watermark: 3002 })
    expect(await client.takeFrame()).toMatchObject({ arrays: { index: Float64Array.of(2500), counts: Float64Array.of(101) } })
    client.close()
  })
  it('shows a curve that only begins after the subscription, one frame for each group', async () => {
    const client = await connect(bench.api.url)
    client.send({ type: 'subscribe', channel: 'curves', filter: { instrument: ID, width: 10 } })
    await client.take('hello')
    await bench.curve({ group: 'n0', width: 10 }, 5, [1])
    await bench.curve({ group: 'n2', width: 10 }, 5, [3])
    await bench.notice({ from: 50, to: 60, watermark: 60 })
    expect(await client.takeFrame((h) => h.channel === 'curves' && h.group === 'n0')).toMatchObject({ arrays: { counts: Float64Array.of(1) } })
    expect(await client.takeFrame((h) => h.channel === 'curves' && h.group === 'n2')).toMatchObject({ arrays: { counts: Float64Array.of(3) } })
    client.close()
  })
  it.each([
    [{}, 'bad-request', 'filter.instrument'], [{ instrument: 'nowhere' }, 'unknown-instrument', 'instrument'], [{ instrument: ID, width: 3 }, 'bad-request', 'width'],
    [{ instrument: ID, width: '1' }, 'bad-request', 'filter.width'], [{ instrument: ID, colour: 'red' }, 'bad-request', 'filter.colour'],
  ])('refuses the filter %j', async (filter, code, path) => {
    const client = await connect(bench.api.url)
    client.send({ type: 'subscribe', channel: 'curves', filter: filter as Record<string, string | number> })
    expect(await client.take('error')).toMatchObject({ code, path })
    client.close()
  })
})

describe('what a client does wrong', () => {
  it('answers every bad frame with an error and stays', async () => {
    const client = await connect(bench.api.url)
    for (const [frame, code] of [
      ['{"type":', 'frame-not-json'], ['', 'frame-not-json'], [Uint8Array.of(1, 2, 3), 'frame-not-json'], ['[]', 'bad-request'], ['null', 'bad-request'], ['{"type":"dance"}', 'bad-request'],
      ['{"type":"subscribe","channel":"weather"}', 'unknown-channel'], ['{"type":"subscribe","channel":"toString"}', 'unknown-channel'], ['{"type":"subscribe","channel":"jobs","since":-1}', 'bad-request'],
      ['{"type":"subscribe","channel":"jobs","colour":"red"}', 'bad-request'], ['{"type":"subscribe","channel":"jobs","filter":{"run":"x"}}', 'bad-request'],
    ] as const) {
      client.send(frame as string)
      expect([frame, (await client.take('error')).code]).toEqual([frame, code])
    }
    client.send({ type: 'ping', at: 12 })
    expect(await client.take('pong')).toMatchObject({ at: 12 })
    client.close()
  })
  it.each([LIVE_MAX_FRAME + 1, 5 * LIVE_MAX_FRAME])('ends the connection at a frame of %i bytes', async (size) => {
    const client = await connect(bench.api.url)
    client.send('x'.repeat(size))
    expect((await client.closed).code).toBe(1009)
  })
})

describe('the latency ledger', () => {
  it('ends where curves and candidates are put on the socket, in /metrics and in what is told of the stream', async () => {
    const client = await connect(bench.api.url)
    client.send({ type: 'subscribe', channel: 'candidates' })
    client.send({ type: 'subscribe', channel: 'status' })
    await client.take('snapshot', (m) => m.channel === 'status')
    const run = 'timed'
    await bench.curve({ run }, 0, [1, 2, 3])
    await bench.notice({ run, from: 0, to: 3, watermark: 3 })
    client.send({ type: 'subscribe', channel: 'curves', filter: { instrument: ID, run, width: 1 } })
    await client.takeFrame((h) => h.channel === 'curves' && h.run === run)
    await bench.curve({ run }, 3, [4])
    await bench.notice({ run, from: 3, to: 4, watermark: 4 })
    await client.takeFrame((h) => h.channel === 'curves' && h.run === run)
    await bench.candidates({ id: 'c-timed', run })
    await client.take('record', (m) => m.channel === 'candidates' && m.item.id === 'c-timed')
    await bench.health({ run })
    const { item } = await client.take('record', (m) => m.channel === 'status' && m.item.run === run)
    const stages = (item as StreamHealth).stages
    // What a new subscription is given of the past is not timed: one frame and one candidate are.
    expect(stages.map((s) => [s.stage, s.recent?.blocks])).toEqual([['processing', 1800], ['publication', 2]])
    const text = new TextDecoder().decode((await bench.ask<Uint8Array>('/metrics')).body)
    const labels = `instrument="${ID}",run="${run}",stage="publication"`
    expect(text).toContain('# TYPE heavens_stage_latency_seconds histogram\n')
    expect(text).toContain(`heavens_stage_latency_seconds_bucket{${labels},le="+Inf"} 2\n`)
    expect(text).toContain(`heavens_stage_latency_seconds_count{${labels}} 2\n`)
    expect(text).toContain(`heavens_stage_skewed_total{${labels}} 0\n`)
    const below = [...text.matchAll(/_bucket\{[^}]*run="timed",stage="processing",le="[\d.]+"\} (\d+)/g)].map(([, n]) => Number(n))
    expect(below).toHaveLength(37)
    expect(below).toEqual(below.toSorted((a, b) => a - b))
    expect(text).toContain(`heavens_packets_total{instrument="${ID}",run="${run}",apid="257",kind="skipped"} 12\n`)
    expect(text).toContain(`heavens_snapshot_pause_seconds_bucket{instrument="${ID}",run="${run}",le="+Inf"} 5\n`)
    expect(text).toContain(`heavens_snapshot_pause_seconds_sum{instrument="${ID}",run="${run}"} 0.014\n`)
    client.close()
  })
})

describe('the server', () => {
  it('says goodbye with 1001 when it closes', async () => {
    const client = await connect(bench.api.url)
    client.send({ type: 'subscribe', channel: 'candidates' })
    await client.take('snapshot')
    await bench.restart()
    expect((await client.closed).code).toBe(1001)
  })
  it('counts its clients', async () => {
    const client = await connect(bench.api.url)
    await client.take('hello')
    const metrics = async (): Promise<string> => new TextDecoder().decode((await bench.ask<Uint8Array>('/metrics')).body)
    expect(await metrics()).toContain('heavens_live_clients 1\n')
    client.close()
    await client.closed
    expect(await metrics()).toContain('heavens_live_clients 0\n')
  })
})
