import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RoleStatus, Status } from '@heavens/schemas'
import { startInflux, whyNoInflux, type TestInflux } from '../../storage/test/influx-server.js'
import { endAll, supervise, until, type Supervised } from './faults/chaos.js'
import { start, temporaryFolder } from './heavens.js'
import { partFile, photons } from './tte-file.js'

const HEALTH_PORT = 8787
/** A role is not ready when nothing of what waits has arrived for so long [s]. */
const STALLED = 2
const BUCKET = 'waiting'

const missing = whyNoInflux(true)
if (missing) console.warn(`SKIPPED: light curves that wait for InfluxDB: ${missing}`)

describe.skipIf(missing !== undefined)('light curves that InfluxDB does not take', () => {
  let folder: string
  let remove: () => Promise<void>
  let influx: TestInflux
  let env: Record<string, string>
  let token: { id: string; token: string }
  let processing: Supervised
  let api: Supervised
  const running: Supervised[] = []

  beforeAll(async () => {
    ({ folder, remove } = await temporaryFolder())
    influx = await startInflux(8387, { ours: true })
    const { orgID } = await bucketNamed(influx.settings.bucket)
    await makeBucket(orgID)
    const of = (action: string): object => ({ action, resource: { type: 'buckets', orgID } })
    // It may read and write buckets, as a user of our own would give it, and can be withdrawn.
    token = (await ask('authorizations', 'POST', { orgID, permissions: [of('read'), of('write')] })) as { id: string; token: string }
    env = {
      HEAVENS_DATA_DIR: path.join(folder, 'data'), HEAVENS_LOG: 'embedded', HEAVENS_CURVES: 'influxdb', HEAVENS_INFLUX_URL: influx.settings.url, HEAVENS_INFLUX_TOKEN: token.token, HEAVENS_INFLUX_ORG: influx.settings.org,
      HEAVENS_INFLUX_BUCKET: BUCKET, HEAVENS_ARCHIVE: 'files', HEAVENS_PORT: '0', HEAVENS_LOG_LEVEL: 'info', HEAVENS_STALLED_SECONDS: String(STALLED),
    }
    const role = async (name: string, more: Record<string, string>, ready: RegExp, ...args: string[]): Promise<Supervised> => {
      const program = await supervise(name, [name, ...args], { ...env, ...more }, ready)
      running.push(program)
      return program
    }
    processing = await role('process', { HEAVENS_HEALTH_PORT: String(HEALTH_PORT) }, /process 1 begins/)
    api = await role('api', {}, /at http:/)
    // Minutes of one detector, slowly enough to last.
    const rows = photons(11, 500, 200)
    const file = path.join(folder, 'n0.fit')
    await writeFile(file, partFile(0, rows, 0, rows.time.length, { start: 0, stop: 500 }))
    await role('ingest', {}, /ingest 1 begins/, '--replay', file, '--speed', '5')
    await until(() => metric('heavens_curves_written_total'), (lines) => lines > 1000, 40)
  })
  afterAll(async () => {
    try {
      await endAll(running)
    } finally {
      await influx?.stop()
      await remove()
    }
  })

  async function ask(what: string, method = 'GET', body?: object): Promise<unknown> {
    const { url, token: all } = influx.settings
    const answer = await fetch(`${url}/api/v2/${what}`, { method, headers: { authorization: `Token ${all}`, 'content-type': 'application/json' }, ...(body ? { body: JSON.stringify(body) } : {}) })
    if (!answer.ok) throw new Error(`${method} ${what}: ${answer.status} ${await answer.text()}`)
    return answer.status === 204 ? undefined : answer.json()
  }
  const bucketNamed = async (name: string): Promise<{ id: string; orgID: string }> => ((await ask(`buckets?name=${name}`)) as { buckets: { id: string; orgID: string }[] }).buckets[0]!
  const makeBucket = async (orgID: string): Promise<string> => ((await ask('buckets', 'POST', { orgID, name: BUCKET, retentionRules: [] })) as { id: string }).id
  const ready = async (): Promise<{ ready: boolean; reason?: string }> => (await fetch(`http://127.0.0.1:${HEALTH_PORT}/readyz`)).json() as Promise<{ ready: boolean; reason?: string }>
  const metric = async (name: string): Promise<number> => Number(new RegExp(`^${name}\\{.*\\} ([0-9.]+)$`, 'm').exec(await (await fetch(`http://127.0.0.1:${HEALTH_PORT}/metrics`)).text())?.[1] ?? NaN)
  const roles = async (): Promise<RoleStatus[]> => JSON.parse((await start(['status', '--json'], { ...env, HEAVENS_CURVES: 'embedded' }).ended).stdout) as RoleStatus[]

  /** Not ready with a reason, told by `heavens status` and the api too, and processed on all the same; and ready again when it is mended. */
  async function told(reason: RegExp, mend: () => Promise<unknown>): Promise<void> {
    const not = await until(ready, (answer) => !answer.ready, 30).then(ready)
    expect(not.reason).toMatch(/^Light curves wait on disk for InfluxDB: \d+\.\d MB in \d+ pieces?, of which none has arrived for \d+ s\. /)
    expect(not.reason).toMatch(reason)
    expect(await metric('heavens_curves_stuck_seconds')).toBeGreaterThan(STALLED)
    expect(await metric('heavens_curves_waiting_bytes')).toBeGreaterThan(1000)
    // What a role says of itself may be a beat old.
    const processor = async (): Promise<RoleStatus> => (await roles()).find((role) => role.role === 'process')!
    const before = await until(processor, (role) => role.curves !== undefined && reason.test(role.curves.reason ?? ''), 10)
    expect(before.state).toBe('running')
    // The api listens to the roles every 5 s.
    const shown = async (): Promise<Status['roles']> => ((await (await fetch(`${/http:\/\/127\.0\.0\.1:\d+/.exec(api.output())![0]}/api/v1/status`)).json()) as Status).roles
    await until(shown, (all) => all.some((role) => role.role === 'process' && reason.test(role.curves?.reason ?? '')), 10)
    expect((await start(['status'], { ...env, HEAVENS_CURVES: 'embedded' }).ended).stdout).toMatch(/process .*running .*Light curves wait on disk/)
    const offset = (role: RoleStatus): number => role.streams.reduce((sum, stream) => sum + stream.offset, 0)
    await until(processor, (role) => offset(role) > offset(before), 10)
    await mend()
    await until(ready, (answer) => answer.ready, 30)
    await until(() => metric('heavens_curves_waiting_bytes'), (bytes) => bytes === 0, 30)
    expect(await metric('heavens_curves_stuck_seconds')).toBe(0)
    await until(processor, (role) => role.curves === undefined, 10)
  }

  it('as the token is withdrawn', async () => {
    expect(await ready()).toEqual({ ready: true })
    await ask(`authorizations/${token.id}`, 'PATCH', { status: 'inactive' })
    await told(/InfluxDB refuses: writing bins: the server answers 403 .*token is inactive/, () => ask(`authorizations/${token.id}`, 'PATCH', { status: 'active' }))
  })

  it('as the bucket is gone', async () => {
    expect(await ready()).toEqual({ ready: true })
    const { id, orgID } = await bucketNamed(BUCKET)
    await ask(`buckets/${id}`, 'DELETE')
    await told(/InfluxDB refuses: writing bins: the server answers 404 .*bucket/, () => makeBucket(orgID))
  })

  it('as nobody is there', async () => {
    await influx.faults!.kill()
    await told(/InfluxDB cannot be reached/, () => influx.faults!.start())
    expect(processing.output()).not.toContain('Processing goes on from the last snapshot')
  })
})
