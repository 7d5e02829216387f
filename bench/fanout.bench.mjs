// Many WebSocket clients, ten updates a second: latency from append to each client, alerts lost, memory per client; against bare ws sending as many bytes.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { candidateExample } from '@heavens/schemas'
import { connect, feed, feedPreamble, percentile, publishCandidate, sleep, startSystem } from './live-system.mjs'

const { WebSocket } = createRequire(new URL('../api/package.json', import.meta.url))('ws')
const CLIENTS = Number(process.env.BENCH_CLIENTS ?? 1000)
const SECONDS = Number(process.env.BENCH_SECONDS ?? 30)
const HERTZ = 10
const ALERTS = 10
/** Bytes of the message that bare ws sends: about those of a curve's frame here. */
const BYTES = 700

const resident = (pid) => Number(readFileSync(`/proc/${pid}/status`, 'utf8').match(/VmRSS:\s+(\d+)/)[1]) * 1024

async function ours() {
  const system = await startSystem('embedded')
  try {
    let state = 7
    const random = () => ((state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32)
    await feedPreamble(system)
    for (let t = 0; t < 5; t++) await feed(system, t, t + 1, 400, random)
    await sleep(2000)
    const before = resident(system.pids[0])
    const sent = new Map()
    const latencies = []
    let alerts = 0
    let lost = 0
    const sockets = []
    for (let i = 0; i < CLIENTS; i++) {
      let seen = 0
      sockets.push(await connect(system.url, {
        onCurve({ watermark }) {
          if (watermark <= seen) return
          seen = watermark
          const at = sent.get(Math.round(watermark * 1000))
          if (at !== undefined) latencies.push(performance.now() - at)
        },
        onCandidate: ({ id }) => { if (id.startsWith('c-fan')) alerts++ },
        onLost: ({ count }) => { lost += count },
      }))
    }
    await sleep(1000)
    const after = resident(system.pids[0])
    const begun = performance.now()
    for (let i = 0; i < SECONDS * HERTZ; i++) {
      const wait = begun + (i * 1000) / HERTZ - performance.now()
      if (wait > 0) await sleep(wait)
      const from = 5 + i / HERTZ
      sent.set(Math.round((8e8 + from + 1 / HERTZ) * 1000), performance.now())
      await feed(system, from, from + 1 / HERTZ, 400, random)
      if (i % Math.floor((SECONDS * HERTZ) / ALERTS) === 1) await publishCandidate(system, { ...candidateExample, id: `c-fan${i}` })
    }
    await sleep(3000)
    for (const socket of sockets) socket.terminate()
    return { p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99), messages: latencies.length, alerts, lost, bytes: (after - before) / CLIENTS }
  } finally {
    await system.stop()
  }
}

/** Bare ws in a process of its own: one buffer to every client, ten times a second. */
async function bare() {
  const server = fork(fileURLToPath(new URL('./fanout-peer.mjs', import.meta.url)), [String(HERTZ), String(SECONDS), String(BYTES)])
  const port = await new Promise((resolve) => server.once('message', resolve))
  const latencies = []
  const sockets = []
  for (let i = 0; i < CLIENTS; i++) {
    const socket = new WebSocket(`ws://127.0.0.1:${port}`)
    socket.on('message', (bytes) => latencies.push(performance.timeOrigin + performance.now() - new DataView(bytes.buffer, bytes.byteOffset).getFloat64(0)))
    await new Promise((resolve) => socket.once('open', resolve))
    sockets.push(socket)
  }
  server.send('begin')
  await new Promise((resolve) => server.once('exit', resolve))
  for (const socket of sockets) socket.terminate()
  return { p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99) }
}

export default async function bench() {
  const peer = await bare()
  const mine = await ours()
  return {
    ours: Number(mine.p99.toFixed(1)), peer: Number(peer.p99.toFixed(1)), unit: 'ms', ratio: Number((mine.p99 / peer.p99).toFixed(2)), clients: CLIENTS, seconds: SECONDS, mine, bare: peer,
    note: `${CLIENTS} clients, ${HERTZ} Hz, ${SECONDS} s: append to client p50 ${mine.p50.toFixed(0)} ms p99 ${mine.p99.toFixed(0)} ms; alerts ${mine.alerts} of ${ALERTS * CLIENTS}; merged ${mine.lost}; ${Math.round(mine.bytes / 1024)} kB a client; bare ws p50 ${peer.p50.toFixed(0)} ms p99 ${peer.p99.toFixed(0)} ms (its own send to its client)`,
  }
}
