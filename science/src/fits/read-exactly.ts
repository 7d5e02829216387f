import { truncated } from './damage.js'
import type { FitsFile } from './types.js'

/** `length` bytes from `offset` of a file. Throws fits-truncated where fewer come, whatever the file's size said. */
export async function readExactly(file: FitsFile, offset: number, length: number, what: string): Promise<Uint8Array> {
  const bytes = await file.source.read(offset, length)
  if (bytes.length !== length) throw truncated(file.name, `${what}: only ${bytes.length} of ${length} bytes from byte ${offset} could be read`)
  return bytes
}
