import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { CurveKey } from '@heavens/schemas'
import { curveStoreConformance, exampleBins } from '../src/conformance/curve-store-conformance.js'
import { curveLines } from '../src/curves/influx/curve-lines.js'
import { openInfluxCurveStore, type InfluxCurveStore } from '../src/curves/influx/open-influx-curve-store.js'
import { startInflux, whyNoInflux, type TestInflux } from './influx-server.js'

const missing = whyNoInflux(false)
const missingOurs = whyNoInflux(true)
if (missing ?? missingOurs) console.warn(`SKIPPED: ${missing ? 'curves on InfluxDB' : 'an InfluxDB that is killed'}: ${missing ?? missingOurs}`)

const KEY: CurveKey = { instrument: 'test', run: 'main', group: 'a b', band: '50,3=00', width: 0.064 }
const span = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i)

describe.skipIf(missing !== undefined)('with a real InfluxDB, also one that is named', () => {
  let influx: TestInflux
  beforeAll(async () => {
    influx = await startInflux(8386, { ours: false })
  })
  afterAll(() => influx?.stop())

  curveStoreConformance('the curve store on InfluxDB', async () => {
    const bucket = `test-${randomUUID()}`
    const own = await mkdtemp(join(tmpdir(), 'heavens-influx-'))
    const openOwn = (): Promise<InfluxCurveStore> => openInfluxCurveStore({ ...influx.settings, bucket, spool: join(own, 'waiting'), log: () => undefined })
    let curves = await openOwn()
    return {
      curves,
      async reopen() {
        await curves.close()
        return (curves = await openOwn())
      },
      async destroy() {
        await curves.close()
        await rm(own, { recursive: true, force: true })
      },
    }
  })
})

