import path from 'node:path'
import type { StreamId } from '@heavens/schemas'
import type { Instrument } from '@heavens/instruments'
import type { EventArchive } from '@heavens/storage'
import { writeWhole } from '../product-folder.js'
import { totalLength } from '../selection/intervals.js'
import type { Interval } from '../selection/intervals.js'
import { softwareVersion } from '../software-version.js'
import { collectLists } from './collect-lists.js'
import { eventList } from './event-list.js'

/** A file that was written. */
export interface ExportedList {
  /** relative to the folder */
  file: string
  source: string
  /** id of the group */
  group: string
  events: number
  /** seconds */
  goodTime: number
  bytes: number
}

/**
 * Write the events of a run in [start, stop) [TT s] as FITS event lists into a folder, `<instrument>-<run>-<group>-<number>.fits`, one for each source and group that has any.
 *
 * @throws HeavensError too-large, store-full
 */
export async function exportEvents(archive: EventArchive, instrument: Instrument, stream: StreamId, interval: Interval, out: string): Promise<ExportedList[]> {
  const lists = await collectLists(archive, stream, interval)
  const version = softwareVersion()
  const width = String(lists.length).length
  const written: ExportedList[] = []
  for (const [i, list] of lists.entries()) {
    const group = instrument.descriptor.groups[list.group]!.id
    const file = `${stream.instrument}-${stream.run}-${group}-${String(i + 1).padStart(width, '0')}.fits`
    const bytes = eventList(instrument, list, stream.run, version)
    await writeWhole(path.join(out, file), bytes)
    written.push({ file, source: list.source, group, events: list.events.time.length, goodTime: totalLength(list.good), bytes: bytes.length })
  }
  return written
}
