import { readFile } from 'node:fs/promises'
import { HeavensError } from '@heavens/schemas'
import { readGoodTime, utcIsoFromTt } from '@heavens/science/time'
import { openFitsFile } from './open-fits-file.js'

/** The time of a request, as the form writes it when good time is read from a file. */
export interface RequestedTime {
  format: 'iso'
  scale: 'utc'
  intervals: [string, string][]
}

/**
 * Intervals of a file as the time of a request: good time of a FITS file (packed or not), or a list with a start and a stop in ISO-8601 UTC on each
 * line (`#` begins a comment).
 *
 * @throws file-missing; file-unusable: no intervals in it; what openFitsFile throws
 */
export async function requestedTime(file: string): Promise<RequestedTime> {
  const head = await readFile(file).catch((cause: unknown) => {
    throw new HeavensError('file-missing', { file, reason: cause instanceof Error ? cause.message : String(cause) }, { cause })
  })
  const fits = (head[0] === 0x1f && head[1] === 0x8b) || head.subarray(0, 6).toString('latin1') === 'SIMPLE'
  const intervals = fits ? (await readGoodTime(await openFitsFile(file))).map(([start, stop]): [string, string] => [utcIsoFromTt(start, 6), utcIsoFromTt(stop, 6)]) : listed(head.toString('utf8'), file)
  if (intervals.length === 0) throw new HeavensError('file-unusable', { file, reason: 'it holds no interval of good time' })
  return { format: 'iso', scale: 'utc', intervals }
}

function listed(text: string, file: string): [string, string][] {
  const lines = text.split(/\r?\n/).map((line) => line.replace(/#.*/, '').trim()).filter((line) => line !== '')
  return lines.map((line) => {
    const [start, stop, ...rest] = line.split(/[\s,]+/)
    if (stop === undefined || rest.length > 0) throw new HeavensError('file-unusable', { file, reason: `it is not FITS, and the line ${JSON.stringify(line.slice(0, 60))} is not a start and a stop` })
    return [start!, stop]
  })
}
