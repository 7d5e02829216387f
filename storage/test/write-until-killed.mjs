/**
 * Writes to all stores of a folder and says on stdout what is durable, a line each, until it is killed:
 * node write-until-killed.mjs <folder> <first number>
 */
import { writeSync } from 'node:fs'
import { encodeItem, openEmbeddedStores } from '../dist/index.js'

const [folder, first] = process.argv.slice(2)
const stores = await openEmbeddedStores(folder, { sliceBytes: 8000 })
const stream = { instrument: 'crash', run: 'main' }
const key = { instrument: 'crash', run: 'main', group: 'a', band: 'b', width: 1 }
const say = (line) => writeSync(1, `${line}\n`)

for (let n = Number(first); ; n++) {
  const item = { kind: 'events', source: 's', sequence: n, start: n, stop: n + 1, count: 50, late: false, columns: { time: new Float64Array(50).fill(n) } }
  const { last } = await stores.log.append('heavens.telemetry.crash', [{ key: null, value: encodeItem({ kind: 'watermark', time: n, final: false }) }, { key: null, value: encodeItem(item) }])
  say(`log ${n}`)
  await stores.log.append('heavens.jobs', [{ key: `job ${n % 7}`, value: new TextEncoder().encode(String(n)) }])
  say(`job ${n}`)
  await stores.curves.put([{ key, bins: { phase: 0, index: Float64Array.of(n, n + 1e6), counts: Float64Array.of(n, n), exposure: Float32Array.of(1, 1), background: Float32Array.of(NaN, NaN), revision: new Uint16Array(2), completeness: Float32Array.of(1, 1), flags: new Uint8Array(2) } }])
  say(`curve ${n}`)
  await stores.archive.store(stream, [{ offset: last, item }])
  if (n % 3 === 0) {
    await stores.archive.flush()
    say(`archive ${n}`)
  }
  say(`product ${n} ${await stores.products.put(new TextEncoder().encode(`product ${n}`))}`)
}
