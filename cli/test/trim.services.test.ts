import { randomUUID } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { ingestFiles } from '@heavens/ingest'
import { findInstrument } from '@heavens/instruments'
import { telemetryTopic } from '@heavens/schemas'
import { openStores, readStoreSettings, type ArchivedItem, type Stores } from '@heavens/storage'
import { runStream } from '@heavens/stream-processors'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startBroker, whyNoBroker, type TestBroker } from '../../storage/test/kafka-broker.js'
import { trimLog } from '../src/trim-log.js'
import { answers } from './answers.js'
import { temporaryFolder } from './heavens.js'
import { partFile, photons } from './tte-file.js'

const missing = whyNoBroker(false)
if (missing) console.warn(`SKIPPED: trimming the log on Kafka: ${missing}`)

const stream = { instrument: 'fermi-gbm', run: 'main' }
const topic = telemetryTopic(stream)

describe.skipIf(missing !== undefined)('with a real broker', () => {
  let broker: TestBroker
  let folder: string
  let remove: () => Promise<void>
  beforeAll(async () => {
    ;({ folder, remove } = await temporaryFolder())
    broker = await startBroker(9397)
  })
  afterAll(async () => {
    await broker?.stop()
    await remove()
  })

  const open = (prefix: string): Promise<Stores> => {
    const settings = readStoreSettings({ HEAVENS_LOG: 'kafka', HEAVENS_KAFKA_BROKERS: broker.brokers.join(','), HEAVENS_KAFKA_PREFIX: prefix, HEAVENS_KAFKA_RETENTION_DAYS: 'none' })
    return openStores(settings, { clientId: 'heavens-test', folder: path.join(folder, prefix), log: (sentence) => console.warn(sentence) })
  }
  async function all(stores: Stores): Promise<ArchivedItem[]> {
    const found = []
    for await (const entry of stores.archive.blocks(stream, -Infinity, Infinity)) found.push(entry)
    return found
  }

  it('what leaves the log is in the archive, and what comes after it gives the same results', async () => {
    const rows = photons(90, 420, 60, { at: 370, rate: 1500 })
    const cut = rows.time.findIndex((t) => t >= 371.2345)
    const files = [path.join(folder, 'first.fit'), path.join(folder, 'second.fit')]
    await writeFile(files[0]!, partFile(0, rows, 0, cut, { start: 0, stop: 371.2345 }))
    await writeFile(files[1]!, partFile(0, rows, cut, rows.time.length, { start: 371.2345, stop: 420 }))
    const both = await Promise.all([true, false].map(async (trims) => {
      const stores = await open(`trim-${randomUUID()}.`)
      for (const file of files) {
        expect((await ingestFiles([file], { stores, speed: 1e9, runPrefix: 'replay' })).refused).toEqual([])
        await runStream({ stores, instrument: findInstrument('fermi-gbm'), stream, follow: false, clock: () => Date.now(), log: () => {} })
        if (!trims) continue
        const before = await all(stores)
        const { next } = await stores.log.bounds(topic)
        const { trimmed, damaged } = await trimLog(stores, stream)
        expect(damaged).toEqual([])
        if (file === files[0]) expect(trimmed).toBeGreaterThan(next / 2)
        expect(await stores.log.bounds(topic)).toEqual({ first: trimmed, next })
        expect(await all(stores)).toEqual(before)
      }
      const found = await answers(stores)
      await stores.close()
      return found
    }))
    expect(both[0]!.curves.length).toBeGreaterThan(10)
    expect(both[0]).toEqual(both[1])
  }, 180_000)
})
