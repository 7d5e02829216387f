import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const SCRIPT = fileURLToPath(new URL('../../../shared/services/kafka', import.meta.url))

/** A real broker for tests: one that the environment names, or our own, which may then be killed. */
export interface TestBroker {
  brokers: string[]
  /** our own only: kill -9, start again, stop and continue the process */
  faults?: { kill(): Promise<void>; start(): Promise<void>; pause(): Promise<void>; resume(): Promise<void> }
  stop(): Promise<void>
}

/** Why there is no broker, or undefined when there is one. `ours`: one that may be killed is needed. */
export function whyNoBroker(ours: boolean): string | undefined {
  if (existsSync(SCRIPT)) return undefined
  if (process.env['HEAVENS_KAFKA_BROKERS'] && !ours) return undefined
  return ours ? 'no script to start a broker of our own' : 'no HEAVENS_KAFKA_BROKERS and no script to start a broker'
}

/** `options`: further server properties. Each port has a broker and a data folder of its own. */
export async function startBroker(port: number, settings: { ours?: boolean; options?: string } = {}): Promise<TestBroker> {
  const named = process.env['HEAVENS_KAFKA_BROKERS']
  if (named && !settings.ours) return { brokers: named.split(','), stop: async () => undefined }
  const env = { ...process.env, HEAVENS_KAFKA_PORT: String(port), HEAVENS_KAFKA_HEAP: '256m', HEAVENS_KAFKA_OPTIONS: settings.options ?? '' }
  const call = async (...words: string[]): Promise<void> => {
    await run(SCRIPT, words, { env })
  }
  await call('start', '--fresh')
  return {
    brokers: [`127.0.0.1:${port}`],
    faults: { kill: () => call('kill'), start: () => call('start'), pause: () => call('pause'), resume: () => call('resume') },
    stop: () => call('kill'),
  }
}
