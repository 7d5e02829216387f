import { telemetryTopic, type StreamId } from '@heavens/schemas'
import { bytesSource, openFits } from '@heavens/science/fits'
import type { Instrument, SimulatedSky } from '@heavens/instruments'
import type { Stores } from '@heavens/storage'
import { advanceSource, countUndecodable, createAssembler, offer, openSource, release, type Assembler } from '../assemble.js'
import { publishItems } from '../publish.js'
import { lastWatermark, nextSequences } from '../sources-ledger.js'

export const SIMULATED_RUN = 'simulated'

export interface SimulatedMissionOptions {
  stores: Stores
  instruments: readonly Instrument[]
  sky: SimulatedSky
  /** TT s */
  now(): number
  /** seconds of history made at full speed before going live, per instrument */
  history(instrument: Instrument): number
  /** data seconds per wall second */
  speed: number
  /** data time at which it goes live, TT s; where that is in the past the mission runs at `speed` until it has caught up with now */
  liveStart: number
  signal: AbortSignal
  /** asked when `signal` has aborted: whether what has been made may still go onto the log; not where another may have taken over */
  mayFinish(): boolean
  log(sentence: string): void
}

/** Rows of one block while history is made; live blocks are cut every second. */
const HISTORY_ROWS = 8192
/** Data seconds made at a time while catching up: much of what is sparse, little of what comes in thousands a second. */
const HISTORY_CHUNK = { sparse: 1800, dense: 60 }
/** Wall seconds between two looks at the clock of a mission that runs faster than time; at least a data second lies between them. */
const LIVE_STEP = 0.25

/**
 * The simulated mission: every instrument that can be simulated sends telemetry in its own form (FITS bytes), which goes
 * through its own decoder and the same assembly as files do. Takes up where the log ends. Returns when `signal` aborts.
 */
export async function flySimulatedMission(options: SimulatedMissionOptions): Promise<void> {
  const begun = options.now()
  const flown = await Promise.all(options.instruments.map(({ descriptor }) => lastWatermark(options.stores.log, { instrument: descriptor.id, run: SIMULATED_RUN })))
  // One that runs faster than time goes on where it was, not where it began: else each restart would stand still until it is there again.
  const from = flown.reduce((latest, known) => Math.max(latest, known?.time ?? -Infinity), options.liveStart)
  const clock = (): number => Math.min(options.now(), from + (options.now() - begun) * options.speed)
  await Promise.all(options.instruments.map((instrument) => fly(instrument, clock, options)))
}

async function fly(instrument: Instrument, clock: () => number, options: SimulatedMissionOptions): Promise<void> {
  const { stores, sky, signal } = options
  const stream: StreamId = { instrument: instrument.descriptor.id, run: SIMULATED_RUN }
  const known = await lastWatermark(stores.log, stream)
  const sequences = await nextSequences(stores.log, stream)
  const earliest = Math.floor(clock() - options.history(instrument))
  let at = known && known.time > earliest ? known.time : earliest
  const assembler = createAssembler(instrument.descriptor, { rowsPerBlock: HISTORY_ROWS, released: known ? Math.min(known.time, at) : undefined })
  options.log(`${telemetryTopic(stream)}: ${known ? 'goes on' : 'begins'}, ${Math.round(clock() - at)} s of history first`)
  const { descriptor } = instrument
  const step = Math.max(1, Math.ceil(options.speed * LIVE_STEP))
  const longest = descriptor.data === 'rates' || descriptor.curves.sparse ? HISTORY_CHUNK.sparse : HISTORY_CHUNK.dense
  while (!signal.aborted) {
    const until = Math.floor(clock())
    if (until <= at) {
      // Blocks of a second only once data come second by second. A mission that runs faster than time keeps large ones, but holds nothing back
      // when it has caught up with its clock: what is not on the log has to be made again after a restart, and might never get there.
      if (options.now() - at < 2) assembler.rowsPerBlock = 1
      assembler.hurry = true
      await flush(assembler, options, stream)
      assembler.hurry = false
      await pause(Math.min(1000, ((at + step - clock()) * 1000) / options.speed + 5), signal)
      continue
    }
    const chunk = Math.min(until, at + longest)
    const files = instrument.simulate!(sky, at, chunk)
    for (const file of files) {
      openSource(assembler, file.source, { sequence: sequences.get(file.source) ?? 0 })
      const fits = await openFits(bytesSource(file.bytes), file.name)
      const kind = instrument.recognise(fits)
      if (!kind) throw new Error(`${file.name}: the instrument does not know its own simulated telemetry`)
      const context = { rows: 1 << 20, undecodable: (rows: number) => countUndecodable(assembler, rows), keep: (_: string, bytes: Uint8Array) => stores.products.put(bytes) }
      // While history is made nothing is received.
      const received = assembler.rowsPerBlock === 1 ? Date.now() : undefined
      for await (const item of instrument.decode(fits, kind, context)) offer(assembler, file.source, item, received)
    }
    for (const source of assembler.sources.keys()) advanceSource(assembler, source, chunk)
    at = chunk
    await flush(assembler, options, stream)
    // While history is made nothing else is waited for: let messages in, such as the one that asks to stop.
    await new Promise((resolve) => setImmediate(resolve))
  }
  // Good time is told at once, photons block by block: who stops in between would leave time that was observed and photons that never came.
  if (!options.mayFinish()) return
  assembler.hurry = true
  await flush(assembler, options, stream)
}

async function flush(assembler: Assembler, options: SimulatedMissionOptions, stream: StreamId): Promise<void> {
  for (;;) {
    const items = release(assembler)
    if (items.length === 0) return
    await publishItems(options.stores.log, stream, items, (item) => assembler.received.get(item))
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, Math.max(1, ms))
    function done(): void {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    signal.addEventListener('abort', done)
  })
}
