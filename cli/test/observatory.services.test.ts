import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { telemetryTopic, type Candidate, type Job, type RolePresence } from '@heavens/schemas'
import { startInflux, whyNoInflux, type TestInflux } from '../../storage/test/influx-server.js'
import { startBroker, whyNoBroker, type TestBroker } from '../../storage/test/kafka-broker.js'
import { endAll, supervise, until, type Supervised } from './faults/chaos.js'
import { makeOracle, type Oracle } from './faults/oracle.js'
import { start, temporaryFolder } from './heavens.js'

const S3 = fileURLToPath(new URL('../../../shared/services/s3', import.meta.url))
const S3_ENV = { ...process.env, HEAVENS_S3_PORT: '9391', HEAVENS_S3_DATA: path.join(tmpdir(), 'heavens-s3-observatory') }
const missing = whyNoBroker(true) ?? whyNoInflux(true) ?? (existsSync(S3) ? undefined : 'no script to start an S3-compatible store')
if (missing) console.warn(`SKIPPED: all roles on Kafka, InfluxDB and S3: ${missing}`)

describe.skipIf(missing !== undefined)('all roles on Kafka, InfluxDB and S3, each on a data folder of its own', () => {
  let folder: string
  let remove: () => Promise<void>
  let oracle: Oracle
  let broker: TestBroker
  let influx: TestInflux
  let env: Record<string, string>
  const running: Supervised[] = []

  beforeAll(async () => {
    ({ folder, remove } = await temporaryFolder())
    // One detector: every bin of it is a line of InfluxDB.
    oracle = await makeOracle(folder, ['fermi-gbm/GRB190530A/glg_tte_n0_bn190530430_v00.fit.gz'])
    broker = await startBroker(9496, { ours: true })
    influx = await startInflux(8388, { ours: true })
    const said = new Map([...(await promisify(execFile)(S3, ['start', '--fresh'], { env: S3_ENV })).stdout.matchAll(/([A-Z0-9_]+)=(\S+)/g)].map(([, name, value]) => [name!, value!]))
    env = {
      HEAVENS_LOG: 'kafka', HEAVENS_KAFKA_BROKERS: broker.brokers.join(','), HEAVENS_CURVES: 'influxdb', HEAVENS_INFLUX_URL: influx.settings.url, HEAVENS_INFLUX_TOKEN: influx.settings.token, HEAVENS_INFLUX_ORG: influx.settings.org,
      HEAVENS_INFLUX_BUCKET: 'observatory', HEAVENS_ARCHIVE: 's3', HEAVENS_S3_ENDPOINT: said.get('S3_ENDPOINT')!, HEAVENS_S3_BUCKET: 'observatory', HEAVENS_S3_ACCESS_KEY: said.get('S3_ACCESS_KEY')!, HEAVENS_S3_SECRET_KEY: said.get('S3_SECRET_KEY')!,
      HEAVENS_PORT: '0', HEAVENS_LOG_LEVEL: 'info',
    }
  })
  afterAll(async () => {
    try {
      await endAll(running)
    } finally {
      await broker?.stop()
      await influx?.stop()
      await promisify(execFile)(S3, ['kill'], { env: S3_ENV })
      await remove()
    }
  })

  async function role(name: RolePresence['role'], id = '1', ...args: string[]): Promise<Supervised> {
    const own = { ...env, HEAVENS_ROLE_ID: id, HEAVENS_DATA_DIR: path.join(folder, `${name}-${id}`) }
    const program = await supervise(`${name} ${id}`, [name, ...args], own, name === 'api' ? /at http:/ : new RegExp(`${name} ${id} begins`))
    running.push(program)
    return program
  }
  const asked = async (...words: string[]): Promise<string> => {
    const ended = await start([...words, '--json'], { ...env, HEAVENS_DATA_DIR: path.join(folder, 'looking') }).ended
    if (ended.code !== 0) throw new Error(ended.stderr)
    return ended.stdout
  }
  const urlOf = (program: Supervised): string => program.output().match(/at (http:\/\/127\.0\.0\.1:\d+)/)![1]!

  it('give what one clean pass gives, though InfluxDB is killed on the way; two replicas of the api show the same, and files made by a worker elsewhere', async () => {
    const process = await role('process')
    const replicas = [await role('api', 'a'), await role('api', 'b')]
    await role('work')
    const ingest = await role('ingest', '1', '--replay', ...oracle.files, '--speed', '60')
    await sleep(2500)
    await influx.faults!.kill()
    await sleep(3000)
    await influx.faults!.start()
    const topic = telemetryTopic({ instrument: 'fermi-gbm', run: 'main' })
    await until(async () => ingest.output().includes('all files have been played'), (played) => played, 90)
    // What a role says of itself may be a beat old.
    await sleep(4000)
    await until(
      async () => JSON.parse(await asked('status')) as RolePresence[],
      (roles) => roles.some((r) => r.role === 'process' && r.streams.some((s) => s.topic === topic && s.offset === s.end)), 120,
    )
    await until(async () => (/wait on disk for InfluxDB/.test(process.output()) ? /has all light curves again/.test(process.output()) : true), (caughtUp) => caughtUp, 60)
    expect(await asked('digest')).toBe(oracle.digest)

    const candidates = await Promise.all(replicas.map(async (api) => (await (await fetch(`${urlOf(api)}/api/v1/candidates`)).json()) as Candidate[]))
    expect(candidates[0]!.length).toBeGreaterThan(0)
    expect(candidates[1]).toEqual(candidates[0])
    const { start: from } = candidates[0]![0]!
    const request = {
      label: 'elsewhere', time: { format: 'seconds', scale: 'tt', reference: '2000-01-01T12:00:00', intervals: [[from - 43_200 - 64.184, from - 43_200 - 34.184]] }, instruments: [{ id: 'fermi-gbm' }], products: { lightCurve: { bin: 1 } },
    }
    const answer = await fetch(`${urlOf(replicas[0]!)}/api/v1/analyses`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(request) })
    const job = (await answer.json()) as Job
    expect(answer.status, JSON.stringify(job)).toBe(201)
    const done = await until(async () => (await (await fetch(`${urlOf(replicas[1]!)}/api/v1/analyses/${job.id}`)).json()) as Job, (j) => ['COMPLETED', 'ERROR'].includes(j.phase ?? ''), 60)
    expect(done, JSON.stringify(done.error)).toMatchObject({ phase: 'COMPLETED' })
    const files = await Promise.all(replicas.map(async (api) => Buffer.from(await (await fetch(`${urlOf(api)}/api/v1/analyses/${job.id}/products/${done.products[0]!.path}`)).arrayBuffer())))
    expect(files[0]!.length).toBe(done.products[0]!.bytes)
    expect(files[1]!.equals(files[0]!)).toBe(true)
  }, 300_000)
})
