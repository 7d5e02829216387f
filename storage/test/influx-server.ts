import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { InfluxSettings } from '../src/curves/influx/influx-server.js'

const run = promisify(execFile)
const SCRIPT = fileURLToPath(new URL('../../../shared/services/influxdb', import.meta.url))

/** A real InfluxDB for tests: our own, which may be killed. */
export interface TestInflux {
  settings: InfluxSettings
  kill(): Promise<void>
  start(): Promise<void>
  stop(): Promise<void>
}

/** Why there is no server, or undefined when there is one. */
export function whyNoInflux(): string | undefined {
  return existsSync(SCRIPT) ? undefined : 'no script to start an InfluxDB of our own'
}

/** Each port has a server and a data folder of its own. */
export async function startInflux(port: number): Promise<TestInflux> {
  const env = { ...process.env, HEAVENS_INFLUX_PORT: String(port), HEAVENS_INFLUX_DATA: join(tmpdir(), `heavens-influx-${port}`) }
  const call = async (...words: string[]): Promise<string> => (await run(SCRIPT, words, { env, maxBuffer: 1 << 24 })).stdout
  const said = new Map([...(await call('start', '--fresh')).matchAll(/([A-Z_]+)=(\S+)/g)].map(([, name, value]) => [name!, value!]))
  return {
    settings: { url: said.get('INFLUX_URL')!, token: said.get('INFLUX_TOKEN')!, org: said.get('INFLUX_ORG')!, bucket: said.get('INFLUX_BUCKET')! },
    kill: async () => void (await call('kill')),
    start: async () => void (await call('start')),
    stop: async () => void (await call('kill')),
  }
}
