import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { HeavensError, ROLES } from '@heavens/schemas'
import { openConfiguredStores } from '../configured-stores.js'
import { EXIT } from '../exit.js'
import type { IngestOptions } from '../roles/ingest-start.js'
import { roleStatus } from '../roles/presence.js'

export interface ServicesOptions extends IngestOptions {
  data: string
  scripts: string
}

const PROGRAM = fileURLToPath(new URL('../../bin/heavens.js', import.meta.url))

interface Server {
  script: string
  /** names a server that is there already */
  variable: string
  /** our variable for each word that the script prints */
  words: Record<string, string>
  /** says that it is to be used */
  kind: Record<string, string>
  needed: boolean
}

/** Servers that a script can start. */
const SERVERS: readonly Server[] = [
  { script: 'kafka', variable: 'HEAVENS_KAFKA_BROKERS', words: { HEAVENS_KAFKA_BROKERS: 'KAFKA_BROKERS' }, kind: { HEAVENS_LOG: 'kafka' }, needed: true },
  {
    script: 'influxdb', variable: 'HEAVENS_INFLUX_URL', kind: { HEAVENS_CURVES: 'influxdb' }, needed: false,
    words: { HEAVENS_INFLUX_URL: 'INFLUX_URL', HEAVENS_INFLUX_TOKEN: 'INFLUX_TOKEN', HEAVENS_INFLUX_ORG: 'INFLUX_ORG', HEAVENS_INFLUX_BUCKET: 'INFLUX_BUCKET' },
  },
  {
    script: 's3', variable: 'HEAVENS_S3_ENDPOINT', kind: { HEAVENS_ARCHIVE: 's3' }, needed: false,
    words: { HEAVENS_S3_ENDPOINT: 'S3_ENDPOINT', HEAVENS_S3_ACCESS_KEY: 'S3_ACCESS_KEY', HEAVENS_S3_SECRET_KEY: 'S3_SECRET_KEY', HEAVENS_S3_BUCKET: 'S3_BUCKET' },
  },
]

/** Wait before a role that has died is started again [ms]. */
const AGAIN = 1000
/** Longest wait for all roles to be there [s]. */
const PATIENCE = 60

/** `heavens services`: the roles as processes of their own against real servers, kept alive until this one is interrupted. */
export async function services(options: ServicesOptions): Promise<number> {
  const data = path.resolve(options.data)
  const ours: string[] = []
  const settings: Record<string, string> = { HEAVENS_DATA_DIR: data }
  const children = new Map<string, ChildProcess>()
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
  try {
    for (const server of SERVERS) {
      const started = await startServer(server, options.scripts)
      if (!started) continue
      if (started.ours) ours.push(server.script)
      Object.assign(settings, started.settings)
    }
    Object.assign(process.env, settings)
    const ingest = ['ingest', ...(options.replay ? ['--replay', ...options.replay.map((f) => path.resolve(f))] : ['--scenario', options.scenario ?? 'bursts', '--seed', String(options.seed)]),
      ...(options.speed === undefined ? [] : ['--speed', Number.isFinite(options.speed) ? String(options.speed) : 'max'])]
    for (const role of ROLES) keep(role, role === 'ingest' ? ingest : [role], stop.signal, children)
    await allThere(data, stop.signal)
    if (!stop.signal.aborted) await new Promise<void>((resolve) => stop.signal.addEventListener('abort', () => resolve(), { once: true }))
    return EXIT.ok
  } finally {
    stop.abort()
    await Promise.all([...children.values()].map(ended))
    // Only what was started here is stopped here.
    for (const script of ours) await promisify(execFile)(path.resolve(options.scripts, script), ['stop'])
  }
}

async function startServer(server: Server, scripts: string): Promise<{ ours: boolean; settings: Record<string, string> } | undefined> {
  if (process.env[server.variable]) return { ours: false, settings: server.kind }
  const script = path.resolve(scripts, server.script)
  if (!existsSync(script)) {
    if (!server.needed) return undefined
    throw new HeavensError('bad-usage', { reason: `There is no ${server.script} to be found: name one in ${server.variable}, or a folder of scripts that start one with --scripts` })
  }
  const running = (await promisify(execFile)(script, ['status']).catch(() => ({ stdout: '' }))).stdout.includes('running')
  console.error(`${server.script}: ${running ? 'is there' : 'starting (the first time takes minutes)'}`)
  const { stdout } = await promisify(execFile)(script, ['start'], { maxBuffer: 1 << 24 })
  const printed = new Map([...stdout.matchAll(/([A-Z0-9_]+)=(\S+)/g)].map(([, name, value]) => [name!, value!]))
  const settings: Record<string, string> = { ...server.kind }
  for (const [ourName, word] of Object.entries(server.words)) {
    const value = printed.get(word)
    if (!value) throw new HeavensError('internal', { reason: `${server.script} did not say ${word}` })
    settings[ourName] = value
  }
  return { ours: !running, settings }
}

/** Keep one role alive: whenever it ends by itself it is started again. */
function keep(role: string, words: readonly string[], signal: AbortSignal, children: Map<string, ChildProcess>): void {
  if (signal.aborted) return
  const child = spawn(process.execPath, [PROGRAM, ...words], { stdio: ['ignore', 'inherit', 'inherit'], env: process.env })
  children.set(role, child)
  const end = (): void => void child.kill('SIGTERM')
  signal.addEventListener('abort', end, { once: true })
  child.once('exit', async (code, by) => {
    signal.removeEventListener('abort', end)
    if (signal.aborted) return
    console.error(`${role} has ended (${by ?? `exit code ${code}`}); it is started again`)
    await sleep(AGAIN)
    keep(role, words, signal, children)
  })
}

async function allThere(data: string, signal: AbortSignal): Promise<void> {
  const stores = await openConfiguredStores('services', data)
  try {
    for (let waited = 0; waited < PATIENCE && !signal.aborted; waited++) {
      const roles = (await roleStatus(stores.log)).filter((role) => role.alive && role.state === 'running')
      if (ROLES.every((role) => roles.some((r) => r.role === role))) {
        console.log(`All roles are there: heavens status shows them. Dashboard: ${roles.find((r) => r.url)?.url}`)
        return
      }
      await sleep(1000, undefined, { signal }).catch(() => undefined)
    }
    if (!signal.aborted) console.error(`Not all roles are there after ${PATIENCE} s; what they say above tells why.`)
  } finally {
    await stores.close()
  }
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => (child.exitCode !== null || child.signalCode !== null ? resolve() : child.once('exit', () => resolve())))
}
