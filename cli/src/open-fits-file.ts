import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { gunzipSync } from 'node:zlib'
import { HeavensError } from '@heavens/schemas'
import { bytesSource, openFits, type FitsFile } from '@heavens/science/fits'

const LARGEST_UNPACKED = 2 ** 30

/** Opens a FITS file whole, unpacked where it is gzip-compressed. Throws file-missing, fits-damaged, and what openFits throws. */
export async function openFitsFile(file: string): Promise<FitsFile> {
  const name = path.basename(file)
  const reason = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new HeavensError('file-missing', { file: name, reason: reason(cause) }, { cause })
  })
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return openFits(bytesSource(bytes), name)
  let unpacked: Uint8Array
  try {
    unpacked = gunzipSync(bytes, { maxOutputLength: LARGEST_UNPACKED })
  } catch (cause) {
    throw new HeavensError('fits-damaged', { file: name, reason: `gzip: ${reason(cause)}` }, { cause })
  }
  return openFits(bytesSource(unpacked), name)
}
