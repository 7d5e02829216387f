import { utcIsoFromTt } from '@heavens/science/time'
import { telemetryTopic, type StreamId } from '@heavens/schemas'
import type { Stores } from '@heavens/storage'
import { openConfiguredStores } from '../configured-stores.js'
import { EXIT } from '../exit.js'
import { trimLog } from '../trim-log.js'

export interface ArchiveOptions {
  data?: string
  instrument?: string
  run?: string
  dryRun: boolean
  json: boolean
}

/** `heavens archive list|verify|trim`. Exit code 1 where a slice is damaged. */
export async function archive(action: 'list' | 'verify' | 'trim', options: ArchiveOptions): Promise<number> {
  const stores = await openConfiguredStores('archive', options.data)
  try {
    const streams = (await stores.archive.coverage()).filter(({ stream }) => (options.instrument ?? stream.instrument) === stream.instrument && (options.run ?? stream.run) === stream.run)
    if (action === 'list') return await list(stores, streams, options.json)
    return await (action === 'verify' ? verify : trim)(stores, streams.map((c) => c.stream), options)
  } finally {
    await stores.close()
  }
}

async function list(stores: Stores, streams: Awaited<ReturnType<Stores['archive']['coverage']>>, json: boolean): Promise<number> {
  const rows = []
  for (const { stream, start, stop, events, archived } of streams) {
    const { next } = await stores.log.bounds(telemetryTopic(stream))
    const iso = (t: number): string | null => (Number.isFinite(t) ? utcIsoFromTt(t) : null)
    rows.push({ ...stream, start: iso(start), stop: iso(stop), events, archived, onLogOnly: Math.max(0, next - archived) })
  }
  if (json) console.log(JSON.stringify(rows))
  else if (rows.length === 0) console.log('Nothing is archived yet.')
  else for (const r of rows) console.log(`${r.instrument}/${r.run}  ${r.start ?? '–'} to ${r.stop ?? '–'}  ${r.events} events  offsets 0 to ${r.archived} archived, ${r.onLogOnly} on the log only`)
  return EXIT.ok
}

async function verify(stores: Stores, streams: readonly StreamId[], { json }: ArchiveOptions): Promise<number> {
  const reports = []
  for (const stream of streams) reports.push(await stores.archive.verify(stream))
  if (json) console.log(JSON.stringify(reports))
  for (const { stream, slices, bytes, verified, damaged } of json ? [] : reports) {
    console.log(`${stream.instrument}/${stream.run}  ${slices} slices, ${(bytes / 1e6).toFixed(1)} MB, verified up to offset ${verified}`)
    for (const { file, reason } of damaged) console.log(`  ${file}: ${reason}`)
  }
  return reports.some(({ damaged }) => damaged.length > 0) ? EXIT.failed : EXIT.ok
}

async function trim(stores: Stores, streams: readonly StreamId[], { json, dryRun }: ArchiveOptions): Promise<number> {
  const reports = []
  for (const stream of streams) reports.push(await trimLog(stores, stream, dryRun))
  if (json) console.log(JSON.stringify(reports))
  for (const { stream, first, next, trimmed, reason, damaged } of json ? [] : reports) {
    console.log(`${stream.instrument}/${stream.run}  ${trimmed - first} of ${next - first} records ${dryRun ? 'would leave' : 'have left'} the log, which keeps offsets ${trimmed} to ${next} (${reason})`)
    for (const one of damaged) console.log(`  ${one.file}: ${one.reason}`)
  }
  return reports.some(({ damaged }) => damaged.length > 0) ? EXIT.failed : EXIT.ok
}
