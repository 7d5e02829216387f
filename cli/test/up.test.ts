import { appendFile, copyFile, mkdir, utimes, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import path from 'node:path'
import { telemetryTopic, TOPICS, type Candidate, type Item, type StreamHealth } from '@heavens/schemas'
import { decodeItem, openEmbeddedStores, type Stores } from '@heavens/storage'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { start, temporaryFolder, type Running } from './heavens.js'
import { partFile, photons } from './tte-file.js'

let folder: string
let remove: () => Promise<void>
beforeAll(async () => ({ folder, remove } = await temporaryFolder()))
afterAll(() => remove())

let running: Running[] = []
afterEach(async () => {
  for (const program of running) program.process.kill('SIGKILL')
  await Promise.all(running.map((program) => program.ended))
  running = []
})

async function up(data: string, ...args: string[]): Promise<{ program: Running; url: string; port: number }> {
  const program = start(['up', '--port', '0', '--data', path.join(folder, data), ...args])
  running.push(program)
  const [, url, port] = await program.prints(/at (http:\/\/127\.0\.0\.1:(\d+))/)
  return { program, url: url!, port: Number(port) }
}

/** Ask until the answer fits; throws with the last answer after `seconds`. */
async function until<T>(ask: () => Promise<T>, fits: (answer: T) => boolean, seconds: number): Promise<T> {
  const end = performance.now() + seconds * 1000
  for (;;) {
    const answer = await ask()
    if (fits(answer)) return answer
    if (performance.now() > end) throw new Error(`not within ${seconds} s: ${JSON.stringify(answer)}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

async function streams(url: string): Promise<StreamHealth[]> {
  const status = (await (await fetch(`${url}/api/v1/status`)).json()) as { streams: StreamHealth[] }
  return status.streams
}

/** Ctrl-C: seconds until it has ended, and how. */
async function interrupt({ process: child, ended }: Running): Promise<{ code: number | null; seconds: number; stderr: string }> {
  const begun = performance.now()
  child.kill('SIGINT')
  const { code, stderr } = await ended
  return { code, seconds: (performance.now() - begun) / 1000, stderr }
}

async function itemsOf(stores: Stores, instrument: string, run: string): Promise<Item[]> {
  const items: Item[] = []
  for await (const batch of stores.log.read(telemetryTopic({ instrument, run }), 0, 0, { follow: false })) for (const { value } of batch.records) items.push(decodeItem(value))
  return items
}

describe('heavens up with the simulated mission', () => {
  it('is ready within 15 s, ends on Ctrl-C within 10 s, and carries on where it was', async () => {
    const begun = performance.now()
    const first = await up('mission', '--scenario', 'quiet')
    await until(async () => (await fetch(`${first.url}/readyz`)).status, (status) => status === 200, 15)
    expect((performance.now() - begun) / 1000).toBeLessThan(15)
    await until(() => streams(first.url), (all) => all.length >= 3 && all.every((s) => s.simulated && s.events > 0), 15)
    const ended = await interrupt(first.program)
    expect(ended.code, `${ended.stderr}`).toBe(0)
    expect(ended.seconds).toBeLessThan(10)
    const data = path.join(folder, 'mission')
    const candidatesOf = async (stores: Stores): Promise<string[]> => (await stores.log.latest(TOPICS.candidates)).map((r) => (JSON.parse(new TextDecoder().decode(r.value)) as Candidate).id)
    const inStores = async <T>(work: (stores: Stores) => Promise<T>): Promise<T> => {
      const stores = await openEmbeddedStores(data)
      try {
        return await work(stores)
      } finally {
        await stores.close()
      }
    }
    const before = await inStores(candidatesOf)
    const watermarks = new Map<string, number>()
    await inStores(async (stores) => {
      for (const topic of (await stores.log.topics()).filter((t) => t.startsWith('heavens.telemetry.'))) watermarks.set(topic, (await stores.log.bounds(topic)).next)
    })

    const second = await up('mission', '--scenario', 'quiet')
    expect(await second.program.prints(/fermi-gbm\.simulated: goes on/)).toBeTruthy()
    await until(() => inStores(async (stores) => Promise.all([...watermarks].map(async ([topic, next]) => (await stores.log.bounds(topic)).next > next))), (all) => all.every(Boolean), 15)
    await until(() => streams(second.url), (all) => all.length >= 3, 10)
    expect((await interrupt(second.program)).code).toBe(0)

    await inStores(async (stores) => {
      for (const instrument of ['fermi-gbm', 'fermi-lat', 'integral-spi-acs']) {
        const items = await itemsOf(stores, instrument, 'simulated')
        const times = items.flatMap((item) => (item.kind === 'watermark' ? [item.time] : []))
        expect(times, `${instrument}: watermarks`).toEqual(times.toSorted((a, b) => a - b))
        const sent = items.flatMap((item) => (item.kind === 'watermark' || item.kind === 'ledger' ? [] : [`${item.source} ${item.sequence}`]))
        expect(new Set(sent).size, `${instrument}: sequence numbers`).toBe(sent.length)
        expect(items.filter((item) => item.kind === 'ledger' && item.late + item.duplicates + item.undecodable > 0), `${instrument}: ledger`).toEqual([])
        if (instrument === 'fermi-lat') continue
        // Nothing is missing where the first flight ended and the second began: blocks follow each other in time.
        const blocks = items.filter((item) => (item.kind === 'events' || item.kind === 'rates') && item.source === sent[0]!.split(' ')[0]).map((item) => item as { start: number; stop: number })
        const gaps = blocks.slice(1).filter((block, i) => block.start - blocks[i]!.stop > 1)
        expect(gaps, `${instrument}: gaps`).toEqual([])
      }
      expect(await candidatesOf(stores)).toEqual(expect.arrayContaining(before))
    })
  }, 90_000)
})

describe('heavens up that cannot listen', () => {
  it('says in a sentence that the port is busy', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as { port: number }
    try {
      const program = start(['up', '--port', String(port), '--data', path.join(folder, 'busy'), '--watch', folder])
      running.push(program)
      const { code, stdout, stderr } = await program.ended
      expect(code).toBeGreaterThan(0)
      expect(stdout).toBe('')
      expect(stderr).toContain(`Port ${port} on 127.0.0.1 is in use; choose another with --port.`)
    } finally {
      server.close()
    }
  })

  it('refuses to let others in without a token, in a sentence', async () => {
    const program = start(['up', '--host', '0.0.0.0', '--port', '0', '--data', path.join(folder, 'open'), '--watch', folder])
    running.push(program)
    const { code, stdout, stderr } = await program.ended
    expect(code).toBeGreaterThan(0)
    expect(stdout).toBe('')
    expect(stderr).toContain('Listening on 0.0.0.0 lets others in: set HEAVENS_TOKEN first, or leave out --host.')
  })

  it('names the scenarios where there is no such one: exit code 2', async () => {
    const program = start(['up', '--scenario', 'nonsense', '--data', path.join(folder, 'none')])
    running.push(program)
    const { code, stderr } = await program.ended
    expect(code).toBe(2)
    expect(stderr).toMatch(/no scenario nonsense; there are: .*quiet/)
  })
})

describe('heavens up with files', () => {
  const rows = photons(8, 200, 200)
  const whole = partFile(4, rows, 0, rows.time.length, { start: 0, stop: 200 })

  it('flies no mission over a folder of measured telemetry, unless it is named', async () => {
    const file = path.join(folder, 'measured.fit')
    await writeFile(file, whole)
    const brought = await start(['ingest', file, '--data', path.join(folder, 'measured')]).ended
    expect(brought.code, brought.stderr).toBe(0)
    const { program, url } = await up('measured')
    expect(program.output()).toContain('No mission is simulated')
    expect(((await (await fetch(`${url}/api/v1/status`)).json()) as { simulated: boolean }).simulated).toBe(false)
    await interrupt(program)
    const named = await up('measured', '--scenario', 'quiet')
    expect(((await (await fetch(`${named.url}/api/v1/status`)).json()) as { simulated: boolean }).simulated).toBe(true)
  })

  it('shows a replay at its speed: events grow', async () => {
    const file = path.join(folder, 'replayed.fit')
    await writeFile(file, whole)
    const { url, program } = await up('replay', '--replay', file, '--speed', '50')
    const events = async (): Promise<number> => (await streams(url)).find((s) => s.instrument === 'fermi-gbm')?.events ?? 0
    const some = await until(events, (n) => n > 0, 15)
    expect(some).toBeLessThan(rows.time.length)
    await until(events, (n) => n > some && n < rows.time.length, 5)
    await until(events, (n) => n === rows.time.length, 10)
    expect((await interrupt(program)).code).toBe(0)
  })

  it('ingests a file of a watched folder once, when it is wholly written, however often it is touched', async () => {
    const watched = path.join(folder, 'watched')
    await mkdir(watched)
    const { url, program } = await up('watch', '--watch', watched)
    const file = path.join(watched, 'slow.fit')
    const third = Math.floor(whole.length / 3)
    await writeFile(file, whole.subarray(0, third))
    await new Promise((resolve) => setTimeout(resolve, 500))
    await appendFile(file, whole.subarray(third, 2 * third))
    await new Promise((resolve) => setTimeout(resolve, 500))
    await appendFile(file, whole.subarray(2 * third))
    const health = async (): Promise<StreamHealth | undefined> => (await streams(url)).find((s) => s.instrument === 'fermi-gbm')
    await until(health, (s) => s?.events === rows.time.length, 15)
    expect(program.output()).not.toContain('refused')
    const now = new Date()
    await utimes(file, now, now)
    await copyFile(file, path.join(watched, 'again.fit'))
    const after = await until(health, (s) => (s?.ledger.duplicates ?? 0) > 0, 15)
    expect(after).toMatchObject({ events: rows.time.length, run: 'main' })
    expect((await streams(url)).length).toBe(1)
    await writeFile(path.join(watched, 'letter.fits'), 'Dear Sir or Madam')
    await program.prints(/refused .*letter\.fits.*fits-not-fits/, 10)
    const ended = await interrupt(program)
    expect(ended.code, `${ended.stderr}`).toBe(0)
  })
})
