import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { decodeFrame, eventBlockExample, telemetryTopic, TOPICS, type Watermark } from '@heavens/schemas'
import { findInstrument } from '@heavens/instruments'
import { encodeItem, openEmbeddedStores, type Stores } from '@heavens/storage'
import { runStream } from './run-stream.js'

const stream = { instrument: 'fermi-gbm', run: 'main' }
const topic = telemetryTopic(stream)
let folder: string
let stores: Stores
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'heavens-unreadable-'))
  stores = await openEmbeddedStores(folder)
})
afterEach(async () => {
  await stores.close()
  await rm(folder, { recursive: true, force: true })
})

const process = () => runStream({ stores, instrument: findInstrument('fermi-gbm'), stream, follow: false, clock: () => 0, log: () => {} })
const append = (...values: Uint8Array[]) => stores.log.append(topic, values.map((value) => ({ key: null, value })))
const watermark: Watermark = { kind: 'watermark', time: 612526830, final: true }

it('keeps the bytes of a record that is no item, counts it, and goes on', async () => {
  const garbage = new Uint8Array([1, 2, 3, 250])
  await append(encodeItem(eventBlockExample), garbage, encodeItem(eventBlockExample).subarray(0, 40), encodeItem(watermark))
  const state = await process()
  expect(state.health.events).toBe(2)
  expect(state.health.watermark).toBe(612526830)
  expect(state.health.ledger.undecodable).toBe(2)
  const letters = []
  for await (const batch of stores.log.read(TOPICS.deadletter, 0, 0, { follow: false })) for (const { value } of batch.records) letters.push(decodeFrame<{ file: string }>(value))
  expect(letters.map(({ header }) => header.file)).toEqual([`${topic} at offset 1`, `${topic} at offset 2`])
  expect(letters[0]!.arrays['bytes']).toEqual(garbage)
  // Analyses read the same records, from the archive and from the log.
  const kinds = []
  for await (const { item } of stores.archive.blocks(stream, -Infinity, Infinity)) kinds.push(item.kind)
  expect(kinds).toEqual(['events'])
})

it('does not skip what a later version wrote', async () => {
  await append(new TextEncoder().encode(JSON.stringify({ ...watermark, version: 2 })))
  await expect(process()).rejects.toMatchObject({ code: 'message-too-new' })
})
