import type { CalibrationFile } from '@heavens/schemas'
import type { EventArchive } from '@heavens/storage'
import type { Interval } from './intervals.js'

/** Calibration in force in an interval, of the first of some runs of an instrument that has any: files that came apart from the data hold for these too. */
export async function calibrationOfRuns(archive: EventArchive, instrument: string, runs: readonly string[], [start, stop]: Interval): Promise<CalibrationFile[]> {
  for (const run of runs) {
    const found: CalibrationFile[] = []
    for await (const { item } of archive.blocks({ instrument, run }, start, stop, { groups: [] })) {
      if (item.kind === 'calibration') found.push(item)
      // What explains the data comes before them.
      else if (item.kind === 'events' || item.kind === 'rates' || item.kind === 'pointing') break
    }
    if (found.length > 0) return found
  }
  return []
}
