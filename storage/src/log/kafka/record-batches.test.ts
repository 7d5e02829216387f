import { createRequire } from 'node:module'
import { gzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { decodeBatches } from './record-batches.js'

/** A batch as it lies on a broker; the CRC is not looked at. `left`: what compaction has left of its offsets. */
function batch(base: number, records: { delta: number; key: string | null; value: string | null; headers?: [string, string | null][] }[], { lastDelta = records.length - 1, attributes = 0, magic = 2 } = {}): Buffer {
  const varint = (value: number): number[] => {
    const bytes: number[] = []
    for (let rest = value < 0 ? -2 * value - 1 : 2 * value; ; rest = Math.floor(rest / 128)) {
      if (rest < 128) return [...bytes, rest]
      bytes.push((rest % 128) + 128)
    }
  }
  const field = (text: string | null): number[] => (text === null ? varint(-1) : [...varint(Buffer.byteLength(text)), ...Buffer.from(text)])
  const plain = Buffer.concat(records.map(({ delta, key, value, headers = [] }) => {
    const body = [0, ...varint(7 * delta), ...varint(delta), ...field(key), ...field(value), ...varint(headers.length), ...headers.flatMap(([name, text]) => [...field(name), ...field(text)])]
    return Buffer.from([...varint(body.length), ...body])
  }))
  const body = attributes & 1 ? gzipSync(plain) : plain
  const head = Buffer.alloc(61)
  head.writeBigInt64BE(BigInt(base), 0)
  head.writeInt32BE(49 + body.length, 8)
  head.writeInt8(magic, 16)
  head.writeInt16BE(attributes, 21)
  head.writeInt32BE(lastDelta, 23)
  head.writeBigInt64BE(1_700_000_000_000n, 27)
  head.writeBigInt64BE(1_800_000_000_000n, 35)
  head.writeInt32BE(records.length, 57)
  return Buffer.concat([head, body])
}
const text = (value: Uint8Array): string => new TextDecoder().decode(value)

it('reads keys, values, offsets and times, plain and compressed', async () => {
  const records = [{ delta: 0, key: null, value: 'a' }, { delta: 1, key: 'ключ', value: null }, { delta: 3, key: '', value: 'x'.repeat(300) }]
  for (const attributes of [0, 1]) {
    const { records: found, next } = await decodeBatches('t', batch(2 ** 40, records, { lastDelta: 3, attributes }), 0)
    expect(found.map((r) => [r.offset, r.key, text(r.value), r.appended])).toEqual([
      [2 ** 40, null, 'a', 1_700_000_000_000], [2 ** 40 + 1, 'ключ', '', 1_700_000_000_007], [2 ** 40 + 3, '', 'x'.repeat(300), 1_700_000_000_021]])
    expect(next).toBe(2 ** 40 + 4)
  }
})

it('takes the time of the append from the broker where it says so', async () => {
  expect((await decodeBatches('t', batch(0, [{ delta: 0, key: null, value: 'a' }], { attributes: 8 }), 0)).records[0]!.appended).toBe(1_800_000_000_000)
})

it('finds the time of reception among headers of others, and takes none that is no number', async () => {
  const headers: [string, string | null][] = [['trace', 'ü'.repeat(90)], ['received', '1764000000123.5'], ['empty', null]]
  const records = [{ delta: 0, key: 'k', value: 'a', headers }, { delta: 1, key: null, value: 'b' }, { delta: 2, key: null, value: 'c', headers: [['received', 'soon']] as [string, string][] }, { delta: 3, key: null, value: 'd', headers: [['received', '7']] as [string, string][] }]
  const { records: found } = await decodeBatches('t', batch(0, records), 1)
  expect(found.map((r) => [r.offset, text(r.value), r.received])).toEqual([[1, 'b', undefined], [2, 'c', undefined], [3, 'd', 7]])
  expect((await decodeBatches('t', batch(0, records, { attributes: 1 }), 0)).records[0]).toMatchObject({ key: 'k', received: 1_764_000_000_123.5 })
})

it('begins in the middle of a batch and leaves out one that is cut off', async () => {
  const one = batch(10, [0, 1, 2].map((delta) => ({ delta, key: null, value: String(delta) })))
  const two = batch(13, [{ delta: 0, key: null, value: '3' }])
  const all = Buffer.concat([one, two])
  expect((await decodeBatches('t', all, 11)).records.map(({ offset }) => offset)).toEqual([11, 12, 13])
  for (const missing of [1, two.length - 1, two.length - 61]) expect((await decodeBatches('t', all.subarray(0, all.length - missing), 11)).next).toBe(13)
  expect(await decodeBatches('t', all.subarray(0, 20), 11)).toEqual({ records: [], next: 11 })
  expect(await decodeBatches('t', Buffer.alloc(0), 11)).toEqual({ records: [], next: 11 })
})

// The consumer of kafkajs takes a fetch without records for the end of the topic and goes on behind it: records in between were lost.
it('steps over a batch that compaction has emptied, and over marks of transactions, to the next record', async () => {
  const empty = batch(5, [], { lastDelta: 9 })
  const mark = batch(15, [{ delta: 0, key: 'commit', value: 'c' }], { attributes: 0x30 })
  expect(await decodeBatches('t', empty, 5)).toEqual({ records: [], next: 15 })
  const { records, next } = await decodeBatches('t', Buffer.concat([empty, mark, batch(16, [{ delta: 0, key: 'k', value: 'v' }])]), 5)
  expect(records.map(({ offset, key }) => [offset, key])).toEqual([[16, 'k']])
  expect(next).toBe(17)
})

it('says what it cannot read', async () => {
  await expect(decodeBatches('t', batch(0, [{ delta: 0, key: null, value: 'a' }], { attributes: 4 }), 0)).rejects.toMatchObject({ code: 'topic-unfit' })
  await expect(decodeBatches('t', batch(0, [], { magic: 1 }), 0)).rejects.toMatchObject({ code: 'topic-unfit' })
})

it('relies on parts of kafkajs that only this version is known to have', () => {
  expect(createRequire(import.meta.url)('kafkajs/package.json')).toMatchObject({ version: '2.2.4' })
})
