import { open, readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { writeWhole } from '../files/durable-files.js'
import type { ArchivePlace, PartReader } from './archive-place.js'
import { MANIFEST_FILE, openManifest } from './manifest.js'

/** Names of folders: no dots, so that none leads elsewhere. */
const folderName = (id: string): string => encodeURIComponent(id).replaceAll('.', '%2E')

/** A file that is older was not written just now by another process that has yet to name it [ms]. */
const SETTLED = 3_600_000

/** An archive in a folder, `<instrument>/<run>/`. */
export function createFolderPlace(root: string): ArchivePlace {
  return {
    open({ instrument, run }) {
      const folder = join(root, folderName(instrument), folderName(run))
      return {
        manifest: openManifest(folder),
        files: {
          read: (name) => readFile(join(folder, name)),
          openParts: (name) => openParts(join(folder, name)),
          write: (name, bytes) => writeWhole(join(folder, name), bytes, 'the archive'),
          remove: (name) => rm(join(folder, name), { force: true }),
          leftovers: async () => {
            const old = []
            for (const { name } of await entriesIn(folder)) if (name !== MANIFEST_FILE && Date.now() - (await changedAt(join(folder, name))) > SETTLED) old.push(name)
            return old
          },
        },
      }
    },
    async streams() {
      const found = []
      for (const instrument of await foldersIn(root)) {
        for (const run of await foldersIn(join(root, instrument))) found.push({ instrument: decodeURIComponent(instrument), run: decodeURIComponent(run) })
      }
      return found
    },
  }
}

async function openParts(path: string): Promise<PartReader> {
  const file = await open(path, 'r')
  return {
    async read(from, to, into) {
      const bytes = into && into.length >= to - from ? into.subarray(0, to - from) : new Uint8Array(to - from)
      let at = 0
      while (at < bytes.length) {
        const { bytesRead } = await file.read(bytes, at, bytes.length - at, from + at)
        if (bytesRead === 0) return bytes.subarray(0, at)
        at += bytesRead
      }
      return bytes
    },
    close: () => file.close(),
  }
}

/** What a folder holds; nothing when it does not exist. */
async function entriesIn(folder: string): Promise<{ name: string; isDirectory(): boolean }[]> {
  return readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  })
}

const foldersIn = async (folder: string): Promise<string[]> => (await entriesIn(folder)).filter((entry) => entry.isDirectory()).map(({ name }) => name)

/** ms since 1970; now for a file that is gone meanwhile. */
const changedAt = (path: string): Promise<number> => stat(path).then(({ mtimeMs }) => mtimeMs, () => Date.now())
