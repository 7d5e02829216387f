// Puts bins one after the other and says the index of the last one that was acknowledged, until it is killed.
import { writeSync } from 'node:fs'
import { openInfluxCurveStore } from '../dist/curves/influx/open-influx-curve-store.js'

const N = 500
const store = await openInfluxCurveStore({ ...JSON.parse(process.env.SETTINGS), log: () => undefined })
const key = { instrument: 'test', run: 'main', group: 'writer', band: '50,3=00', width: 0.064 }
for (let from = 0; from < 10_000_000; from += N) {
  const bins = {
    phase: 0, index: Float64Array.from({ length: N }, (_, i) => from + i), counts: new Float64Array(N).fill(3), exposure: new Float32Array(N).fill(0.0625), background: new Float32Array(N).fill(NaN),
    revision: new Uint16Array(N), completeness: new Float32Array(N).fill(1), flags: new Uint8Array(N),
  }
  await store.put([{ key, bins }])
  writeSync(1, `${from + N - 1}\n`)
}
