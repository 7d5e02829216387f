import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { telemetryTopic, type IngestAnswer, type Job, type RolePresence, type StreamHealth } from '@heavens/schemas'
import { openEmbeddedStores } from '@heavens/storage'
import type { StreamDigest } from '../src/commands/digest.js'
import { heavens, start, temporaryFolder, type Running } from './heavens.js'
import { MET, partFile, photons } from './tte-file.js'

let folder: string
let remove: () => Promise<void>
let files: string[]
let oracle: string

/** A made-up burst in two detectors. */
beforeAll(async () => {
  ({ folder, remove } = await temporaryFolder())
  files = []
  for (const detector of [0, 1]) {
    const rows = photons(3 + detector, 90, 400, { at: 60, rate: 900 })
    const file = path.join(folder, `n${detector}.fit`)
    await writeFile(file, partFile(detector, rows, 0, rows.time.length, { start: 0, stop: 90 }))
    files.push(file)
  }
  const data = path.join(folder, 'oracle')
  const { code, stderr } = await heavens('replay', ...files, '--data', data, '--json')
  if (code !== 0) throw new Error(stderr)
  oracle = (await heavens('digest', '--data', data, '--json')).stdout
}, 60_000)
afterAll(() => remove())

let running: Running[] = []
afterEach(async () => {
  for (const program of running) program.process.kill('SIGKILL')
  await Promise.all(running.map((program) => program.ended))
  running = []
})

function role(data: string, words: readonly string[], id = '1'): Running {
  const program = start(words, { HEAVENS_DATA_DIR: path.join(folder, data), HEAVENS_ROLE_ID: id, HEAVENS_PORT: '0', HEAVENS_LOG: undefined, HEAVENS_CURVES: undefined, HEAVENS_ARCHIVE: undefined })
  running.push(program)
  return program
}

type Row = RolePresence & { alive: boolean }
const status = async (data: string): Promise<Row[]> => JSON.parse((await heavens('status', '--data', path.join(folder, data), '--json')).stdout) as Row[]

async function until<T>(ask: () => Promise<T>, fits: (answer: T) => boolean, seconds: number): Promise<T> {
  for (const end = performance.now() + seconds * 1000; ; await sleep(200)) {
    const answer = await ask()
    if (fits(answer)) return answer
    if (performance.now() > end) throw new Error(`not within ${seconds} s: ${JSON.stringify(answer)}`)
  }
}