describe.skipIf(missingOurs !== undefined)('with an InfluxDB of our own', () => {
  let influx: TestInflux
  let folder: string
  const opened: InfluxCurveStore[] = []
  const said: string[] = []
  beforeAll(async () => {
    influx = await startInflux(8386, { ours: true })
  })
  afterAll(() => influx?.stop())
  beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'heavens-influx-'))))
  afterEach(async () => {
    for (const store of opened.splice(0)) await store.close()
    await rm(folder, { recursive: true, force: true })
    said.length = 0
  })
  const open = async (bucket: string, more: { spoolBytes?: number; spool?: string; leftovers?: 'send' | 'drop' } = {}): Promise<InfluxCurveStore> => {
    const store = await openInfluxCurveStore({ ...influx.settings, bucket, spool: join(folder, 'waiting'), log: (sentence) => said.push(sentence), ...more })
    opened.push(store)
    return store
  }

  it('holds on disk what comes while the server is away, gives it in order when it is back, and lets no read miss it', async () => {
    const store = await open(`away-${randomUUID()}`)
    await store.put([{ key: KEY, bins: exampleBins(span(0, 10), 1) }])
    await influx.faults!.kill()
    await store.put([{ key: KEY, bins: exampleBins(span(5, 15), 2) }])
    await store.put([{ key: KEY, bins: exampleBins([7], 3) }])
    expect(store.counters()).toMatchObject({ waitingPieces: 2 })
    expect(store.counters().waitingBytes).toBeGreaterThan(1000)
    await influx.faults!.start()
    const read = await store.read(KEY, -Infinity, Infinity)
    expect([...read.index]).toEqual(span(0, 15))
    expect([...read.revision]).toEqual([1, 1, 1, 1, 1, 2, 2, 3, 2, 2, 2, 2, 2, 2, 2])
    expect(store.counters()).toMatchObject({ waitingPieces: 0, waitingBytes: 0 })
  })

  it('sets a piece aside that the server will never take, and brings what came before and behind it', async () => {
    const bucket = `refused-${randomUUID()}`
    const store = await open(bucket)
    await influx.faults!.kill()
    for (const i of [1, 2]) await store.put([{ key: KEY, bins: exampleBins([i]) }])
    await opened.pop()!.close()
    // As a fault of the program, or of the disk, would leave it.
    await writeFile(join(folder, 'waiting', '000000000002.lines'), 'curve,instrument=test counts=oops 5')
    await writeFile(join(folder, 'waiting', '000000000003.lines'), curveLines(KEY, exampleBins([3])).join('\n'))
    await influx.faults!.start()
    const next = await open(bucket)
    expect([...(await next.read(KEY, 0, 10)).index]).toEqual([1, 2, 3])
    expect(next.counters()).toMatchObject({ waitingPieces: 0, waitingBytes: 0, refusedPieces: 1 })
    expect((await readdir(join(folder, 'waiting'))).filter((name) => name.endsWith('.refused'))).toEqual(['000000000002.lines.refused'])
    expect(said.join(' ')).toContain('will not take')
  })

  it('drains many small pieces as fast as few large ones, the last revision of every bin on top', async () => {
    const bucket = `many-${randomUUID()}`
    const keys = ['a', 'b', 'c'].map((group) => ({ ...KEY, group }))
    const spool = join(folder, 'many')
    await mkdir(spool)
    const pieces = 300
    for (let p = 0; p < pieces; p++) {
      const lines = keys.flatMap((key) => curveLines(key, exampleBins(span(p * 10, p * 10 + 20), p)))
      await writeFile(join(spool, `${String(p).padStart(12, '0')}.lines`), lines.join('\n'))
    }
    const began = performance.now()
    const store = await open(bucket, { spool })
    for (const key of keys) {
      const read = await store.read(key, 0, 10_000)
      expect([...read.revision]).toEqual(span(0, (pieces + 1) * 10).map((i) => Math.min(Math.floor(i / 10), pieces - 1)))
    }
    console.log(`${pieces} pieces of ${keys.length * 20} bins drained and read in ${(performance.now() - began).toFixed(0)} ms`)
  })

  it('holds on disk what comes while the server stands still, without making the writer wait for it long', async () => {
    const store = await open(`still-${randomUUID()}`)
    await store.put([{ key: KEY, bins: exampleBins(span(0, 10), 1) }])
    await influx.faults!.pause()
    try {
      const began = performance.now()
      await store.put([{ key: KEY, bins: exampleBins(span(5, 15), 2) }])
      await store.put([{ key: KEY, bins: exampleBins([7], 3) }])
      expect(performance.now() - began).toBeLessThan(6000)
      expect(store.counters().waitingPieces).toBe(2)
    } finally {
      await influx.faults!.resume()
    }
    const read = await store.read(KEY, -Infinity, Infinity)
    expect([...read.revision]).toEqual([1, 1, 1, 1, 1, 2, 2, 3, 2, 2, 2, 2, 2, 2, 2])
  })

  it('keeps what comes while the bucket is gone, says so at a read at once, ends at once, and brings it when the bucket is there again', async () => {
    const bucket = `gone-${randomUUID()}`
    const store = await open(bucket)
    await store.put([{ key: KEY, bins: exampleBins([1]) }])
    const { url, token } = influx.settings
    const headers = { authorization: `Token ${token}`, 'content-type': 'application/json' }
    const { buckets } = (await (await fetch(`${url}/api/v2/buckets?name=${bucket}`, { headers })).json()) as { buckets: { id: string }[] }
    expect((await fetch(`${url}/api/v2/buckets/${buckets[0]!.id}`, { method: 'DELETE', headers })).status).toBe(204)
    await store.put([{ key: KEY, bins: exampleBins([2]) }])
    await vi.waitFor(() => expect(said.join(' ')).toContain('cannot be written'), 5000)
    let began = performance.now()
    await expect(store.read(KEY, 0, 10)).rejects.toMatchObject({ code: 'curves-refused' })
    await expect(store.read(KEY, 0, 10)).rejects.toThrow(bucket)
    await opened.pop()!.close()
    expect(performance.now() - began).toBeLessThan(1000)
    began = performance.now()
    expect([...(await (await open(bucket)).read(KEY, 0, 10)).index]).toEqual([2])
    expect(performance.now() - began).toBeLessThan(10_000)
  })

  it('gives what waited to the next process, and refuses more than may wait', async () => {
    const bucket = `later-${randomUUID()}`
    const store = await open(bucket, { spoolBytes: 60_000 })
    await influx.faults!.kill()
    await store.put([{ key: KEY, bins: exampleBins(span(0, 100)) }])
    await expect(store.put([{ key: KEY, bins: exampleBins(span(100, 1000)) }])).rejects.toMatchObject({ code: 'store-full' })
    await opened.pop()!.close()
    await influx.faults!.start()
    const next = await open(bucket)
    expect((await next.read(KEY, 0, 2000)).index.length).toBe(100)
    expect(said.join(' ')).toContain('InfluxDB has all light curves again')
  })

  it('sends nothing of a stream that has passed to another process, and nothing that an earlier process left where its work is done again', async () => {
    const bucket = `passed-${randomUUID()}`
    const other = { ...KEY, run: 'other' }
    const third = { ...KEY, run: 'third' }
    const store = await open(bucket)
    let ours = true
    store.hold(KEY, () => true)
    store.hold(other, () => ours)
    await influx.faults!.kill()
    for (const key of [KEY, other, third]) await store.put([{ key, bins: exampleBins(span(0, 10), 1) }])
    expect(store.counters()).toMatchObject({ waitingPieces: 3 })
    // One is given away, one is lost; what comes when the first is taken up again is sent.
    await store.forget(KEY)
    ours = false
    store.hold(KEY, () => true)
    await store.put([{ key: KEY, bins: exampleBins([20], 2) }])
    await influx.faults!.start()
    expect([...(await store.read(KEY, -Infinity, Infinity)).index]).toEqual([20])
    expect([...(await store.read(other, -Infinity, Infinity)).index]).toEqual([])
    expect([...(await store.read(third, -Infinity, Infinity)).index]).toEqual(span(0, 10))
    await influx.faults!.kill()
    await store.put([{ key: third, bins: exampleBins([30], 3) }])
    await opened.pop()!.close()
    await influx.faults!.start()
    const next = await open(bucket, { leftovers: 'drop' })
    expect(next.backlog()).toBeUndefined()
    expect([...(await next.read(third, -Infinity, Infinity)).index]).toEqual(span(0, 10))
    expect(said.join(' ')).toContain('1 pieces of light curves that waited when an earlier process ended are made anew')
  })

  it('has all that was acknowledged when the writer is killed', async () => {
    const bucket = `killed-${randomUUID()}`
    await open(bucket)
    const writer = spawn(process.execPath, [fileURLToPath(new URL('./write-curves-until-killed.mjs', import.meta.url))], {
      env: { ...process.env, SETTINGS: JSON.stringify({ ...influx.settings, bucket, spool: join(folder, 'writer') }) }, stdio: ['ignore', 'pipe', 'inherit'],
    })
    let acknowledged = -1
    createInterface({ input: writer.stdout }).on('line', (line) => (acknowledged = Number(line)))
    for (const end = performance.now() + 30_000; acknowledged < 20_000 && performance.now() < end; ) await sleep(20)
    const gone = new Promise((resolve) => writer.once('exit', resolve))
    writer.kill('SIGKILL')
    await gone
    expect(acknowledged).toBeGreaterThanOrEqual(20_000)
    const read = await (await open(bucket)).read({ ...KEY, group: 'writer' }, 0, acknowledged + 1)
    expect([...read.index]).toEqual(span(0, acknowledged + 1))
    console.log(`killed writer: ${acknowledged + 1} bins acknowledged, all there`)
  })

  it.each([
    ['a server that is not there', { url: 'http://127.0.0.1:9' }, 'curves-unreachable', '127.0.0.1:9'],
    ['a wrong token', { token: 'guessed' }, 'curves-refused', 'HEAVENS_INFLUX_TOKEN'],
    ['an unknown organisation', { org: 'nobody' }, 'curves-refused', 'HEAVENS_INFLUX_ORG'],
  ])('names %s at the start, and never the token', async (_, wrong, code, words) => {
    const failure = openInfluxCurveStore({ ...influx.settings, spool: join(folder, 'waiting'), log: () => undefined, ...wrong })
    await expect(failure).rejects.toMatchObject({ code })
    await expect(failure).rejects.toThrow(words)
    await expect(failure).rejects.not.toThrow(influx.settings.token)
  })

  it('takes a token that may read and write the bucket and nothing else, and says which right another lacks', async () => {
    const { url, token, org } = influx.settings
    const headers = { authorization: `Token ${token}`, 'content-type': 'application/json' }
    await open('rights')
    const { buckets } = (await (await fetch(`${url}/api/v2/buckets?name=rights`, { headers })).json()) as { buckets: { id: string; orgID: string }[] }
    const { id, orgID } = buckets[0]!
    const withRights = async (...actions: ('read' | 'write')[]): Promise<string> =>
      ((await (await fetch(`${url}/api/v2/authorizations`, { method: 'POST', headers, body: JSON.stringify({ orgID, permissions: actions.map((action) => ({ action, resource: { type: 'buckets', id, orgID } })) }) })).json()) as { token: string }).token
    const openWith = (limited: string, more: { bucket?: string; org?: string } = {}): Promise<InfluxCurveStore> =>
      openInfluxCurveStore({ ...influx.settings, token: limited, bucket: 'rights', org, spool: join(folder, 'limited'), log: () => undefined, ...more })
    const both = await openWith(await withRights('read', 'write'))
    opened.push(both)
    await both.put([{ key: KEY, bins: exampleBins([4]) }])
    expect([...(await both.read(KEY, 0, 10)).index]).toEqual([4])
    await expect(openWith(await withRights('read'))).rejects.toThrow('the token may not write to the bucket rights (HEAVENS_INFLUX_TOKEN)')
    await expect(openWith(await withRights('write'))).rejects.toThrow('the token may not read the bucket rights (HEAVENS_INFLUX_TOKEN)')
    await expect(openWith(await withRights('read', 'write'), { bucket: 'nowhere' })).rejects.toThrow('there is no bucket nowhere, and the token may not make it (HEAVENS_INFLUX_BUCKET)')
    await expect(openWith(await withRights('read', 'write'), { org: 'nobody' })).rejects.toThrow('HEAVENS_INFLUX_ORG')
  })
})
