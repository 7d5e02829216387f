import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { telemetryTopic, type RolePresence } from '@heavens/schemas'
import { openStores, readStoreSettings } from '@heavens/storage'
import { startInflux, whyNoInflux, type TestInflux } from '../../storage/test/influx-server.js'
import { startBroker, whyNoBroker, type TestBroker } from '../../storage/test/kafka-broker.js'
import { endAll, seededRandom, supervise, until, type Supervised } from './faults/chaos.js'
import { makeOracle, type Oracle } from './faults/oracle.js'
import { start, temporaryFolder } from './heavens.js'

const SEED = 20261202
const SPEED = 25
const HEALTH_PORT = 8796
const TOPIC = telemetryTopic({ instrument: 'fermi-gbm', run: 'main' })

const missing = whyNoBroker(true) ?? whyNoInflux(true)
if (missing) console.warn(`SKIPPED: faults of InfluxDB: ${missing}`)

describe.skipIf(missing !== undefined)('roles over a real Kafka and a real InfluxDB', () => {
  let folder: string
  let remove: () => Promise<void>
  let oracle: Oracle
  let broker: TestBroker
  let influx: TestInflux
  const running: Supervised[] = []

  beforeAll(async () => {
    ({ folder, remove } = await temporaryFolder())
    await mkdir(path.join(folder, 'looking'))
    // One detector: every bin of it is a line of InfluxDB.
    oracle = await makeOracle(folder, ['fermi-gbm/GRB190530A/glg_tte_n0_bn190530430_v00.fit.gz'])
    broker = await startBroker(9499, { ours: true })
    influx = await startInflux(8389, { ours: true })
  })
  afterEach(() => endAll(running.splice(0)))
  afterAll(async () => {
    await influx?.stop()
    await broker?.stop()
    await remove()
  })

  function installation(name: string): Record<string, string> {
    return {
      HEAVENS_DATA_DIR: path.join(folder, name), HEAVENS_LOG: 'kafka', HEAVENS_KAFKA_BROKERS: broker.brokers.join(','), HEAVENS_KAFKA_PREFIX: `${name}.`, HEAVENS_ARCHIVE: 'files', HEAVENS_LOG_LEVEL: 'info',
      HEAVENS_CURVES: 'influxdb', HEAVENS_INFLUX_URL: influx.settings.url, HEAVENS_INFLUX_TOKEN: influx.settings.token, HEAVENS_INFLUX_ORG: influx.settings.org, HEAVENS_INFLUX_BUCKET: name,
    }
  }
  async function role(env: Record<string, string>, name: 'process' | 'ingest', ...args: string[]): Promise<Supervised> {
    const program = await supervise(name, [name, ...args], { ...env, ...(name === 'process' ? { HEAVENS_HEALTH_PORT: String(HEALTH_PORT) } : {}) }, new RegExp(`${name} 1 begins`))
    running.push(program)
    return program
  }
  const asked = async (env: Record<string, string>, ...words: string[]): Promise<string> => {
    const ended = await start([...words, '--json'], { ...env, HEAVENS_DATA_DIR: path.join(folder, 'looking') }).ended
    if (ended.code !== 0) throw new Error(ended.stderr)
    return ended.stdout
  }
  /** What waits on disk, as the role's metrics tell [bytes]. */
  const waiting = async (): Promise<number> => Number(/^heavens_curves_waiting_bytes\{.*\} (\d+)$/m.exec(await (await fetch(`http://127.0.0.1:${HEALTH_PORT}/metrics`, { headers: { connection: 'close' } })).text())?.[1] ?? NaN)
  async function settled(env: Record<string, string>, ingest: Supervised): Promise<void> {
    await until(async () => ingest.output().includes('all files have been played'), (played) => played, 120)
    // Not the end that the role tells, which may be a beat old: the log's own.
    const looking = await openStores(readStoreSettings({ ...env, HEAVENS_CURVES: 'embedded' }), { clientId: 'heavens-test', folder: path.join(folder, 'looking'), log: () => undefined })
    const { next } = await looking.log.bounds(TOPIC).finally(() => looking.close())
    await until(async () => JSON.parse(await asked(env, 'status')) as RolePresence[], (roles) => roles.some((r) => r.role === 'process' && r.streams.some((s) => s.topic === TOPIC && s.offset >= next)), 120)
    await until(waiting, (bytes) => bytes === 0, 60)
  }

  it('InfluxDB stands still for 20 s: processing goes on, what is written waits on disk, and all of it arrives', async () => {
    const env = installation('still')
    await role(env, 'process')
    const ingest = await role(env, 'ingest', '--replay', ...oracle.files, '--speed', String(SPEED))
    await sleep(4000)
    await influx.faults!.pause()
    let most = 0
    for (const end = performance.now() + 20_000; performance.now() < end; await sleep(500)) most = Math.max(most, await waiting())
    const [before] = JSON.parse(await asked({ ...env, HEAVENS_CURVES: 'embedded' }, 'status')).filter((r: RolePresence) => r.role === 'process') as RolePresence[]
    await influx.faults!.resume()
    const back = performance.now()
    await until(waiting, (bytes) => bytes === 0, 60)
    console.log(`InfluxDB stood still for 20 s: ${(most / 1e6).toFixed(1)} MB waited on disk, ${before!.lag} items of telemetry not processed then; all written ${((performance.now() - back) / 1000).toFixed(1)} s after it went on`)
    await settled(env, ingest)
    expect(most).toBeGreaterThan(100_000)
    expect(await asked(env, 'digest')).toBe(oracle.digest)
  })

  it('InfluxDB killed with -9 while the role that writes to it is killed, again and again', async () => {
    const env = installation('both')
    const random = seededRandom(SEED)
    const process = await role(env, 'process')
    const ingest = await role(env, 'ingest', '--replay', ...oracle.files, '--speed', String(SPEED))
    const heldBack: number[] = []
    for (let i = 0; i < 5; i++) {
      await sleep(1500 + 1500 * random())
      await influx.faults!.kill()
      // Some bins wait on disk, and it dies with them: as soon as it has restored its state and processes again.
      let bytes = 0
      for (const end = performance.now() + 6000; bytes === 0 && performance.now() < end; await sleep(20)) bytes = await waiting()
      await sleep(500 * random())
      heldBack.push(await waiting())
      await process.gone()
      // A role does not start without its server.
      await influx.faults!.start()
      await process.kill()
    }
    await settled(env, ingest)
    console.log(`InfluxDB and process killed together 5 times: seed ${SEED}, ${heldBack.map((bytes) => (bytes / 1e3).toFixed(0)).join(', ')} kB waited on the disk of the process that was killed`)
    expect(heldBack.filter((bytes) => bytes > 0).length).toBeGreaterThanOrEqual(3)
    expect(await asked(env, 'digest')).toBe(oracle.digest)
  })
})
