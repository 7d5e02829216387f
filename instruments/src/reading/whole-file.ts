import { HeavensError } from '@heavens/schemas'
import type { FitsFile } from '@heavens/science/fits'

/** All bytes of a file as it was opened (unpacked). Throws fits-truncated where fewer come than it announced. */
export async function wholeFile(file: FitsFile): Promise<Uint8Array> {
  const bytes = await file.source.read(0, file.source.size)
  if (bytes.length !== file.source.size) throw new HeavensError('fits-truncated', { file: file.name, reason: `${bytes.length} of ${file.source.size} bytes could be read` })
  return bytes
}
