import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { InfluxSettings } from '../src/curves/influx/influx-server.js'

const run = promisify(execFile)
const SCRIPT = fileURLToPath(new URL('../../../shared/services/influxdb', import.meta.url))

/** A real InfluxDB for tests: one that the environment names, or our own, which may then be killed. */
export interface TestInflux {
  settings: InfluxSettings
  /** our own only: kill -9, start again, stop and continue the process */
  faults?: { kill(): Promise<void>; start(): Promise<void>; pause(): Promise<void>; resume(): Promise<void> }
  stop(): Promise<void>
}

function namedServer(): InfluxSettings | undefined {
  const { HEAVENS_INFLUX_URL: url, HEAVENS_INFLUX_TOKEN: token, HEAVENS_INFLUX_ORG: org, HEAVENS_INFLUX_BUCKET: bucket } = process.env
  return url && token && org ? { url, token, org, bucket: bucket ?? 'heavens' } : undefined
}

/** Why there is no server, or undefined when there is one. `ours`: one that may be killed is needed. */
export function whyNoInflux(ours: boolean): string | undefined {
  if (existsSync(SCRIPT)) return undefined
  if (namedServer() && !ours) return undefined
  return ours ? 'no script to start an InfluxDB of our own' : 'no HEAVENS_INFLUX_URL, _TOKEN and _ORG, and no script to start an InfluxDB'
}

/** Each port has a server and a data folder of its own. */
export async function startInflux(port: number, how: { ours: boolean }): Promise<TestInflux> {
  const named = namedServer()
  if (named && !how.ours) return { settings: named, stop: async () => undefined }
  const data = join(tmpdir(), `heavens-influx-${port}`)
  const env = { ...process.env, HEAVENS_INFLUX_PORT: String(port), HEAVENS_INFLUX_DATA: data }
  const call = async (...words: string[]): Promise<string> => (await run(SCRIPT, words, { env, maxBuffer: 1 << 24 })).stdout
  const said = new Map([...(await call('start', '--fresh')).matchAll(/([A-Z_]+)=(\S+)/g)].map(([, name, value]) => [name!, value!]))
  const signals = (signal: NodeJS.Signals) => async (): Promise<void> => void process.kill(Number(readFileSync(join(data, 'influxd.pid'), 'utf8')), signal)
  const does = (word: string) => async (): Promise<void> => void (await call(word))
  return {
    settings: { url: said.get('INFLUX_URL')!, token: said.get('INFLUX_TOKEN')!, org: said.get('INFLUX_ORG')!, bucket: said.get('INFLUX_BUCKET')! },
    faults: { kill: does('kill'), start: does('start'), pause: signals('SIGSTOP'), resume: signals('SIGCONT') },
    stop: does('kill'),
  }
}
