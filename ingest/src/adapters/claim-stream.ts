import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { HeavensError, telemetryTopic, type StreamId } from '@heavens/schemas'
import type { DecodedItem } from '@heavens/instruments'
import type { Log } from '@heavens/storage'
import { isTimed, timesOf } from '../lane.js'
import { knownSources, lastWatermark } from '../sources-ledger.js'

/** A stream that only we write files into, for as long as `lost` is not aborted. */
export interface StreamClaim {
  lost: AbortSignal
  release(): Promise<void>
}
export type TakeStream = (stream: StreamId) => Promise<StreamClaim | undefined>

/** A file as far as the choice of its stream goes: its id, and its first items. */
interface Start {
  id: string
  ahead: readonly DecodedItem[]
}

export interface ClaimStreamOptions {
  stores: { log: Log }
  runPrefix: string
  take?: TakeStream
  beside?: boolean
  signal?: AbortSignal
}

export type KnownSources = Awaited<ReturnType<typeof knownSources>>

/** Wait between two looks whether a stream has become free [ms]. */
const LOOK = 300

/**
 * The stream that files of an instrument go to, claimed, and what is known of the sources of all streams: `main`, unless its watermark lies ahead of what
 * is new of these data; then a run of their own, named by what they are. The same files again go where they went before, so that they are recognised as repeated. While
 * another has the stream this waits, but with `beside` new files go to a run of their own at once. Throws cancelled.
 */
export async function claimStream(instrument: string, files: readonly Start[], options: ClaimStreamOptions): Promise<{ stream: StreamId; known: KnownSources; claim?: StreamClaim }> {
  const { log } = options.stores
  const { take } = options
  const hash = createHash('sha256').update(files.map((f) => f.id).join(' ')).digest('hex').slice(0, 8)
  const main: StreamId = { instrument, run: 'main' }
  const own: StreamId = { instrument, run: `${options.runPrefix}-${hash}` }
  const goesTo = async (known: KnownSources): Promise<StreamId> => {
    const went = (stream: StreamId): boolean => files.every((f) => isKnown(known, stream, f.id))
    if (went(own)) return own
    if (went(main)) return main
    const watermark = await lastWatermark(log, main)
    if (!watermark) return main
    // Those that have come in before are recognised there: a folder that is looked through again after a restart offers them beside new ones.
    const fresh = files.filter((f) => !isKnown(known, main, f.id))
    const first = Math.min(...fresh.flatMap((f) => f.ahead.filter(isTimed).map((item) => timesOf(item)[0]!)))
    // Files without times (calibration) belong to whatever is there.
    return first === Infinity || first >= watermark.time ? main : own
  }
  for (;;) {
    const before = await knownSources(log)
    let stream = await goesTo(before)
    if (!take) return { stream, known: before }
    let claim = await take(stream)
    const passed = !claim && options.beside === true && stream === main && !files.some((f) => isKnown(before, main, f.id))
    if (passed) claim = await take((stream = own))
    if (claim) {
      // While it was not ours yet, its holder may have gone on.
      const known = await knownSources(log)
      if (passed || (await goesTo(known)) === stream) return { stream, known, claim }
      await claim.release()
      continue
    }
    await sleep(LOOK, undefined, { signal: options.signal }).catch(() => undefined)
    if (options.signal?.aborted) throw new HeavensError('cancelled')
  }
}

const isKnown = (known: KnownSources, stream: StreamId, id: string): boolean => known.some((k) => k.topic === telemetryTopic(stream) && k.source === id)
