import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { CurveKey } from '@heavens/schemas'
import { curveStoreConformance, exampleBins } from '../src/conformance/curve-store-conformance.js'
import { openInfluxCurveStore, type InfluxCurveStore } from '../src/curves/influx/open-influx-curve-store.js'
import { startInflux, whyNoInflux, type TestInflux } from './influx-server.js'

const missing = whyNoInflux()
if (missing) console.warn(`SKIPPED: curves on InfluxDB: ${missing}`)

const KEY: CurveKey = { instrument: 'test', run: 'main', group: 'a b', band: '50,3=00', width: 0.064 }
const span = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i)

describe.skipIf(missing !== undefined)('with a real InfluxDB', () => {
  let influx: TestInflux
  let folder: string
  const opened: InfluxCurveStore[] = []
  const said: string[] = []
  beforeAll(async () => {
    influx = await startInflux(8386)
  })
  afterAll(() => influx?.stop())
  beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'heavens-influx-'))))
  afterEach(async () => {
    for (const store of opened.splice(0)) await store.close()
    await rm(folder, { recursive: true, force: true })
    said.length = 0
  })
  const open = async (bucket: string, more: { spoolBytes?: number; spool?: string } = {}): Promise<InfluxCurveStore> => {
    const store = await openInfluxCurveStore({ ...influx.settings, bucket, spool: join(folder, 'waiting'), log: (sentence) => said.push(sentence), ...more })
    opened.push(store)
    return store
  }

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

  it('holds on disk what comes while the server is away, gives it in order when it is back, and lets no read miss it', async () => {
    const store = await open(`away-${randomUUID()}`)
    await store.put([{ key: KEY, bins: exampleBins(span(0, 10), 1) }])
    await influx.kill()
    await store.put([{ key: KEY, bins: exampleBins(span(5, 15), 2) }])
    await store.put([{ key: KEY, bins: exampleBins([7], 3) }])
    expect(store.counters()).toMatchObject({ waitingPieces: 2 })
    expect(store.counters().waitingBytes).toBeGreaterThan(1000)
    await influx.start()
    const read = await store.read(KEY, -Infinity, Infinity)
    expect([...read.index]).toEqual(span(0, 15))
    expect([...read.revision]).toEqual([1, 1, 1, 1, 1, 2, 2, 3, 2, 2, 2, 2, 2, 2, 2])
    expect(store.counters()).toMatchObject({ waitingPieces: 0, waitingBytes: 0 })
  })

  it('sets a piece aside that the server will never take, and brings what came behind it', async () => {
    const store = await open(`refused-${randomUUID()}`)
    await store.put([{ key: KEY, bins: exampleBins([1]) }])
    await influx.kill()
    const wrong = exampleBins([2])
    wrong.counts[0] = Infinity
    await store.put([{ key: KEY, bins: wrong }])
    await store.put([{ key: KEY, bins: exampleBins([3]) }])
    await influx.start()
    expect([...(await store.read(KEY, 0, 10)).index]).toEqual([1, 3])
    expect(store.counters()).toMatchObject({ waitingPieces: 0, waitingBytes: 0, refusedPieces: 1 })
    expect((await readdir(join(folder, 'waiting'))).filter((name) => name.endsWith('.refused'))).toHaveLength(1)
    expect(said.join(' ')).toContain('will not take')
  })

  it('gives what waited to the next process, and refuses more than may wait', async () => {
    const bucket = `later-${randomUUID()}`
    const store = await open(bucket, { spoolBytes: 60_000 })
    await influx.kill()
    await store.put([{ key: KEY, bins: exampleBins(span(0, 100)) }])
    await expect(store.put([{ key: KEY, bins: exampleBins(span(100, 1000)) }])).rejects.toMatchObject({ code: 'store-full' })
    await opened.pop()!.close()
    await influx.start()
    const next = await open(bucket)
    expect((await next.read(KEY, 0, 2000)).index.length).toBe(100)
    expect(said.join(' ')).toContain('InfluxDB has all light curves again')
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

  it('names a bucket that the token may only read', async () => {
    const { url, token, org } = influx.settings
    const headers = { authorization: `Token ${token}`, 'content-type': 'application/json' }
    await open('read-only')
    const { orgs } = (await (await fetch(`${url}/api/v2/orgs?org=${org}`, { headers })).json()) as { orgs: { id: string }[] }
    const { buckets } = (await (await fetch(`${url}/api/v2/buckets?name=read-only`, { headers })).json()) as { buckets: { id: string }[] }
    const permissions = [{ action: 'read', resource: { type: 'buckets', id: buckets[0]!.id, orgID: orgs[0]!.id } }, { action: 'read', resource: { type: 'orgs', id: orgs[0]!.id } }]
    const made = (await (await fetch(`${url}/api/v2/authorizations`, { method: 'POST', headers, body: JSON.stringify({ orgID: orgs[0]!.id, permissions }) })).json()) as { token: string }
    await expect(openInfluxCurveStore({ ...influx.settings, token: made.token, bucket: 'read-only', spool: join(folder, 'waiting'), log: () => undefined })).rejects.toThrow('may not write')
  })
})
