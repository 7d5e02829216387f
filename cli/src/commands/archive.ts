import { exportEvents, observedTime } from '@heavens/analysis'
import { INSTRUMENTS } from '@heavens/instruments'
import { ttFromUtcIso, utcIsoFromTt } from '@heavens/science/time'
import { HeavensError, telemetryTopic, type StreamId } from '@heavens/schemas'
import type { Stores } from '@heavens/storage'
import { openConfiguredStores } from '../configured-stores.js'
import { EXIT } from '../exit.js'
import { trimLog } from '../trim-log.js'

export interface ArchiveOptions {
  data?: string
  instrument?: string
  run?: string
  dryRun: boolean
  out?: string
  start?: string
  stop?: string
  json: boolean
}

/** `heavens archive list|verify|trim|export`. Exit code 1 where a slice is damaged, or where there is nothing to export. */
export async function archive(action: 'list' | 'verify' | 'trim' | 'export', options: ArchiveOptions): Promise<number> {
  const stores = await openConfiguredStores('archive', options.data)
  try {
    const streams = (await stores.archive.coverage()).filter(({ stream }) => (options.instrument ?? stream.instrument) === stream.instrument && (options.run ?? stream.run) === stream.run)
    if (action === 'export') return await exportLists(stores, streams.map((c) => c.stream), options)
    if (action === 'list') return await list(stores, streams, options.json)
    return await (action === 'verify' ? verify : trim)(stores, streams.map((c) => c.stream), options)
  } finally {
    await stores.close()
  }
}

async function list(stores: Stores, streams: Awaited<ReturnType<Stores['archive']['coverage']>>, json: boolean): Promise<number> {
  const iso = (t: number): string | null => (Number.isFinite(t) ? utcIsoFromTt(t) : null)
  const rows = []
  for (const { stream, start, stop, events, archived } of streams) {
    const { next } = await stores.log.bounds(telemetryTopic(stream))
    const descriptor = INSTRUMENTS.find((instrument) => instrument.descriptor.id === stream.instrument)?.descriptor
    const observed = json && descriptor ? await observedTime(stores.archive, descriptor, stream) : { good: [], pointings: [] }
    rows.push({
      ...stream, start: iso(start), stop: iso(stop), events, archived, onLogOnly: Math.max(0, next - archived),
      good: observed.good.map(({ intervals, ...rest }) => ({ ...rest, intervals: intervals.map(([from, to]) => [iso(from), iso(to)]) })),
      pointings: observed.pointings.map((one) => ({ ...one, start: iso(one.start), stop: iso(one.stop) })),
    })
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

async function exportLists(stores: Stores, streams: readonly StreamId[], { out, start, stop, json }: ArchiveOptions): Promise<number> {
  if (out === undefined) throw new HeavensError('bad-usage', { reason: 'archive export needs --out, the folder for the event lists' })
  const interval = [start === undefined ? -Infinity : ttFromUtcIso(start), stop === undefined ? Infinity : ttFromUtcIso(stop)] as const
  if (!(interval[1] > interval[0])) throw new HeavensError('stop-before-start', { start: start ?? '', stop: stop ?? '' })
  const written = []
  for (const stream of streams) {
    const instrument = INSTRUMENTS.find(({ descriptor }) => descriptor.id === stream.instrument)
    // What counts in bins has no events.
    if (instrument?.descriptor.data !== 'events') continue
    for (const list of await exportEvents(stores.archive, instrument, stream, interval, out)) written.push({ ...stream, ...list })
  }
  if (json) console.log(JSON.stringify(written))
  else for (const { file, events, goodTime, source } of written) console.log(`${file}  ${events} events, ${goodTime.toFixed(3)} s of good time, of ${source}`)
  if (written.length === 0) console.error('heavens: there are no events in that time')
  return written.length > 0 ? EXIT.ok : EXIT.failed
}
