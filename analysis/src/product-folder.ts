import { createHash } from 'node:crypto'
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { HeavensError } from '@heavens/schemas'
import type { Product } from '@heavens/schemas'

/** What is said of a product when it is made; `path` is relative to the folder. */
export type ProductEntry = Pick<Product, 'path' | 'kind' | 'instrument' | 'group' | 'band'>

/** A folder that products are written to, whole or not at all. */
export interface ProductFolder {
  /** Begin to write one product. */
  write(entry: ProductEntry, bytes: Uint8Array): { product: Product; writing: Promise<void> }
  /** Bytes of a file in the folder; undefined where there is none. */
  read(name: string): Promise<Uint8Array | undefined>
  /** Write a file that is no product: a JSON text. */
  writeJson(name: string, value: unknown): Promise<void>
}

/** @throws HeavensError store-full when the disk is */
export function productFolder(root: string): ProductFolder {
  return {
    write(entry, bytes) {
      const writing = writeWhole(path.join(root, entry.path), bytes)
      const { group, band } = entry
      const product = { path: entry.path, kind: entry.kind, instrument: entry.instrument, ...(group === undefined ? {} : { group }), ...(band === undefined ? {} : { band }), sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length }
      return { product, writing }
    },
    async read(name) {
      try {
        return await readFile(path.join(root, name))
      } catch (cause) {
        if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
        throw cause
      }
    },
    async writeJson(name, value) {
      await writeWhole(path.join(root, name), new TextEncoder().encode(`${JSON.stringify(value, undefined, 2)}\n`))
    },
  }
}

/** Written beside and renamed: a reader sees the old file or the new one, never a part. */
export async function writeWhole(file: string, bytes: Uint8Array): Promise<void> {
  const part = `${file}.part`
  await mkdir(path.dirname(file), { recursive: true })
  try {
    const handle = await open(part, 'w')
    try {
      await handle.writeFile(bytes)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(part, file)
  } catch (cause) {
    await rm(part, { force: true })
    if ((cause as NodeJS.ErrnoException).code === 'ENOSPC') throw new HeavensError('store-full', { what: path.basename(file), reason: 'the disk is full' }, { cause })
    throw cause
  }
}
