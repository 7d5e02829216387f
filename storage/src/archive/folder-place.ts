import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { writeWhole } from '../files/durable-files.js'
import type { ArchivePlace } from './archive-place.js'
import { MANIFEST_FILE, openManifest } from './manifest.js'

/** Names of folders: no dots, so that none leads elsewhere. */
const folderName = (id: string): string => encodeURIComponent(id).replaceAll('.', '%2E')

/** An archive in a folder, `<instrument>/<run>/`. */
export function createFolderPlace(root: string): ArchivePlace {
  return {
    open({ instrument, run }) {
      const folder = join(root, folderName(instrument), folderName(run))
      return {
        manifest: openManifest(folder),
        files: {
          read: (name) => readFile(join(folder, name)),
          write: (name, bytes) => writeWhole(join(folder, name), bytes, 'the archive'),
          remove: (name) => rm(join(folder, name), { force: true }),
          names: async () => (await entriesIn(folder)).map(({ name }) => name).filter((name) => name !== MANIFEST_FILE),
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

/** What a folder holds; nothing when it does not exist. */
async function entriesIn(folder: string): Promise<{ name: string; isDirectory(): boolean }[]> {
  return readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  })
}

const foldersIn = async (folder: string): Promise<string[]> => (await entriesIn(folder)).filter((entry) => entry.isDirectory()).map(({ name }) => name)
