import type { CalibrationFile } from '@heavens/schemas'
import { bytesSource, openFits } from '@heavens/science/fits'
import type { FitsFile, FitsHdu } from '@heavens/science/fits'
import type { Interval } from '../selection/intervals.js'
import { ttFromHeader } from './header-time.js'

const BLOCK = 2880

/** Middle between the first start and the last stop: the time whose response is taken. */
export function middleOf(intervals: readonly Interval[]): number {
  return (intervals[0]![0] + intervals.at(-1)![1]) / 2
}

/** The response that belongs to a time: of those in force, the one whose validity is centred nearest to it. */
export function responseFor(calibration: readonly CalibrationFile[], time: number): CalibrationFile | undefined {
  const fitting = calibration.filter((item) => (item.type === 'rsp' || item.type === 'rmf') && item.from <= time && item.until >= time)
  const distance = (item: CalibrationFile): number => Math.abs((item.from + item.until) / 2 - time)
  return fitting.toSorted((a, b) => distance(a) - distance(b) || (a.sha256 < b.sha256 ? -1 : 1))[0]
}

/**
 * A response file with one matrix: the bytes as they are where there is one, else its primary header, channel bounds and
 * the matrix whose TSTART…TSTOP holds `time` (the nearest where none does). HDUs are copied whole, so that their
 * checksums stay true.
 *
 * @param time TT seconds
 */
export async function singleMatrix(name: string, bytes: Uint8Array, time: number): Promise<Uint8Array> {
  const file = await openFits(bytesSource(bytes), name)
  const matrices = file.hdus.filter((hdu) => hdu.name.toUpperCase().includes('MATRIX'))
  if (matrices.length < 2) return bytes
  const gap = (hdu: FitsHdu): number => {
    const start = ttFromHeader(hdu.header, 'TSTART')
    const stop = ttFromHeader(hdu.header, 'TSTOP')
    return start === undefined || stop === undefined ? Infinity : Math.max(0, start - time, time - stop)
  }
  const chosen = matrices.reduce((best, hdu) => (gap(hdu) < gap(best) ? hdu : best))
  const kept = file.hdus.filter((hdu) => hdu === chosen || !matrices.includes(hdu))
  return joined(kept.map((hdu) => wholeHdu(file, hdu, bytes)))
}

/** Header and data of an HDU with their padding. */
function wholeHdu(file: FitsFile, hdu: FitsHdu, bytes: Uint8Array): Uint8Array {
  const end = (h: FitsHdu): number => h.dataOffset + Math.ceil(h.dataLength / BLOCK) * BLOCK
  const before = file.hdus[hdu.index - 1]
  return bytes.subarray(before === undefined ? 0 : end(before), end(hdu))
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}
