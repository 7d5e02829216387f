import { createHash } from 'node:crypto'
import { decodeFrame, TOPICS, type Candidate, type SkyImage } from '@heavens/schemas'
import type { Stores } from '@heavens/storage'

/** All that a run has given: what must be the same for the same telemetry, however it came. */
export interface Answers {
  /** one line a curve: its key, bins, counts, and a hash of counts and exposures to the bit */
  curves: string[]
  candidates: Candidate[]
  /** one line an image: its header, and a hash of its pixels to the bit */
  images: string[]
}

/** What the stores hold of one run, in a form that can be compared. Bins' revisions take part where asked for, exposures where not declined. */
export async function answers(stores: Stores, run = 'main', options: { revisions?: boolean; exposures?: boolean } = {}): Promise<Answers> {
  const curves: string[] = []
  for (const key of await stores.curves.keys({ run })) {
    const bins = await stores.curves.read(key, -Infinity, Infinity)
    const hash = createHash('sha256')
    for (const array of [bins.index, bins.counts, ...(options.exposures === false ? [] : [bins.exposure]), ...(options.revisions ? [bins.revision] : [])]) hash.update(new Uint8Array(array.buffer, array.byteOffset, array.byteLength))
    const total = bins.counts.reduce((a, b) => a + b, 0)
    const exposure = bins.exposure.reduce((a, b) => a + b, 0)
    curves.push(`${key.instrument} ${key.group} ${key.band} ${key.width}: ${bins.index.length} bins from ${bins.index[0]}, ${total} counts${options.exposures === false ? '' : `, ${exposure} s`}, ${hash.digest('hex').slice(0, 16)}`)
  }
  const text = new TextDecoder()
  const candidates = (await stores.log.latest(TOPICS.candidates)).map((r) => JSON.parse(text.decode(r.value)) as Candidate).filter((c) => c.run === run)
  const images = (await stores.log.latest(TOPICS.images)).flatMap(({ value }) => {
    const { header, arrays } = decodeFrame(value) as unknown as { header: SkyImage; arrays: Record<string, Float32Array> }
    if (header.run !== run) return []
    const hash = createHash('sha256')
    for (const name of Object.keys(arrays).sort()) hash.update(new Uint8Array(arrays[name]!.buffer, arrays[name]!.byteOffset, arrays[name]!.byteLength))
    return [`${JSON.stringify(header)} ${hash.digest('hex').slice(0, 16)}`]
  })
  return { curves: curves.sort(), candidates: candidates.sort((a, b) => a.time - b.time || a.id.localeCompare(b.id)), images: images.sort() }
}
