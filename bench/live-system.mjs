// A whole system in processes of its own, fed block by block: what the benches of latency and fan-out share.
import { spawn, execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { decodeFrame, LIVE_PROTOCOL, telemetryTopic, TOPICS } from '@heavens/schemas'
import { encodeItem, openStores, readStoreSettings } from '@heavens/storage'

const { WebSocket } = createRequire(new URL('../api/package.json', import.meta.url))('ws')
const PROGRAM = fileURLToPath(new URL('../cli/bin/heavens.js', import.meta.url))
const SCRIPT = fileURLToPath(new URL('../../shared/services/kafka', import.meta.url))
const PORT = '9293'

export const STREAM = { instrument: 'fermi-gbm', run: 'bench' }
export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
export const percentile = (values, p) => values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * p))]

function program(args, env) {
  const child = spawn(process.execPath, [PROGRAM, ...args], { env: { ...process.env, HEAVENS_TOKEN: '', ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  const said = (pattern) => new Promise((resolve, reject) => {
    const look = () => { const found = output.match(pattern); if (found) resolve(found) }
    child.stdout.on('data', (bytes) => { output += bytes; look() })
    child.stderr.on('data', (bytes) => { output += bytes; look() })
    child.once('exit', (code) => {
      if (code) console.error(`${args[0]} has ended: ${output.slice(-500)}`)
      reject(new Error(`${args[0]} has ended`))
    })
  })
  return { child, said, ended: new Promise((resolve) => child.once('exit', resolve)) }
}

/** `kind`: embedded (`heavens up`) or kafka (roles against a broker that the environment names, or one of our own). */
export async function startSystem(kind) {
  const data = mkdtempSync(join(tmpdir(), 'heavens-bench-'))
  const programs = []
  let stopBroker = () => undefined
  let env = { HEAVENS_DATA_DIR: data, HEAVENS_PORT: '0', HEAVENS_LOG: 'embedded', HEAVENS_CURVES: 'embedded', HEAVENS_ARCHIVE: 'files', HEAVENS_LOG_LEVEL: 'warn' }
  if (kind === 'kafka') {
    let brokers = process.env.HEAVENS_KAFKA_BROKERS
    if (!brokers) {
      if (!existsSync(SCRIPT)) throw new Error('the bench needs a broker: name one in HEAVENS_KAFKA_BROKERS')
      const settings = { ...process.env, HEAVENS_KAFKA_PORT: PORT }
      execFileSync(SCRIPT, ['start', '--fresh'], { env: settings, stdio: 'pipe' })
      stopBroker = () => execFileSync(SCRIPT, ['kill'], { env: settings, stdio: 'pipe' })
      brokers = `127.0.0.1:${PORT}`
    }
    env = { ...env, HEAVENS_LOG: 'kafka', HEAVENS_KAFKA_BROKERS: brokers, HEAVENS_KAFKA_PREFIX: `bench-${randomUUID().slice(0, 8)}.` }
  }
  let url
  if (kind === 'kafka') {
    programs.push(program(['process'], env))
    const api = program(['api'], env)
    programs.push(api)
    url = (await api.said(/at (http:\/\/127\.0\.0\.1:\d+)/))[1]
  } else {
    mkdirSync(join(data, 'watched'))
    const up = program(['up', '--port', '0', '--data', data, '--watch', join(data, 'watched')], env)
    programs.push(up)
    url = (await up.said(/at (http:\/\/127\.0\.0\.1:\d+)/))[1]
  }
  const stores = await openStores(readStoreSettings(env), { clientId: 'heavens-bench', folder: data, log: () => undefined })
  return {
    url, stores, pids: programs.map(({ child }) => child.pid),
    async stop() {
      await stores.close()
      for (const { child } of programs) child.kill('SIGTERM')
      await Promise.all(programs.map(({ ended }) => ended))
      stopBroker()
      rmSync(data, { recursive: true, force: true })
    },
  }
}

const START = 8e8
let sequence = 0

/** Bounds of channels of three detectors. */
export async function feedPreamble({ stores }) {
  const edges = Array.from({ length: 129 }, (_, i) => 4.5 * (1000 / 4.5) ** (i / 128))
  const items = [0, 1, 2].map((group) => ({ kind: 'ebounds', source: `n${group}`, sequence: sequence++, from: START, group, first: 0, eMin: Float32Array.from(edges.slice(0, 128)), eMax: Float32Array.from(edges.slice(1)) }))
  await stores.log.append(telemetryTopic(STREAM), items.map((item) => ({ key: null, value: encodeItem(item) })))
}

/** Append what came in [from, to) (seconds since the beginning) with a watermark at its end, as ingest does. `rate`: events per second and detector. */
export async function feed({ stores }, from, to, rate, random) {
  const items = []
  for (const detector of [0, 1, 2]) {
    const n = Math.round((to - from) * rate * (0.9 + 0.2 * random()))
    const time = Float64Array.from({ length: n }, () => START + from + (to - from) * random()).sort()
    items.push({
      kind: 'events', source: `n${detector}`, sequence: sequence++, start: START + from, stop: START + to, count: n, late: false,
      columns: { time, channel: Uint16Array.from(time, () => 55 + Math.floor(random() * 40)), detector: new Uint8Array(n).fill(detector) },
    })
  }
  items.push({ kind: 'watermark', time: START + to, final: false })
  await stores.log.append(telemetryTopic(STREAM), items.map((item) => ({ key: null, value: encodeItem(item) })))
  return START + to
}

/** A candidate as another processor would publish it. */
export async function publishCandidate({ stores }, candidate) {
  await stores.log.append(TOPICS.candidates, [{ key: candidate.id, value: new TextEncoder().encode(JSON.stringify(candidate)) }])
}

/** A WebSocket client that is told of curves and candidates. */
export async function connect(url, { onCurve, onCandidate, onLost = () => undefined }) {
  const socket = new WebSocket(url.replace(/^http/, 'ws') + '/live', LIVE_PROTOCOL)
  socket.on('message', (bytes, binary) => {
    if (binary) return onCurve(decodeFrame(new Uint8Array(bytes)).header)
    const message = JSON.parse(bytes)
    if (message.type === 'record' && message.channel === 'candidates') onCandidate(message.item)
    else if (message.type === 'lost') onLost(message)
  })
  await new Promise((resolve, reject) => { socket.once('open', resolve); socket.once('error', reject) })
  socket.send(JSON.stringify({ type: 'subscribe', channel: 'curves', filter: { ...STREAM, group: 'n0', band: '50-300', width: 0.064 } }))
  socket.send(JSON.stringify({ type: 'subscribe', channel: 'candidates' }))
  return socket
}
