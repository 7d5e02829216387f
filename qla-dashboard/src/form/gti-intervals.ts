import { utcIsoFromTt } from '@heavens/science/time'

/** Intervals as the form has them, UTC to the microsecond. */
export type FormIntervals = { start: string; stop: string }[]

/**
 * The good time of a FITS file: its first table with START and STOP whose name speaks of GTI, else the first with both columns. Packed files (gzip)
 * are unpacked. Throws with a sentence where the file has none, or does not say where its times begin.
 */
export async function gtiIntervals(file: Blob, name: string): Promise<FormIntervals> {
  const [{ bytesSource, openFits }, { readGoodTime }] = await Promise.all([import('@heavens/science/fits'), import('@heavens/science/time')])
  const intervals = await readGoodTime(await openFits(bytesSource(await unpacked(file)), name))
  return intervals.map(([start, stop]) => ({ start: text(start), stop: text(stop) })).filter((v) => v.start < v.stop)
}

const text = (tt: number): string => utcIsoFromTt(tt, 6).replace('Z', '')

async function unpacked(file: Blob): Promise<Uint8Array> {
  const head = new Uint8Array(await file.slice(0, 2).arrayBuffer())
  const stream = head[0] === 0x1f && head[1] === 0x8b ? file.stream().pipeThrough(new DecompressionStream('gzip')) : file.stream()
  return new Uint8Array(await new Response(stream).arrayBuffer())
}
