import { HeavensError } from '@heavens/schemas'
import { bytesSource, openFits } from '../fits/index.js'
import { readGoodTime } from './good-time.js'
import { ttFromUtcIso, utcIsoFromTt } from './utc-iso.js'

/** The time of a request, from a file. */
export interface RequestedTime {
  format: 'iso'
  scale: 'utc'
  /** UTC to the microsecond, ascending, apart from each other */
  intervals: [string, string][]
}

/**
 * The intervals of a file as the time of a request: good time of a FITS file (see readGoodTime), or a list with a start and a stop in ISO-8601 UTC on each
 * line (`#` begins a comment). Sorted; those that touch or overlap are joined, empty ones left out.
 *
 * @param bytes the whole file, unpacked
 * @param name  for sentences
 * @throws file-unusable: no interval in it, or neither FITS nor a list; what openFits and readGoodTime throw
 */
export async function requestedTime(bytes: Uint8Array, name: string): Promise<RequestedTime> {
  const fits = new TextDecoder('latin1').decode(bytes.subarray(0, 6)) === 'SIMPLE'
  const read = fits ? await readGoodTime(await openFits(bytesSource(bytes), name)) : listed(bytes, name)
  const usable = read.filter(([start, stop]) => Number.isFinite(start) && stop > start).toSorted((a, b) => a[0] - b[0])
  const joined: [number, number][] = []
  for (const [start, stop] of usable) {
    const last = joined.at(-1)
    if (last !== undefined && start <= last[1]) last[1] = Math.max(last[1], stop)
    else joined.push([start, stop])
  }
  const intervals = joined.map(([start, stop]): [string, string] => [utcIsoFromTt(start, 6), utcIsoFromTt(stop, 6)]).filter(([start, stop]) => start < stop)
  if (intervals.length === 0) throw new HeavensError('file-unusable', { file: name, reason: 'it holds no interval of good time' })
  return { format: 'iso', scale: 'utc', intervals }
}

function listed(bytes: Uint8Array, file: string): [number, number][] {
  const lines = new TextDecoder().decode(bytes).split(/\r?\n/).map((line) => line.replace(/#.*/, '').trim()).filter((line) => line !== '')
  return lines.map((line) => {
    const [start, stop, ...rest] = line.split(/[\s,]+/)
    const refuse = (reason: string, cause?: unknown): HeavensError => new HeavensError('file-unusable', { file, reason: `it is not FITS, and the line ${JSON.stringify(line.slice(0, 60))} ${reason}` }, { cause })
    if (stop === undefined || rest.length > 0) throw refuse('is not a start and a stop')
    let times: [number, number]
    try {
      times = [ttFromUtcIso(start!), ttFromUtcIso(stop)]
    } catch (cause) {
      throw refuse('does not hold two times in ISO UTC', cause)
    }
    if (times[1] < times[0]) throw refuse('stops before it starts')
    return times
  })
}
