import { HeavensError } from '@heavens/schemas'
import type { ObjectStore } from '../s3/object-store.js'
import type { ArchivePlace } from './archive-place.js'
import { checkEnd, lineOf, MANIFEST_FILE, sliceOf, type Manifest, type Slice } from './manifest.js'
import { emptySpan, joinSpan } from './time-span.js'

const part = (id: string): string => encodeURIComponent(id)

/** An archive in a bucket: the same slices under `archive/<instrument>/<run>/`, the manifest one object that is only replaced in the version that was read. */
export function createS3Place(store: ObjectStore): ArchivePlace {
  const root = 'archive/'
  return {
    open({ instrument, run }) {
      const prefix = `${root}${part(instrument)}/${part(run)}/`
      return {
        manifest: openS3Manifest(store, `${prefix}${MANIFEST_FILE}`),
        files: {
          async read(name) {
            const found = await store.get(prefix + name)
            if (found === undefined || found === 'unchanged') throw Object.assign(new Error(`there is no ${prefix}${name}`), { code: 'ENOENT' })
            return found.bytes
          },
          openParts: async (name) => ({
            async read(from, to) {
              const found = await store.getPart(prefix + name, from, to)
              if (found === undefined) throw Object.assign(new Error(`there is no ${prefix}${name}`), { code: 'ENOENT' })
              return found
            },
            close: async () => undefined,
          }),
          write: async (name, bytes) => void (await store.put(prefix + name, bytes)),
          remove: (name) => store.remove(prefix + name),
          // What a crash has left stays: an object that no manifest names may be another's that is about to be named.
          leftovers: async () => [],
        },
      }
    },
    async streams() {
      const found = []
      for (const instrument of await store.list(root, true)) {
        for (const run of await store.list(`${root}${instrument}/`, true)) found.push({ instrument: decodeURIComponent(instrument), run: decodeURIComponent(run) })
      }
      return found
    },
  }
}

/** Tries to replace the manifest while others do the same. */
const TRIES = 20

/** The manifest as one object. A slice is added to the version that was read or not at all, so that no writer loses what another has added. */
function openS3Manifest(store: ObjectStore, key: string): Manifest {
  let slices: Slice[] = []
  let etag: string | undefined

  async function reload(): Promise<void> {
    const found = await store.get(key, etag)
    if (found === 'unchanged') return
    const held: Slice[] = []
    for (const line of found === undefined ? [] : Buffer.from(found.bytes).toString('utf8').split('\n')) {
      if (line === '') continue
      try {
        held.push(sliceOf(line))
      } catch (error) {
        throw new HeavensError('store-damaged', { store: key, reason: `a line cannot be read: ${String(error)}` }, { cause: error })
      }
    }
    slices = held
    etag = found?.etag
  }

  async function add(slice: Slice, end: number): Promise<void> {
    for (let i = 0; i < TRIES; i++) {
      checkEnd(key, slices, end)
      const live = [...slices.filter((held) => held.first < slice.first), slice]
      const made = await store.put(key, Buffer.from(live.map(lineOf).join('')), etag ?? null)
      if (made !== undefined) {
        slices = live
        etag = made
        return
      }
      // Another version is there: where it ends decides.
      await reload()
    }
    throw new HeavensError('archive-unreachable', { reason: `${key} is being replaced by others all the time` })
  }

  return {
    get slices(): readonly Slice[] {
      return slices
    },
    get archived(): number {
      return slices.at(-1)?.next ?? 0
    },
    reload,
    add,
    span() {
      const span = emptySpan()
      for (const slice of slices) joinSpan(span, slice.span)
      return span
    },
  }
}
