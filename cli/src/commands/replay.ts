import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { HeavensError } from '@heavens/schemas'
import { findInstrument } from '@heavens/instruments'
import { openEmbeddedStores } from '@heavens/storage'
import { ingestFiles } from '@heavens/ingest'
import { runStream, type StreamState } from '@heavens/stream-processors'
import { claimDataFolder } from '../data-folder.js'
import { EXIT } from '../exit.js'
import { fileBars } from '../file-bars.js'
import { printSummary } from '../print-summary.js'
import { replaySummary } from '../replay-summary.js'

export interface ReplayOptions {
  speed: number
  data?: string
  json: boolean
}

/** `heavens replay`: files → log → processors, to the end; then the summary. Answers the exit code. */
export async function replay(files: readonly string[], options: ReplayOptions): Promise<number> {
  if (files.length === 0) throw new HeavensError('bad-usage', { reason: 'name at least one file' })
  const started = performance.now()
  const data = options.data ?? (await mkdtemp(path.join(tmpdir(), 'heavens-replay-')))
  const release = await claimDataFolder(data)
  const stores = await openEmbeddedStores(data)
  try {
    const bars = fileBars(!options.json && process.stderr.isTTY === true)
    const outcome = await ingestFiles(files, {
      stores, speed: options.speed, runPrefix: 'replay', onProgress: bars.show, onLog: (sentence) => console.error(sentence),
    }).finally(bars.stop)
    const states: StreamState[] = []
    for (const stream of outcome.streams) {
      states.push(await runStream({
        stores, instrument: findInstrument(stream.instrument), stream, follow: false, clock: () => Date.now(), log: () => {},
      }))
    }
    for (const refused of outcome.refused) console.error(`refused ${refused.file}: ${refused.sentence} [${refused.code}]`)
    const summary = await replaySummary(stores, outcome.streams, states, (performance.now() - started) / 1000)
    if (options.json) process.stdout.write(JSON.stringify(summary) + '\n')
    else printSummary(summary, options.data)
    return outcome.refused.length > 0 ? EXIT.refused : EXIT.ok
  } finally {
    await stores.close()
    await release()
    if (!options.data) await rm(data, { recursive: true, force: true })
  }
}
