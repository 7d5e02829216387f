import { utcIsoFromTt } from '@heavens/science/time'

/** Intervals as the form has them, UTC to the microsecond. */
export type FormIntervals = { start: string; stop: string }[]

/**
 * The good time of a FITS file: its first table with START and STOP whose name speaks of GTI, else the first with both columns. Packed files (gzip)
 * are unpacked. Throws with a sentence where the file has none, or does not say where its times begin.
 */
export async function gtiIntervals(file: Blob, name: string): Promise<FormIntervals> {
  const [{ bytesSource, openFits, readTable }, { timeReference }] = await Promise.all([import('@heavens/science/fits'), import('@heavens/science/time')])
  const fits = await openFits(bytesSource(await unpacked(file)), name)
  const tables = fits.hdus.filter((h) => h.kind === 'bintable')
  for (const hdu of [...tables.filter((h) => /gti/i.test(h.name)), ...tables.filter((h) => !/gti/i.test(h.name))]) {
    const { columns } = await readTable(fits, hdu, { to: 1 })
    const has = (column: string): boolean => Object.keys(columns).some((k) => k.toUpperCase() === column)
    if (!has('START') || !has('STOP')) continue
    const { toTt } = timeReference(hdu.header.has('MJDREFI') || hdu.header.has('MJDREF') ? hdu.header : fits.hdus[0]!.header)
    const all = await readTable(fits, hdu, { columns: ['START', 'STOP'] })
    const times = (column: string): number[] => Array.from(all.columns[column]!.values as ArrayLike<number>, Number)
    const stops = times('STOP')
    return times('START').map((t, i) => ({ start: text(toTt(t)), stop: text(toTt(stops[i]!)) })).filter((v) => v.start < v.stop)
  }
  throw new Error(`${name} holds no good time: no table has START and STOP.`)
}

const text = (tt: number): string => utcIsoFromTt(tt, 6).replace('Z', '')

async function unpacked(file: Blob): Promise<Uint8Array> {
  const head = new Uint8Array(await file.slice(0, 2).arrayBuffer())
  const stream = head[0] === 0x1f && head[1] === 0x8b ? file.stream().pipeThrough(new DecompressionStream('gzip')) : file.stream()
  return new Uint8Array(await new Response(stream).arrayBuffer())
}
