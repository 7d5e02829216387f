import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { isDeepStrictEqual } from 'node:util'
import { expect, it } from 'vitest'
import { ingestFiles } from '@heavens/ingest'
import { findInstrument } from '@heavens/instruments'
import { openEmbeddedStores } from '@heavens/storage'
import { captureState, restoreState, runStream, snapshotBytes } from '@heavens/stream-processors'
import { percentile, slowness } from './faults/chaos.js'
import { temporaryFolder } from './heavens.js'

/** A stream does not stand still for longer than this for a snapshot, on a machine of its own [ms]. */
const PAUSE = 50
const DATA = process.env['HEAVENS_DATA'] ?? fileURLToPath(new URL('../../../shared/data', import.meta.url))

it.each([
  ['LAT, the whole sky', ['fermi-lat/2fhl_allsky/fermi_2fhl_events_selected.fits.gz']],
  ['GBM, one detector', ['fermi-gbm/GRB190530A/glg_tte_n0_bn190530430_v00.fit.gz']],
])('a snapshot of %s stops the stream for less than 50 ms and holds one moment', async (name, paths) => {
  const files = paths.map((one) => `${DATA}/${one}`)
  if (!files.every((file) => existsSync(file))) {
    console.warn(`SKIPPED: no real data at ${DATA} (HEAVENS_DATA) for ${paths.join(', ')}`)
    return
  }
  const { folder, remove } = await temporaryFolder()
  const stores = await openEmbeddedStores(folder)
  try {
    const { streams } = await ingestFiles(files, { stores, speed: Infinity, runPrefix: 'replay' })
    const [stream] = streams
    const instrument = findInstrument(stream!.instrument)!
    const pauses: number[] = []
    const state = await runStream({ stores, instrument, stream: stream!, follow: false, clock: () => Date.now(), log: () => {}, onPause: (seconds) => pauses.push(seconds * 1000) })
    const slow = slowness()
    const captures: number[] = []
    let longest = 0
    let bytes: Uint8Array = new Uint8Array()
    for (let i = 0; i < 7; i++) {
      const began = performance.now()
      const captured = captureState(instrument.descriptor, state, 1)
      captures.push(performance.now() - began)
      // What the stream may do meanwhile goes on in these turns.
      let on = true
      let last = performance.now()
      const others = (async () => {
        for (; on; last = performance.now()) {
          await new Promise((resolve) => setImmediate(resolve))
          longest = Math.max(longest, performance.now() - last)
        }
      })()
      bytes = await snapshotBytes(captured)
      on = false
      await others
    }
    console.log(`${name}: stood still for ${pauses.map((ms) => ms.toFixed(1)).join(', ')} ms; again 7 times: median ${percentile(captures, 0.5).toFixed(1)} ms; longest step of the packing beside the stream ${longest.toFixed(1)} ms; ${(bytes.length / 1e6).toFixed(2)} MB; machine ${slow.toFixed(1)} × slower than one of its own`)
    expect(pauses.length).toBeGreaterThan(0)
    // The scheduler of a busy machine may take its time in any single one.
    expect(percentile([...pauses, ...captures], 0.5)).toBeLessThan(PAUSE * slow)
    expect(Math.max(...pauses)).toBeLessThan(2 * PAUSE * slow)
    // toEqual takes a minute for the 49,190 arrays of a sky.
    expect(isDeepStrictEqual(restoreState(instrument.descriptor, bytes), { state, offset: 1 })).toBe(true)
  } finally {
    await stores.close()
    await remove()
  }
}, 120_000)
