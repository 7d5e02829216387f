import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { telemetryTopic, type RolePresence } from '@heavens/schemas'
import { startInflux, whyNoInflux, type TestInflux } from '../../storage/test/influx-server.js'
import { endAll, supervise, until, type Supervised } from './faults/chaos.js'
import { makeOracle, type Oracle } from './faults/oracle.js'
import { start, temporaryFolder } from './heavens.js'

const TOPIC = telemetryTopic({ instrument: 'fermi-gbm', run: 'main' })
const HEALTH_PORT = { a: 8788, b: 8789 }

const missing = whyNoInflux(true)
if (missing) console.warn(`SKIPPED: curves that wait where a stream passes to another process: ${missing}`)

describe.skipIf(missing !== undefined)('a stream passes to another process while its curves wait for InfluxDB', () => {
  let folder: string
  let remove: () => Promise<void>
  let influx: TestInflux
  let oracle: Oracle
  const running: Supervised[] = []

  beforeAll(async () => {
    ({ folder, remove } = await temporaryFolder())
    oracle = await makeOracle(folder, ['fermi-gbm/GRB190530A/glg_tte_n0_bn190530430_v00.fit.gz'])
    influx = await startInflux(8391, { ours: true })
  })
  afterAll(async () => {
    try {
      await endAll(running)
    } finally {
      await influx?.stop()
      await remove()
    }
  })

  const metric = async (id: 'a' | 'b', name: string): Promise<number> =>
    Number(new RegExp(`^${name}\\{.*\\} ([0-9.]+)$`, 'm').exec(await (await fetch(`http://127.0.0.1:${HEALTH_PORT[id]}/metrics`)).text())?.[1] ?? NaN)

  it.each([
    ['told to end', async (program: Supervised) => program.end()],
    ['killed with -9', async (program: Supervised) => program.gone()],
  ])('as the first is %s: nothing is lost, and what it left is not sent over what is newer when it comes back', async (name, end) => {
    const bucket = name.replaceAll(' ', '-')
    const env = {
      HEAVENS_DATA_DIR: path.join(folder, bucket), HEAVENS_LOG: 'embedded', HEAVENS_ARCHIVE: 'files', HEAVENS_LOG_LEVEL: 'info', HEAVENS_CURVES: 'influxdb', HEAVENS_INFLUX_URL: influx.settings.url,
      HEAVENS_INFLUX_TOKEN: influx.settings.token, HEAVENS_INFLUX_ORG: influx.settings.org, HEAVENS_INFLUX_BUCKET: bucket,
    }
    const process = async (id: 'a' | 'b'): Promise<Supervised> => {
      const program = await supervise(`process ${id}`, ['process'], { ...env, HEAVENS_ROLE_ID: id, HEAVENS_HEALTH_PORT: String(HEALTH_PORT[id]) }, new RegExp(`process ${id} begins`))
      running.push(program)
      return program
    }
    const roles = async (): Promise<RolePresence[]> => JSON.parse((await start(['status', '--json'], { ...env, HEAVENS_CURVES: 'embedded' }).ended).stdout) as RolePresence[]
    const at = async (id: string): Promise<number> => (await roles()).find((r) => r.role === 'process' && r.id === id)?.streams.find((s) => s.topic === TOPIC)?.offset ?? -1

    const a = await process('a')
    const ingest = await supervise('ingest', ['ingest', '--replay', ...oracle.files, '--speed', '25'], env, /ingest 1 begins/)
    running.push(ingest)
    await until(() => metric('a', 'heavens_curves_written_total'), (lines) => lines > 1000, 60)
    // It waits for a stream that becomes free.
    await process('b')
    await influx.faults!.kill()
    const waited = await until(() => metric('a', 'heavens_curves_waiting_bytes'), (bytes) => bytes > 20_000, 60)
    await end(a)
    const left = (await readdir(path.join(env.HEAVENS_DATA_DIR, 'curves-waiting', 'heavens-process-a'))).filter((one) => one.endsWith('.lines')).length
    await until(() => at('b'), (offset) => offset > 0, 60)
    await until(() => metric('b', 'heavens_curves_waiting_bytes'), (bytes) => bytes > 20_000, 60)
    await influx.faults!.start()
    await until(() => metric('b', 'heavens_curves_waiting_bytes'), (bytes) => bytes === 0, 60)
    // It comes back under its id, with the same folder.
    const again = await process('a')
    await until(async () => ingest.output().includes('all files have been played'), (played) => played, 120)
    await until(roles, (all) => all.some((r) => r.role === 'process' && r.streams.some((s) => s.topic === TOPIC && s.offset === s.end && s.end > 0)), 120)
    for (const id of ['a', 'b'] as const) await until(() => metric(id, 'heavens_curves_waiting_bytes'), (bytes) => bytes === 0, 60)
    console.log(`first process ${name}: ${(waited / 1e3).toFixed(0)} kB waited, ${left} pieces of it stayed on its disk`)
    if (left > 0) expect(again.output()).toMatch(/pieces of light curves that waited when an earlier process ended are made anew from the last snapshot/)
    const digest = await start(['digest', '--json'], env).ended
    expect(digest.stdout, digest.stderr).toBe(oracle.digest)
    await endAll(running.splice(0))
  }, 240_000)
})
