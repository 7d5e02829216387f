// Bins put into the curve store on InfluxDB and acknowledged, against the bare client writing the same lines; and a week of 1-s bins at screen width.
import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openInfluxCurveStore } from '../storage/dist/curves/influx/open-influx-curve-store.js'
import { curveLines } from '../storage/dist/curves/influx/curve-lines.js'

const { InfluxDB } = createRequire(new URL('../storage/package.json', import.meta.url))('@influxdata/influxdb-client')
const SCRIPT = fileURLToPath(new URL('../../shared/services/influxdb', import.meta.url))
const PORT = '8387'
/** Bins of a curve in a put, curves of a put, puts of a round. */
const SHAPE = { bins: 100, curves: 100, puts: 8 }
const ROUNDS = 3
const WEEK = 7 * 86_400
const SCREEN = 1000

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1]

/** A server that the environment names, or one of our own for the time of the bench. */
function server() {
  const { HEAVENS_INFLUX_URL: url, HEAVENS_INFLUX_TOKEN: token, HEAVENS_INFLUX_ORG: org } = process.env
  if (url && token && org) return { settings: { url, token, org }, stop: () => undefined }
  if (!existsSync(SCRIPT)) throw new Error('the bench needs an InfluxDB: name one in HEAVENS_INFLUX_URL, _TOKEN and _ORG')
  const env = { ...process.env, HEAVENS_INFLUX_PORT: PORT, HEAVENS_INFLUX_DATA: join(tmpdir(), 'heavens-influx-bench') }
  const said = Object.fromEntries([...execFileSync(SCRIPT, ['start', '--fresh'], { env, encoding: 'utf8' }).matchAll(/([A-Z_]+)=(\S+)/g)].map(([, name, value]) => [name, value]))
  return { settings: { url: said.INFLUX_URL, token: said.INFLUX_TOKEN, org: said.INFLUX_ORG }, stop: () => execFileSync(SCRIPT, ['kill'], { env, stdio: 'pipe' }) }
}

function bins(from, n) {
  const index = Float64Array.from({ length: n }, (_, i) => from + i)
  return {
    phase: 0, index, counts: index.map((i) => i % 97), exposure: new Float32Array(n).fill(0.0625), background: new Float32Array(n).fill(41.25), revision: new Uint16Array(n), completeness: new Float32Array(n).fill(1), flags: new Uint8Array(n),
  }
}
const entries = (put, prefix) => Array.from({ length: SHAPE.curves }, (_, c) => ({ key: { instrument: prefix, run: 'main', group: `g${c}`, band: '50-300', width: 1 }, bins: bins(8e8 + put * SHAPE.bins, SHAPE.bins) }))

export default async function bench() {
  const { settings, stop } = server()
  const folder = mkdtempSync(join(tmpdir(), 'heavens-bench-'))
  const bucket = `bench-${randomUUID()}`
  try {
    const store = await openInfluxCurveStore({ ...settings, bucket, spool: folder, log: () => undefined })
    const influx = new InfluxDB({ url: settings.url, token: settings.token, timeout: 60_000 })
    const points = SHAPE.bins * SHAPE.curves * SHAPE.puts
    const ours = []
    const peer = []
    for (let round = 0; round <= ROUNDS; round++) {
      const mine = Array.from({ length: SHAPE.puts }, (_, put) => entries(put, `ours${round}`))
      let t = performance.now()
      for (const put of mine) await store.put(put)
      const first = performance.now() - t
      // The peer as it is fastest: two writers, 5,000 lines a request, each flushed and awaited. Lines are made within the time, as a program must.
      const theirs = Array.from({ length: SHAPE.puts }, (_, put) => entries(put, `peer${round}`))
      t = performance.now()
      for (const put of theirs) {
        await Promise.all([0, 1].map(async (lane) => {
          const lines = put.filter((_, i) => i % 2 === lane).flatMap(({ key, bins: b }) => curveLines(key, b))
          const api = influx.getWriteApi(settings.org, bucket, 'ns', { batchSize: 1e6, flushInterval: 0, maxRetries: 0 })
          for (let from = 0; from < lines.length; from += 5000) {
            api.writeRecords(lines.slice(from, from + 5000))
            await api.flush()
          }
        }))
      }
      const second = performance.now() - t
      if (round === 0) continue
      ours.push(points / (first / 1000))
      peer.push(points / (second / 1000))
    }
    const week = { instrument: 'week', run: 'main', group: 'a', band: '50-300', width: 1 }
    for (let from = 0; from < WEEK; from += 50_000) await store.put([{ key: week, bins: bins(8e8 + from, Math.min(50_000, WEEK - from)) }])
    const factor = Math.ceil(WEEK / SCREEN)
    const times = []
    let answered
    for (let i = 0; i < 6; i++) {
      const t = performance.now()
      answered = await store.overview(week, 8e8, 8e8 + WEEK, factor)
      times.push(performance.now() - t)
    }
    const sum = answered.exposure.reduce((a, b) => a + b, 0)
    if (Math.abs(sum - WEEK * 0.0625) > 1e-6 * sum) throw new Error(`the week has ${sum} s instead of ${WEEK * 0.0625}`)
    await store.close()
    return {
      ours: Math.round(median(ours)), peer: Math.round(median(peer)), unit: 'bins/s', ratio: Number((median(ours) / median(peer)).toFixed(2)), week: { ms: Number(median(times.slice(1)).toFixed(1)), sums: answered.index.length },
      note: `${SHAPE.curves} curves × ${SHAPE.bins} bins a put; a week of 1-s bins in ${answered.index.length} sums: ${median(times.slice(1)).toFixed(0)} ms`,
    }
  } finally {
    stop()
    rmSync(folder, { recursive: true, force: true })
  }
}
