// From a block's append to its bins on a client's socket, and from the append that closes a burst's bin to the alert; embedded and over Kafka.
import { connect, feed, feedPreamble, percentile, sleep, startSystem } from './live-system.mjs'

/** Data seconds of a step; steps after the background has settled; the burst begins at this step. */
const STEP = 0.1
const STEPS = 300
const BURST = 150
const BACKGROUND = 60

async function measure(kind) {
  const system = await startSystem(kind)
  try {
    let state = 20261127
    const random = () => ((state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32)
    await feedPreamble(system)
    for (let t = 0; t < BACKGROUND; t += 1) await feed(system, t, t + 1, 400, random)
    const sent = new Map()
    const latencies = []
    let alert
    let burst
    const socket = await connect(system.url, {
      onCurve(header) {
        const now = performance.now()
        for (const [watermark, at] of sent) {
          if (watermark > header.watermark + 1e-6) break
          latencies.push(now - at)
          sent.delete(watermark)
        }
      },
      onCandidate() { if (burst !== undefined) alert ??= performance.now() - burst },
    })
    await sleep(3000)
    const begun = performance.now()
    for (let i = 0; i < STEPS; i++) {
      const wait = begun + i * STEP * 1000 - performance.now()
      if (wait > 0) await sleep(wait)
      const from = BACKGROUND + i * STEP
      const at = performance.now()
      if (i === BURST) burst = at
      const arriving = feed(system, from, from + STEP, i >= BURST && i < BURST + 20 ? 4000 : 400, random)
      sent.set(8e8 + from + STEP, at)
      await arriving
    }
    await sleep(2000)
    socket.close()
    if (latencies.length < STEPS * 0.9) throw new Error(`${kind}: only ${latencies.length} of ${STEPS} blocks came back`)
    return { p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99), alert }
  } finally {
    await system.stop()
  }
}

export default async function bench() {
  const embedded = await measure('embedded')
  const kafka = await measure('kafka')
  const ms = (x) => (x === undefined ? 'never' : `${Math.round(x)} ms`)
  return {
    ours: Number(kafka.p99.toFixed(1)), peer: Number(embedded.p99.toFixed(1)), unit: 'ms', ratio: Number((kafka.p99 / embedded.p99).toFixed(2)), embedded, kafka,
    note: `append to socket, embedded p50 ${ms(embedded.p50)} p99 ${ms(embedded.p99)}, over Kafka p50 ${ms(kafka.p50)} p99 ${ms(kafka.p99)}; first block of a burst to the alert ${ms(embedded.alert)} and ${ms(kafka.alert)}; peer is embedded`,
  }
}
