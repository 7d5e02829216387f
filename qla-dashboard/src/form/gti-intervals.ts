/** Intervals as the form has them, UTC to the microsecond. */
export type FormIntervals = { start: string; stop: string }[]

/**
 * The good time of a file (FITS, or a list of starts and stops), as `heavens analyse --gti` and `POST /api/v1/gti` read it. Packed files (gzip) are
 * unpacked. Throws with a sentence where the file has none, or does not say where its times begin.
 */
export async function gtiIntervals(file: Blob, name: string): Promise<FormIntervals> {
  const { requestedTime } = await import('@heavens/science/time')
  const { intervals } = await requestedTime(await unpacked(file), name)
  return intervals.map(([start, stop]) => ({ start: start.replace('Z', ''), stop: stop.replace('Z', '') }))
}

async function unpacked(file: Blob): Promise<Uint8Array> {
  const head = new Uint8Array(await file.slice(0, 2).arrayBuffer())
  const stream = head[0] === 0x1f && head[1] === 0x8b ? file.stream().pipeThrough(new DecompressionStream('gzip')) : file.stream()
  return new Uint8Array(await new Response(stream).arrayBuffer())
}
