import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { HeavensError, telemetryTopic, type StreamId } from '@heavens/schemas'
import { findInstrument } from '@heavens/instruments'
import { ingestFiles } from '@heavens/ingest'
import { openClaims, openStores, readStoreSettings, type Claims, type Stores } from '@heavens/storage'
import { runStream, type StreamState } from '@heavens/stream-processors'
import { refuseClaimed } from '../data-folder.js'
import { EXIT } from '../exit.js'
import { printSummary } from '../print-summary.js'
import { fileBars } from '../file-bars.js'
import { replaySummary } from '../replay-summary.js'
import { readRoleSettings } from '../role-settings.js'
import { underClaim } from '../roles/under-claim.js'

export interface BringInOptions {
  data?: string
  json: boolean
}

/**
 * `heavens ingest FILES…`: past missions and missed data, once, to their end: onto the log, through the processors and into the archive of
 * the configured stores. A stream that a running process role has is left to that role. Answers the exit code.
 */
export async function bringIn(files: readonly string[], options: BringInOptions): Promise<number> {
  const data = path.resolve(options.data ?? readRoleSettings(process.env).HEAVENS_DATA_DIR)
  await mkdir(data, { recursive: true })
  await refuseClaimed(data)
  const started = performance.now()
  const say = (sentence: string): void => console.error(sentence)
  const stores = await openStores(readStoreSettings(process.env), { clientId: 'heavens-ingest-files', folder: data, log: say })
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
  const claims = openClaims({ log: stores.log, owner: `ingest-files-${randomBytes(4).toString('hex')}`, failed: (error) => say(String(error)) })
  try {
    const bars = fileBars(!options.json && process.stderr.isTTY === true)
    const outcome = await underClaim(claims, 'ingest/files', stop.signal, (signal) => ingestFiles(files, {
      stores, speed: Infinity, runPrefix: 'replay', signal, onProgress: bars.show, onLog: say,
    })).finally(bars.stop)
    if (outcome === undefined || stop.signal.aborted) throw new HeavensError('cancelled')
    for (const refused of outcome.refused) say(`refused ${refused.file}: ${refused.sentence} [${refused.code}]`)
    const ours: StreamId[] = []
    const states: StreamState[] = []
    for (const stream of outcome.streams) {
      const state = await toTheEnd(stores, claims, stream, stop.signal)
      if (state === undefined) say(`${telemetryTopic(stream)}: a process role has it and goes on with it; heavens status shows how far it is`)
      else {
        ours.push(stream)
        states.push(state)
      }
    }
    if (stop.signal.aborted) throw new HeavensError('cancelled')
    const summary = await replaySummary(stores, ours, states, (performance.now() - started) / 1000)
    if (options.json) process.stdout.write(JSON.stringify(summary) + '\n')
    else printSummary(summary, data)
    return outcome.refused.length > 0 ? EXIT.refused : EXIT.ok
  } finally {
    await claims.close()
    await stores.close()
  }
}

/** Process what the log has of a stream; undefined: another process has the stream. */
async function toTheEnd(stores: Stores, claims: Claims, stream: StreamId, signal: AbortSignal): Promise<StreamState | undefined> {
  const claim = await claims.take(`process/${telemetryTopic(stream)}`)
  if (!claim) return undefined
  try {
    return await runStream({
      stores, instrument: findInstrument(stream.instrument), stream, follow: false, clock: () => Date.now(), log: () => {}, signal: AbortSignal.any([signal, claim.lost]),
      guard() {
        if (!claim.holds()) throw new HeavensError('claim-lost', { unit: claim.unit, reason: 'it was not renewed in time' })
      },
    })
  } finally {
    await stores.archive.forget(stream)
    await claim.release()
  }
}
