import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { telemetryTopic } from '@heavens/schemas'
import type { EventArchive } from '../src/archive/archive.js'
import type { ArchivePlace } from '../src/archive/archive-place.js'
import { createArchive } from '../src/archive/embedded-archive.js'
import { createS3Place } from '../src/archive/s3-place.js'
import { encodeItem } from '../src/codec/item-frames.js'
import { exampleEvents } from '../src/conformance/archive-conformance.js'
import { openTemporaryStores, type TemporaryStores } from '../src/conformance/temporary-stores.js'
import { openObjectStore, type ObjectStore } from '../src/s3/object-store.js'

const SCRIPT = fileURLToPath(new URL('../../../shared/services/s3', import.meta.url))
const env = { ...process.env, HEAVENS_S3_PORT: '9396', HEAVENS_S3_DATA: join(tmpdir(), 'heavens-s3-two-writers') }
const missing = existsSync(SCRIPT) ? undefined : 'no script to start an S3-compatible store'
if (missing) console.warn(`SKIPPED: two writers of an archive on S3: ${missing}`)

const stream = { instrument: 'two-writers', run: 'main' }
const items = Array.from({ length: 30 }, (_, i) => ({ offset: i, item: exampleEvents(i, i) }))

describe.skipIf(missing !== undefined)('two writers of one stream on a real S3-compatible store', () => {
  let endpoint: string
  beforeAll(async () => {
    const { stdout } = await promisify(execFile)(SCRIPT, ['start', '--fresh'], { env })
    endpoint = /S3_ENDPOINT=(\S+)/.exec(stdout)![1]!
  })
  afterAll(async () => void (await promisify(execFile)(SCRIPT, ['kill'], { env })))

  async function inBucket(check: (store: ObjectStore, temporary: TemporaryStores) => Promise<void>): Promise<void> {
    const store = await openObjectStore({ endpoint, region: 'us-east-1', bucket: `test-${randomUUID()}`, accessKey: 'heavens', secretKey: 'heavens-development' })
    const temporary = await openTemporaryStores()
    try {
      await temporary.stores.log.append(telemetryTopic(stream), items.map(({ item }) => ({ key: null, value: encodeItem(item) })))
      await check(store, temporary)
    } finally {
      store.close()
      await temporary.destroy()
    }
  }
  const archivedBy = async (archive: EventArchive): Promise<number> => (await archive.coverage())[0]!.archived
  /** A writer that is refused has done no harm: what counts is what is left. */
  const attempt = (action: Promise<void>): Promise<unknown> => action.then(() => 'done', (error: unknown) => error)

  it('keep what the other has added, also when the slower one has looked at the manifest meanwhile', async () => {
    await inBucket(async (store, { stores: { log } }) => {
      const slow = createArchive(createS3Place(store), log, { sliceBytes: 20_000 })
      const fast = createArchive(createS3Place(store), log, { sliceBytes: 20_000 })
      await slow.store(stream, items.slice(0, 2))
      await fast.store(stream, items)
      await fast.flush()
      expect(await archivedBy(fast)).toBe(30)
      await slow.coverage()
      await attempt(slow.store(stream, items.slice(2, 5)).then(() => slow.flush()))
      expect(await archivedBy(fast)).toBe(30)
    })
  })

  it('keep a slice that is written but not yet named when the other begins', async () => {
    await inBucket(async (store, { stores: { log } }) => {
      const other = createArchive(createS3Place(store), log, { sliceBytes: 20_000 })
      const real = createS3Place(store)
      /** The real place, in which the other writer begins between the slice and the manifest. */
      const place: ArchivePlace = {
        ...real,
        open(of) {
          const { manifest, files } = real.open(of)
          return {
            manifest,
            files: {
              ...files,
              async write(name, bytes) {
                await files.write(name, bytes)
                await other.store(stream, items.slice(0, 1))
              },
            },
          }
        },
      }
      const first = createArchive(place, log, { sliceBytes: 20_000 })
      await attempt(first.store(stream, items.slice(0, 3)).then(() => first.flush()))
      const reader = createArchive(createS3Place(store), log, { sliceBytes: 20_000 })
      const found: number[] = []
      for await (const { offset } of reader.blocks(stream, -Infinity, Infinity)) found.push(offset)
      expect(found).toEqual(items.map(({ offset }) => offset))
    })
  })
})
