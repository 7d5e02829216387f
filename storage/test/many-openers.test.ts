import { execFile } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openEmbeddedStores, type LogRecord, type Stores } from '../src/index.js'

const pathOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url))
const run = promisify(execFile)

describe('embedded stores that several have open', () => {
  let folder: string
  let stores: Stores
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'heavens-openers-'))
    stores = await openEmbeddedStores(folder)
  })
  afterEach(async () => {
    await stores.close()
    await rm(folder, { recursive: true, force: true })
  })

  const inThread = (name: string, count: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const worker = new Worker(pathOf('./append-many.mjs'), { workerData: [folder, name, count] })
      worker.on('error', reject)
      worker.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`the thread ended with ${code}`))))
    })
  const inProcess = (name: string, count: number): Promise<unknown> => run(process.execPath, [pathOf('./append-many.mjs'), folder, name, String(count)])

  it('lose and double nothing, and a reader here follows what threads and processes append', async () => {
    const stop = new AbortController()
    const found: LogRecord[] = []
    const count = 60
    const reading = (async () => {
      for await (const batch of stores.log.read('heavens.telemetry.shared', 0, 0, { signal: stop.signal })) {
        found.push(...batch.records)
        if (found.length >= 5 * count) stop.abort()
      }
    })()
    const own = (async () => {
      for (let i = 0; i < count; i++) await stores.log.append('heavens.telemetry.shared', [{ key: 'here', value: new TextEncoder().encode(String(i)) }])
    })()
    await Promise.all([inThread('thread1', count), inThread('thread2', count), inProcess('process1', count), inProcess('process2', count), own])
    await reading
    expect(found.map((r) => r.offset)).toEqual(Array.from({ length: 5 * count }, (_, i) => i))
    for (const name of ['thread1', 'thread2', 'process1', 'process2', 'here']) {
      const values = found.filter((r) => r.key === name).map((r) => new TextDecoder().decode(r.value))
      expect(values).toEqual(Array.from({ length: count }, (_, i) => String(i)))
    }
    for (const name of ['thread1', 'thread2', 'process1', 'process2']) expect(await stores.log.bounds(`heavens.telemetry.${name}`)).toEqual({ first: 0, next: count })
  })

  it('say store-full when there is no room, keep what was durable, and go on when there is room again', async () => {
    // A limit on the size of files stands for a full disk: no file of the child may grow beyond 3 MB.
    const { stdout } = await run('bash', ['-c', `trap '' XFSZ; ulimit -f 3072; exec "$0" "$1" "$2"`, process.execPath, pathOf('./fill-up.mjs'), folder])
    const told = JSON.parse(stdout) as { durable: number; code: string; sentence: string; again: string; next: number; product: string }
    expect(told).toMatchObject({ code: 'store-full', again: 'store-full', product: 'store-full', next: told.durable })
    expect(told.sentence).toContain('No space is left for the log')
    expect(told.durable).toBeGreaterThan(3)
    expect(await stores.log.bounds('heavens.telemetry.full')).toEqual({ first: 0, next: told.durable })
    let n = 0
    for await (const batch of stores.log.read('heavens.telemetry.full', 0, 0, { follow: false })) {
      for (const { value } of batch.records) expect(value.every((byte) => byte === n), `record ${n++}`).toBe(true)
    }
    expect(n).toBe(told.durable)
    expect(await stores.log.append('heavens.telemetry.full', [{ key: null, value: new Uint8Array(1 << 18) }])).toEqual({ first: n, last: n })
    expect((await readdir(join(folder, 'products'), { recursive: true })).filter((name) => name.endsWith('.part'))).toEqual([])
  })
})
