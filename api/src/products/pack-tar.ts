import { open } from 'node:fs/promises'

const BLOCK = 512
const PIECE = 1 << 18

export interface PackedFile {
  name: string
  file: string
}

/**
 * A tar archive (POSIX.1-1988 ustar) of files, piece by piece; all inside one folder. Per file: a header block, the bytes,
 * zeros to the next block; two blocks of zeros end it. Header fields are octal text:
 *
 *   0 name 100 · 100 mode 8 · 108 uid 8 · 116 gid 8 · 124 size 12 · 136 mtime 12 · 148 checksum 8 · 156 type 1 ·
 *   257 "ustar\0" · 263 "00" · 345 prefix 155
 *
 * `pages` are made as the archive is: they are no files.
 *
 * A file that has shrunk since its header was written is filled with zeros: the archive stays readable.
 */
export async function* packTar(folder: string, files: readonly PackedFile[], pages: readonly { name: string; text: string; seconds: number }[] = []): AsyncGenerator<Uint8Array> {
  for (const { name, file } of files) {
    const handle = await open(file)
    try {
      const { size, mtimeMs } = await handle.stat()
      yield tarHeader(`${folder}/${name}`, size, Math.floor(mtimeMs / 1000))
      for (let at = 0; at < size; at += PIECE) {
        const piece = new Uint8Array(Math.min(PIECE, size - at))
        await handle.read(piece, 0, piece.length, at)
        yield piece
      }
      if (size % BLOCK) yield new Uint8Array(BLOCK - (size % BLOCK))
    } finally {
      await handle.close()
    }
  }
  for (const { name, text, seconds } of pages) {
    const bytes = new TextEncoder().encode(text)
    yield tarHeader(`${folder}/${name}`, bytes.length, seconds)
    yield bytes
    if (bytes.length % BLOCK) yield new Uint8Array(BLOCK - (bytes.length % BLOCK))
  }
  yield new Uint8Array(2 * BLOCK)
}

/** @param name at most 100 bytes, or splittable at a slash into at most 155 + 100 */
export function tarHeader(name: string, size: number, seconds: number): Uint8Array {
  const block = new Uint8Array(BLOCK)
  const text = (at: number, value: string): void => { block.set(new TextEncoder().encode(value), at) }
  const octal = (at: number, length: number, value: number): void => text(at, value.toString(8).padStart(length - 1, '0'))
  const [prefix, rest] = splitName(name)
  text(0, rest)
  octal(100, 8, 0o644)
  octal(108, 8, 0)
  octal(116, 8, 0)
  octal(124, 12, size)
  octal(136, 12, seconds)
  text(148, '        ')
  text(156, '0')
  text(257, 'ustar\0')
  text(263, '00')
  text(345, prefix)
  octal(148, 7, block.reduce((sum, byte) => sum + byte, 0))
  block[154] = 0
  return block
}

function splitName(name: string): [prefix: string, rest: string] {
  const bytes = (s: string): number => Buffer.byteLength(s)
  if (bytes(name) <= 100) return ['', name]
  for (let cut = name.lastIndexOf('/'); cut > 0; cut = name.lastIndexOf('/', cut - 1)) {
    if (bytes(name.slice(0, cut)) <= 155 && bytes(name.slice(cut + 1)) <= 100) return [name.slice(0, cut), name.slice(cut + 1)]
  }
  throw new RangeError(`no tar name: ${name}`)
}
