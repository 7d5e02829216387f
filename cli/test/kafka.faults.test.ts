import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { streamOfTopic, type Job, type RolePresence } from '@heavens/schemas'
import { lastWatermark } from '@heavens/ingest'
import { openStores, readStoreSettings, type Stores } from '@heavens/storage'
import { startBroker, whyNoBroker, type TestBroker } from '../../storage/test/kafka-broker.js'
import { allPlayed, candidates, contradictions } from './faults/alerts.js'
import { endAll, percentile, seededRandom, slowness, supervise, until, type Supervised } from './faults/chaos.js'
import { makeOracle, type Oracle } from './faults/oracle.js'
import { endStream, eventsDigest, undisturbedFlight } from './faults/simulated-oracle.js'
import { start, temporaryFolder } from './heavens.js'

const SEED = 20261128
const SPEED = 25
/** Where what happens does not depend on it: the replay is over sooner. */
const FASTER = 50
const KILLS = 36
/** What flies beside the burst: photons with directions, many times faster than time. */
const MISSION = { scenario: 'ngc4845', seed: 7, speed: 100, stream: { instrument: 'fermi-lat', run: 'simulated' } }

const missing = whyNoBroker(true)
if (missing) console.warn(`SKIPPED: faults over Kafka: ${missing}`)

