import { createHash } from 'node:crypto'
import { open, readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { HeavensError } from '@heavens/schemas'
import { ecsvAsFits, isEcsv } from './ecsv-as-fits.js'
import { bytesSource, openFits, type ByteSource, type FitsFile } from '@heavens/science/fits'

/** Unpacked size up to which a .gz file is read. */
const LARGEST_UNPACKED = 2 ** 31

export interface OpenedFile {
  path: string
  name: string
  /** of the bytes as they lie on disk, hex */
  sha256: string
  fits: FitsFile
  close(): Promise<void>
}

/**
 * Open a FITS file, unpacking a gzip-compressed one in memory; a text table (ECSV) is opened as the FITS file that says the same.
 * Throws file-missing, fits-damaged (bad gzip), and what openFits throws; the error names the file.
 */
export async function openFile(file: string): Promise<OpenedFile> {
  const name = path.basename(file)
  const handle = await open(file).catch((cause: unknown) => {
    throw new HeavensError('file-missing', { file: name, reason: reasonOf(cause) }, { cause })
  })
  try {
    if (!(await handle.stat()).isFile()) throw new HeavensError('file-missing', { file: name, reason: 'it is not a regular file' })
    const magic = Buffer.alloc(2)
    await handle.read(magic, 0, 2, 0)
    if (magic[0] === 0x1f && magic[1] === 0x8b) {
      const packed = await readFile(file)
      const bytes = await promisify(gunzip)(packed, { maxOutputLength: LARGEST_UNPACKED }).catch((cause: unknown) => {
        throw new HeavensError(/unexpected end/i.test(reasonOf(cause)) ? 'fits-truncated' : 'fits-damaged', { file: name, reason: `gzip: ${reasonOf(cause)}` }, { cause })
      })
      await handle.close()
      return { path: file, name, sha256: createHash('sha256').update(packed).digest('hex'), fits: await openFits(bytesSource(bytes), name), close: async () => {} }
    }
    const head = Buffer.alloc(16)
    await handle.read(head, 0, head.length, 0)
    if (isEcsv(head)) {
      const text = await readFile(file)
      await handle.close()
      const bytes = ecsvAsFits(text.toString('utf8'), name)
      return { path: file, name, sha256: createHash('sha256').update(text).digest('hex'), fits: await openFits(bytesSource(bytes), name), close: async () => {} }
    }
    const source: ByteSource = {
      size: (await stat(file)).size,
      async read(offset, length) {
        const buffer = Buffer.alloc(Math.max(0, Math.min(length, this.size - offset)))
        const { bytesRead } = await handle.read(buffer, 0, buffer.length, offset)
        return buffer.subarray(0, bytesRead)
      },
    }
    const hash = createHash('sha256')
    for (let at = 0; at < source.size; at += 2 ** 22) hash.update(await source.read(at, 2 ** 22))
    const fits = await openFits(source, name)
    return { path: file, name, sha256: hash.digest('hex'), fits, close: () => handle.close() }
  } catch (error) {
    await handle.close().catch(() => {})
    throw error
  }
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
