import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { gunzipSync } from 'node:zlib'
import { HeavensError } from '@heavens/schemas'
import { bytesSource, openFits, type FitsFile } from '@heavens/science/fits'

const LARGEST_UNPACKED = 2 ** 30

const reasonOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))

/** Opens a FITS file whole, unpacked where it is gzip-compressed. Throws file-missing, fits-damaged, and what openFits throws. */
export async function openFitsFile(file: string): Promise<FitsFile> {
  const name = path.basename(file)
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new HeavensError('file-missing', { file: name, reason: reasonOf(cause) }, { cause })
  })
  return openFits(bytesSource(unpacked(bytes, name)), name)
}

/** Bytes of a file, unpacked where they are gzip-compressed. Throws fits-damaged. */
export function unpacked(bytes: Uint8Array, name: string): Uint8Array {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes
  try {
    return gunzipSync(bytes, { maxOutputLength: LARGEST_UNPACKED })
  } catch (cause) {
    throw new HeavensError('fits-damaged', { file: name, reason: `gzip: ${reasonOf(cause)}` }, { cause })
  }
}
