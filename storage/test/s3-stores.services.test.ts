import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createArchive } from '../src/archive/embedded-archive.js'
import { createS3Place } from '../src/archive/s3-place.js'
import type { Slice } from '../src/archive/manifest.js'
import { emptySpan } from '../src/archive/time-span.js'
import { archiveConformance, type ArchiveSubject } from '../src/conformance/archive-conformance.js'
import { productStoreConformance } from '../src/conformance/product-store-conformance.js'
import { openTemporaryStores } from '../src/conformance/temporary-stores.js'
import { createS3ProductStore } from '../src/products/s3-product-store.js'
import { openObjectStore, type ObjectStore, type S3Settings } from '../src/s3/object-store.js'

const SCRIPT = fileURLToPath(new URL('../../../shared/services/s3', import.meta.url))
const PORT = '9390'
const env = { ...process.env, HEAVENS_S3_PORT: PORT, HEAVENS_S3_DATA: join(tmpdir(), 'heavens-s3-test') }
const missing = existsSync(SCRIPT) ? undefined : 'no script to start an S3-compatible store'
if (missing) console.warn(`SKIPPED: archive and products on S3: ${missing}`)

describe.skipIf(missing !== undefined)('with a real S3-compatible store', () => {
  let settings: S3Settings
  beforeAll(async () => {
    const { stdout } = await promisify(execFile)(SCRIPT, ['start', '--fresh'], { env })
    const said = new Map([...stdout.matchAll(/([A-Z0-9_]+)=(\S+)/g)].map(([, name, value]) => [name!, value!]))
    settings = { endpoint: said.get('S3_ENDPOINT')!, region: 'us-east-1', bucket: said.get('S3_BUCKET')!, accessKey: said.get('S3_ACCESS_KEY')!, secretKey: said.get('S3_SECRET_KEY')! }
  })
  afterAll(async () => void (await promisify(execFile)(SCRIPT, ['kill'], { env })))
  const bucketOf = (name: string): Promise<ObjectStore> => openObjectStore({ ...settings, bucket: name })

  archiveConformance('the archive on S3', async () => {
    const bucket = `test-${randomUUID()}`
    const temporary = await openTemporaryStores()
    const open = async (log: ArchiveSubject['log']): Promise<ArchiveSubject> => {
      const store = await bucketOf(bucket)
      const archive = createArchive(createS3Place(store), log, { sliceBytes: 20_000 })
      return {
        log, archive,
        async reopen() {
          await archive.close()
          store.close()
          return open((await temporary.reopen()).log)
        },
        async destroy() {
          await archive.close()
          store.close()
          await temporary.destroy()
        },
      }
    }
    return open(temporary.stores.log)
  })

  productStoreConformance('the product store on S3', async () => {
    const bucket = `test-${randomUUID()}`
    let store = await bucketOf(bucket)
    return {
      products: createS3ProductStore(store),
      async reopen() {
        store.close()
        store = await bucketOf(bucket)
        return createS3ProductStore(store)
      },
      damage: async (sha256) => void (await store.put(`products/${sha256.slice(0, 2)}/${sha256}`, new TextEncoder().encode('something else'))),
      destroy: async () => store.close(),
    }
  })

  it('lets no writer of a manifest lose what another has added', async () => {
    const store = await bucketOf(`race-${randomUUID()}`)
    const stream = { instrument: 'a/b', run: 'replay-1.2' }
    const slice = (first: number, next: number): Slice => ({ first, next, file: null, bytes: 0, sha256: '', span: emptySpan(), preambles: [] })
    const [a, b] = [createS3Place(store).open(stream).manifest, createS3Place(store).open(stream).manifest]
    await Promise.all([a.reload(), b.reload()])
    await a.add(slice(0, 10), 0)
    await expect(b.add(slice(0, 5), 0)).rejects.toMatchObject({ code: 'claim-lost' })
    expect(b.archived).toBe(10)
    await b.add(slice(10, 20), 10)
    await expect(a.add(slice(10, 15), 10)).rejects.toMatchObject({ code: 'claim-lost' })
    expect(a.slices.map(({ first, next }) => [first, next])).toEqual([[0, 10], [10, 20]])
    await createS3Place(store).open(stream).files.write('x', new Uint8Array([1]))
    expect(await createS3Place(store).streams()).toEqual([stream])
    store.close()
  })

  it.each([
    ['a store that is not there', { endpoint: 'http://127.0.0.1:9' }, 'archive-unreachable', '127.0.0.1:9'],
    ['a wrong key', { secretKey: 'guessed-guessed' }, 'archive-refused', 'HEAVENS_S3_SECRET_KEY'],
  ])('names %s at the start, and never the secret', async (_, wrong, code, words) => {
    const failure = openObjectStore({ ...settings, ...wrong })
    await expect(failure).rejects.toMatchObject({ code })
    await expect(failure).rejects.toThrow(words)
    await expect(failure).rejects.not.toThrow(settings.secretKey)
  })
})
