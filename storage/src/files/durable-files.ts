import { randomUUID } from 'node:crypto'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { asStoreError } from '../lmdb/store-errors.js'

/**
 * Write a file so that it is there whole or not at all, and still there after a power cut: written beside its place,
 * flushed, renamed, and the folder flushed. Throws store-full.
 */
export async function writeWhole(path: string, bytes: Uint8Array, what: string): Promise<void> {
  const beside = `${path}.${randomUUID()}.part`
  try {
    await mkdir(dirname(path), { recursive: true })
    const file = await open(beside, 'wx')
    try {
      await file.writeFile(bytes)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(beside, path)
    await syncFolder(dirname(path))
  } catch (error) {
    await rm(beside, { force: true })
    throw asStoreError(what, error)
  }
}

/** Make the names in a folder durable. Windows cannot open folders, and keeps names without. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