describe.skipIf(missing !== undefined)('roles over a real Kafka', () => {
  let folder: string
  let remove: () => Promise<void>
  let oracle: Oracle
  let broker: TestBroker
  const running: Supervised[] = []
  let stores: Stores | undefined

  beforeAll(async () => {
    ({ folder, remove } = await temporaryFolder())
    oracle = await makeOracle(folder)
    broker = await startBroker(9495, { ours: true })
  })
  afterEach(async () => {
    await stores?.close()
    stores = undefined
    await endAll(running.splice(0))
  })
  afterAll(async () => {
    await broker?.stop()
    await remove()
  })

  /** Variables of one installation of its own. */
  function installation(name: string): Record<string, string> {
    return {
      HEAVENS_DATA_DIR: path.join(folder, name), HEAVENS_LOG: 'kafka', HEAVENS_KAFKA_BROKERS: broker.brokers.join(','), HEAVENS_KAFKA_PREFIX: `${name}.`, HEAVENS_CURVES: 'embedded', HEAVENS_ARCHIVE: 'files', HEAVENS_PORT: '0',
      HEAVENS_LOG_LEVEL: 'info',
    }
  }
  async function role(env: Record<string, string>, name: RolePresence['role'], id = '1', ...args: string[]): Promise<Supervised> {
    const program = await supervise(`${name} ${id}`, [name, ...args], { ...env, HEAVENS_ROLE_ID: id }, name === 'api' ? /at http:/ : new RegExp(`${name} ${id} begins`))
    running.push(program)
    return program
  }
  const open = async (env: Record<string, string>): Promise<Stores> => (stores = await openStores(readStoreSettings(env), { clientId: 'heavens-test', folder: env['HEAVENS_DATA_DIR']!, log: () => undefined }))
  const asked = async (env: Record<string, string>, ...words: string[]): Promise<string> => (await start([...words, '--json'], env).ended).stdout

  /** All is on the log, and somebody alive has processed it to its end. */
  async function settled(env: Record<string, string>): Promise<void> {
    const mine = stores ?? (await open(env))
    await until(() => allPlayed(mine), (played) => played, 150)
    const ends = await Promise.all((await mine.log.topics()).filter((topic) => streamOfTopic(topic)).map(async (topic) => ({ topic, next: (await mine.log.bounds(topic)).next })))
    await until(
      async () => JSON.parse(await asked(env, 'status')) as (RolePresence & { alive: boolean })[],
      (roles) => ends.every(({ topic, next }) => roles.some((r) => r.role === 'process' && r.alive && r.streams.some((s) => s.topic === topic && s.offset >= next))), 120,
    )
  }
  /** What a fault must leave: the results of one clean pass, and no candidate told in two ways. */
  const results = async (env: Record<string, string>): Promise<unknown> => ({
    digest: await asked(env, 'digest', '--instrument', 'fermi-gbm'), contradictions: await contradictions(stores!), candidates: [...(await candidates(stores!)).values()].filter((c) => c.instrument === 'fermi-gbm').length,
  })
  const clean = (): unknown => ({ digest: oracle.digest, contradictions: [], candidates: 1 })

  it('kill -9 of every role in rotation, one or two at a time, while a burst replays and a simulated mission flies', async () => {
    const random = seededRandom(SEED)
    const slow = [slowness()]
    const env = installation('rotation')
    const simulated = await role(env, 'ingest', 'simulated', '--scenario', MISSION.scenario, '--seed', String(MISSION.seed), '--speed', String(MISSION.speed))
    const roles = [
      await role(env, 'process', 'a'), await role(env, 'process', 'b'), await role(env, 'work'), await role(env, 'api'), simulated,
      await role(env, 'ingest', '1', '--replay', ...oracle.files, '--speed', String(SPEED)),
    ]
    const mine = await open(env)
    const watermark = async (): Promise<number> => (await lastWatermark(mine.log, MISSION.stream))?.time ?? NaN
    const recoveries: number[] = []
    const pairs: number[] = []
    let whilePlaying = 0
    const began = { wall: performance.now(), data: await watermark() }
    for (let i = 0; recoveries.length + pairs.length < KILLS; i++) {
      await sleep(200 + 800 * random())
      const playing = !roles[5]!.output().includes('all files have been played')
      const one = roles[i % roles.length]!
      if (i % 3 < 2) recoveries.push(await one.kill())
      else pairs.push(...(await Promise.all([one, roles[(i + 1 + Math.floor(random() * 4)) % roles.length]!].map((program) => program.kill()))))
      if (playing) whilePlaying = recoveries.length + pairs.length
    }
    const speed = ((await watermark()) - began.data) / ((performance.now() - began.wall) / 1000)
    await until(async () => roles[5]!.output().includes('all files have been played'), (played) => played, 120)
    await simulated.end()
    const stop = await endStream(mine, MISSION.stream)
    await settled(env)
    slow.push(slowness())
    const all = [...recoveries, ...pairs]
    console.log(
      `roles over Kafka: seed ${SEED}, ${all.length} kills (${pairs.length} of them two at a time, ${whilePlaying} while the burst replayed at ${SPEED} × real time, all while the simulated mission flew, ${speed.toFixed(0)} × real time with its restarts);`
      + ` from kill to running again p50 ${Math.round(percentile(recoveries, 0.5))} ms, p95 ${Math.round(percentile(recoveries, 0.95))} ms, two at a time p95 ${Math.round(percentile(pairs, 0.95))} ms; machine ${slow.map((s) => s.toFixed(1)).join(' and ')} times slower than one of its own`,
    )
    expect(await results(env)).toEqual(clean())
    const flight = { events: await eventsDigest(mine.log, MISSION.stream), results: JSON.parse(await asked(env, 'digest', '--instrument', MISSION.stream.instrument)) as unknown }
    expect(flight).toEqual(await undisturbedFlight(folder, mine.log, MISSION.scenario, MISSION.seed, MISSION.stream, stop))
    expect(all.length).toBeGreaterThanOrEqual(30)
    expect(speed).toBeGreaterThan(20)
    // The goal on a machine of its own.
    expect(percentile(recoveries, 0.95)).toBeLessThan(5000 * Math.max(...slow))
  }, 600_000)

  it('kill -9 of the broker, and a broker that stands still for 20 s', async () => {
    const env = installation('broker')
    await role(env, 'process')
    await role(env, 'ingest', '1', '--replay', ...oracle.files, '--speed', String(SPEED))
    await sleep(4000)
    await broker.faults!.kill()
    await sleep(1000)
    await broker.faults!.start()
    await sleep(4000)
    await broker.faults!.pause()
    await sleep(20_000)
    await broker.faults!.resume()
    await settled(env)
    expect(await results(env)).toEqual(clean())
  })

  it('a hand-over in the middle of a burst: one process is told to end, another is there', async () => {
    const env = installation('handover')
    const first = await role(env, 'process', 'a')
    await role(env, 'process', 'b')
    const ingest = await role(env, 'ingest', '1', '--replay', ...oracle.files, '--speed', String(FASTER))
    // The burst begins 130 s after the first event; at this speed 2.6 s after the start.
    await until(async () => JSON.parse(await asked(env, 'status')) as RolePresence[], (roles) => roles.some((r) => r.role === 'process' && r.streams.some((one) => one.offset > 300)), 60)
    const holder = (JSON.parse(await asked(env, 'status')) as RolePresence[]).find((r) => r.role === 'process' && r.streams.length > 0)!.id
    await (holder === 'a' ? first : running[1]!).end()
    await until(async () => ingest.output().includes('all files have been played'), (played) => played, 90)
    await settled(env)
    expect(await results(env)).toEqual(clean())
  })

  it('clocks of the roles that differ by a minute either way: results are the same, two of one id are told apart, everybody is seen', async () => {
    const env = installation('skew')
    const clock = (seconds: number): Record<string, string> => ({
      ...env, NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(`const R=Date,d=${seconds * 1000};globalThis.Date=class extends R{constructor(...a){if(a.length)super(...a);else super(R.now()+d)}static now(){return R.now()+d}}`)}`,
    })
    await role(clock(60), 'process', 'a')
    await role(clock(-60), 'process', 'b')
    await role(clock(-60), 'ingest', '1', '--replay', ...oracle.files, '--speed', String(FASTER))
    await role(clock(60), 'work')
    for (const seconds of [60, -60, 0]) {
      const second = await start(['process'], { ...clock(seconds), HEAVENS_ROLE_ID: 'a' }).ended
      expect(second.stderr).toContain('[role-busy]')
      const seen = JSON.parse((await start(['status', '--json'], clock(seconds)).ended).stdout) as (RolePresence & { alive: boolean })[]
      expect(seen.map((r) => `${r.role} ${r.id} ${r.alive}`), `status by a clock ${seconds} s ahead`).toEqual(['ingest 1 true', 'process a true', 'process b true', 'work 1 true'])
    }
    await settled(env)
    expect(await results(env)).toEqual(clean())
  })

  it('two ingest processes that were told to bring in the same files, the one that works killed', async () => {
    const env = installation('twins')
    await role(env, 'process')
    const twins = [await role(env, 'ingest', 'a', '--replay', ...oracle.files, '--speed', 'max'), await role(env, 'ingest', 'b', '--replay', ...oracle.files, '--speed', 'max')]
    await sleep(300)
    await twins[0]!.kill()
    await settled(env)
    await until(async () => twins.every((twin) => twin.output().includes('all files have been played')), (both) => both, 60)
    await settled(env)
    expect(await results(env)).toEqual(clean())
  })

  it('a worker killed in the middle of a job: another runs it again, once', async () => {
    const env = installation('worker')
    await role(env, 'process')
    const api = await role(env, 'api')
    const ingest = await role(env, 'ingest', '1', '--replay', ...oracle.files, '--speed', 'max')
    await until(async () => ingest.output().includes('all files have been played'), (played) => played, 60)
    await settled(env)
    const url = api.output().match(/at (http:\/\/127\.0\.0\.1:\d+)/)![1]!
    const status = (await (await fetch(`${url}/api/v1/status`)).json()) as { streams: { start: number; watermark: number }[] }
    const stream = status.streams[0]!
    const request = {
      label: 'killed', time: { format: 'seconds', scale: 'tt', reference: '2000-01-01T00:00:00', intervals: [[stream.start, stream.watermark]] }, energy: { unit: 'keV', bands: [{ min: 10, max: 900 }] },
      instruments: [{ id: 'fermi-gbm' }], products: { lightCurve: { bin: 0.004 }, spectrum: {}, events: {} },
    }
    const first = await role(env, 'work', 'a')
    const answer = await fetch(`${url}/api/v1/analyses`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(request) })
    const job = (await answer.json()) as Job
    expect(answer.status, JSON.stringify(job)).toBe(201)
    const look = async (): Promise<Job> => (await (await fetch(`${url}/api/v1/analyses/${job.id}`)).json()) as Job
    await until(look, (j) => j.phase === 'EXECUTING', 30)
    // Not started again: the other one must do it.
    await first.gone()
    await role(env, 'work', 'b')
    const done = await until(look, (j) => j.phase !== 'EXECUTING' && j.phase !== 'QUEUED', 60)
    expect(done, JSON.stringify(done.error)).toMatchObject({ phase: 'COMPLETED', attempts: 2 })
    expect((await fetch(`${url}/api/v1/analyses/${job.id}/products/${done.products[0]!.path}`)).status).toBe(200)
  })
})