describe('roles as processes of their own on one data folder', () => {
  it('give what one clean pass gives, also when the one that processes is killed and another takes over; jobs run; all end on SIGTERM', async () => {
    const data = 'shared'
    const first = role(data, ['process'], 'a')
    await first.prints(/process a begins/)
    role(data, ['process'], 'b')
    const api = role(data, ['api'])
    const [, url] = await api.prints(/at (http:\/\/127\.0\.0\.1:\d+)/)
    role(data, ['work'])
    const ingest = role(data, ['ingest', '--replay', ...files, '--speed', '20'])
    const holder = await until(() => status(data), (rows) => rows.some((r) => r.role === 'process' && r.streams.some((s) => s.offset > 0)), 20)
    const id = holder.find((r) => r.role === 'process' && r.streams.length > 0)!.id
    running.find((program) => program.output().includes(`process ${id} begins`))!.process.kill('SIGKILL')
    await ingest.prints(/all files have been played/, 30)
    const stores = await openEmbeddedStores(path.join(folder, data))
    const { next } = await stores.log.bounds(telemetryTopic({ instrument: 'fermi-gbm', run: 'main' }))
    await stores.close()
    // What a role says of its lag may be a beat old: the log's end is what counts.
    await until(() => status(data), (rows) => rows.some((r) => r.role === 'process' && r.id !== id && r.alive && r.streams.some((s) => s.offset >= next)), 20)
    const request = {
      label: 'roles', time: { format: 'met', scale: 'tt', mission: 'fermi', intervals: [[MET + 50, MET + 80]] }, energy: { unit: 'keV', bands: [{ min: 50, max: 300 }] },
      instruments: [{ id: 'fermi-gbm' }], products: { lightCurve: { bin: 1 } },
    }
    const submitted = await fetch(`${url}/api/v1/analyses`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(request) })
    const { id: job } = (await submitted.json()) as Job
    expect(submitted.status).toBe(201)
    const done = await until(async () => (await (await fetch(`${url}/api/v1/analyses/${job}`)).json()) as Job, (j) => j.phase === 'COMPLETED' || j.phase === 'ERROR', 30)
    expect(done).toMatchObject({ phase: 'COMPLETED', attempts: 1 })
    const product = await fetch(`${url}/api/v1/analyses/${job}/products/${done.products.find((p) => p.kind === 'light-curve')!.path}`)
    expect((await product.arrayBuffer()).byteLength).toBeGreaterThan(2880)
    const again = (await (await fetch(`${url}/api/v1/analyses`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(request) })).json()) as Job
    expect(again.id).toBe(job)
    // What an owner changes of a job is not lost when its worker writes it, in another process.
    const held = await fetch(`${url}/uws`, { method: 'POST', body: new URLSearchParams({ REQUEST: JSON.stringify({ ...request, label: 'owned' }), EXECUTIONDURATION: '900' }), redirect: 'manual' })
    const own = held.headers.get('location')!
    const destruction = new Date(Date.now() + 3_600_000).toISOString()
    await fetch(`${own}/destruction`, { method: 'POST', body: new URLSearchParams({ DESTRUCTION: destruction }) })
    await fetch(`${own}/phase`, { method: 'POST', body: new URLSearchParams({ PHASE: 'RUN' }) })
    await until(async () => (await fetch(`${own}/phase?WAIT=5`)).text(), (phase) => phase === 'COMPLETED', 30)
    expect([await (await fetch(`${own}/destruction`)).text(), await (await fetch(`${own}/executionduration`)).text()]).toEqual([destruction, '900'])
    expect(await (await fetch(`${url}/uws?LAST=1`)).text()).toContain(own.split('/').at(-1)!)
    for (const program of running) program.process.kill('SIGTERM')
    const ends = await Promise.all(running.map((program) => program.ended))
    expect(ends.map((end) => end.code).sort()).toEqual([0, 0, 0, 0, null])
    expect((await heavens('digest', '--data', path.join(folder, data), '--json')).stdout).toBe(oracle)
  }, 120_000)

  it.each(['roles', 'up'] as const)('takes an upload while files of the same instrument replay (%s): at once, into a run of its own, and the replay ends as if nothing had been', async (how) => {
    const data = `beside-${how}`
    let url: string
    let replaying: Running
    if (how === 'up') {
      replaying = start(['up', '--port', '0', '--data', path.join(folder, data), '--replay', ...files, '--speed', '6'])
      running.push(replaying)
      url = (await replaying.prints(/at (http:\/\/127\.0\.0\.1:\d+)/))[1]!
    } else {
      role(data, ['process'])
      replaying = role(data, ['ingest', '--replay', ...files, '--speed', '6'])
      url = (await role(data, ['api']).prints(/at (http:\/\/127\.0\.0\.1:\d+)/))[1]!
    }
    const streams = async (): Promise<StreamHealth[]> => ((await (await fetch(`${url}/api/v1/status`)).json()) as { streams: StreamHealth[] }).streams
    await until(streams, (all) => all.some((s) => s.run === 'main' && s.events > 0), 20)
    // Later than anything in the files: alone it would go to main.
    const rows = photons(9, 20, 300)
    const body = partFile(2, { ...rows, time: rows.time.map((t) => t + 200) }, 0, rows.time.length, { start: 200, stop: 220 })
    const began = performance.now()
    const answer = await fetch(`${url}/api/v1/ingest?name=later.fit`, { method: 'POST', headers: { 'content-type': 'application/fits' }, body: new Uint8Array(body) })
    const said = (await answer.json()) as IngestAnswer
    expect(answer.status, JSON.stringify(said)).toBe(202)
    expect(said.accepted).toMatchObject([{ file: 'later.fit', events: rows.time.length, run: expect.stringMatching(/^upload-/) as string }])
    expect(performance.now() - began).toBeLessThan(8000)
    expect(replaying.output()).not.toContain('all files have been played')
    await replaying.prints(/all files have been played/, 40)
    await until(streams, (all) => all.length === 2 && all.every((s) => s.ended), 20)
    const ours = JSON.parse((await heavens('digest', '--data', path.join(folder, data), '--json')).stdout) as StreamDigest[]
    expect(ours.filter((d) => d.run === 'main')).toEqual(JSON.parse(oracle))
    expect(ours).toHaveLength(2)
  }, 120_000)

  it('ends a replay in the middle at once, and takes it up there', async () => {
    const data = 'middle'
    const first = role(data, ['ingest', '--replay', ...files, '--speed', '4'])
    await first.prints(/ingest 1 begins/)
    await sleep(3000)
    const began = performance.now()
    first.process.kill('SIGTERM')
    expect((await first.ended).code).toBe(0)
    expect(performance.now() - began).toBeLessThan(5000)
    await role(data, ['ingest', '--replay', ...files, '--speed', 'max']).prints(/all files have been played/, 30)
    role(data, ['process'])
    await until(async () => (await heavens('digest', '--data', path.join(folder, data), '--json')).stdout, (digest) => digest === oracle, 30)
  }, 90_000)

  it('refuses a second process with the same role and id, but not the successor of one that was killed', async () => {
    const data = 'twice'
    const first = role(data, ['process'])
    await first.prints(/begins/)
    const second = await role(data, ['process']).ended
    expect(second.code).not.toBe(0)
    expect(second.stderr).toContain('[role-busy]')
    first.process.kill('SIGKILL')
    await first.ended
    // The killed one is known to be gone: nothing is waited for.
    const third = role(data, ['process'])
    await third.prints(/begins/, 6)
  }, 60_000)

  it.each([
    ['HEAVENS_LOG', { HEAVENS_LOG: 'paper' }], ['HEAVENS_KAFKA_BROKERS', { HEAVENS_LOG: 'kafka', HEAVENS_KAFKA_BROKERS: undefined }], ['HEAVENS_PORT', { HEAVENS_PORT: 'high' }], ['HEAVENS_WORK_THREADS', { HEAVENS_WORK_THREADS: '0' }],
    ['HEAVENS_ROLE_ID', { HEAVENS_ROLE_ID: 'a b' }],
  ])('does not start with a wrong %s, and names it', async (name, env) => {
    const program = start(['work'], { HEAVENS_DATA_DIR: path.join(folder, 'unused'), ...env })
    running.push(program)
    const { code, stderr } = await program.ended
    expect(code).toBe(3)
    expect(stderr).toContain(name)
    expect(stderr).toContain('[bad-setting]')
  })
})
