import type { ByteSource } from '@heavens/science/fits'

/** Bytes are kept in blocks of this size, and so many of them: what a search through a file touches. */
const BLOCK = 2 ** 18
const KEPT = 64

/**
 * A file on the server of which only the parts that are asked for are fetched; parts that were are kept for a while. Blocks that are missing
 * next to each other come in one answer.
 *
 * @param fetchPart  bytes [start, end) of the file; rejects where they cannot be had
 */
export function rangeSource(size: number, fetchPart: (start: number, end: number) => Promise<Uint8Array>): ByteSource {
  const blocks = new Map<number, Uint8Array>()
  const keep = (index: number, bytes: Uint8Array): void => {
    blocks.delete(index)
    blocks.set(index, bytes)
    for (const oldest of blocks.keys()) {
      if (blocks.size <= KEPT) break
      blocks.delete(oldest)
    }
  }
  return {
    size,
    async read(offset, length) {
      const end = Math.min(size, offset + length)
      const out = new Uint8Array(Math.max(0, end - offset))
      const put = (index: number, bytes: Uint8Array): void => {
        const from = index * BLOCK
        const [a, b] = [Math.max(offset, from), Math.min(end, from + bytes.length)]
        if (b > a) out.set(bytes.subarray(a - from, b - from), a - offset)
      }
      const last = Math.ceil(end / BLOCK)
      for (let index = Math.floor(offset / BLOCK); index < last;) {
        const known = blocks.get(index)
        if (known) {
          put(index, known)
          keep(index, known)
          index++
          continue
        }
        let stop = index + 1
        while (stop < last && !blocks.has(stop)) stop++
        const bytes = await fetchPart(index * BLOCK, Math.min(size, stop * BLOCK))
        for (let k = index; k < stop; k++) {
          const block = bytes.subarray((k - index) * BLOCK, (k - index + 1) * BLOCK)
          put(k, block)
          // A block of its own: a view would keep all of the answer.
          keep(k, block.slice())
        }
        index = stop
      }
      return out
    },
  }
}
