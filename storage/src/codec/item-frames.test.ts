import { describe, expect, it } from 'vitest'
import type { EventBlock, Item } from '@heavens/schemas'
import { decodeItem, encodeItem } from './item-frames.js'

const head = { source: 'file:a.fit', sequence: 7, start: 100.25, stop: 101.5, late: false }

const EVERY_KIND: Item[] = [
  { kind: 'events', ...head, count: 3, columns: { time: Float64Array.of(100.25, 100.5, 101), channel: Uint16Array.of(0, 127, 65535), detector: Uint8Array.of(0, 13, 255), x: Int16Array.of(-1, 0, 32767), y: Int16Array.of(1, 2, -32768), flags: Uint8Array.of(0, 1, 2) } },
  { kind: 'events', ...head, late: true, count: 2, columns: { time: Float64Array.of(1, 2), energy: Float32Array.of(NaN, 100.5), ra: Float32Array.of(83.5, 359.75), dec: Float32Array.of(-90, NaN) } },
  { kind: 'events', ...head, start: -Infinity, stop: NaN, count: 0, columns: { time: new Float64Array(), channel: new Uint16Array() } },
  { kind: 'rates', ...head, count: 2, width: 0.05, group: 1, channels: 3, time: Float64Array.of(100.25, 100.3), counts: Float64Array.of(1, 2, 3, 4, NaN, 6), live: Float32Array.of(1, 0.5) },
  { kind: 'rates', ...head, count: 1, width: 0.05, group: 1, channels: 1, time: Float64Array.of(100.25), counts: Float64Array.of(12) },
  { kind: 'rates', ...head, count: 0, width: 0.05, group: 1, channels: 4, time: new Float64Array(), counts: new Float64Array() },
  {
    kind: 'pointing', ...head, count: 2, time: Float64Array.of(100.25, 101), duration: Float32Array.of(1, 0.5), ra: Float32Array.of(1, 2), dec: Float32Array.of(3, 4), raX: Float32Array.of(5, 6), decX: Float32Array.of(7, 8),
    raZenith: Float32Array.of(NaN, 9), decZenith: Float32Array.of(NaN, 10), livetime: Float32Array.of(1, 0), inSaa: Uint8Array.of(0, 1),
  },
  { kind: 'housekeeping', source: 'NaN', sequence: 1, time: 5.5, late: false, values: [{ name: 'Tempér ature', value: NaN, unit: '°C', min: -Infinity }, { name: 'b', value: -3.25, unit: '', min: -4, max: 4 }] },
  { kind: 'gti', source: 's', sequence: 2, group: -1, late: true, start: Float64Array.of(1.1, 3.3), stop: Float64Array.of(2.2, Infinity) },
  { kind: 'gti', source: 's', sequence: 2, group: 0, late: true, start: new Float64Array(), stop: new Float64Array() },
  { kind: 'ebounds', source: 's', sequence: 3, group: 2, from: -Infinity, first: 1, eMin: Float32Array.of(4.323754, 5.1), eMax: Float32Array.of(5.1, NaN) },
  { kind: 'calibration', source: 's', sequence: 4, group: 2, from: 1, until: Infinity, type: 'rsp', file: 'a.rsp', sha256: 'ab'.repeat(32), bytes: 100 },
  { kind: 'watermark', time: Infinity, final: true },
  { kind: 'ledger', source: 's', duplicates: 1, late: 2, undecodable: 3, gaps: [{ start: 1.5, stop: 2.5 }] },
]

function eventBlock(count: number): EventBlock {
  return {
    kind: 'events', ...head, count,
    columns: { time: new Float64Array(count).map((_, i) => 100 + i * 1e-4), channel: new Uint16Array(count).map((_, i) => i % 128), detector: new Uint8Array(count).map((_, i) => i % 14) },
  }
}

describe('encodeItem and decodeItem', () => {
  it.each(EVERY_KIND.map((item, i) => [`${i} ${item.kind}`, item] as const))('give an item back as it was: %s', (_, item) => {
    const bytes = encodeItem(item)
    expect(decodeItem(bytes)).toEqual(item)
    expect(bytes.length % 8).toBe(0)
  })

  it('give columns as views into the record where it is aligned, and as one copy where it is not', () => {
    const bytes = encodeItem(eventBlock(1000))
    const aligned = new Uint8Array(new ArrayBuffer(bytes.length + 64), 8, bytes.length)
    aligned.set(bytes)
    expect((decodeItem(aligned) as EventBlock).columns.time.buffer).toBe(aligned.buffer)
    const crooked = new Uint8Array(new ArrayBuffer(bytes.length + 64), 3, bytes.length)
    crooked.set(bytes)
    const { columns } = decodeItem(crooked) as EventBlock
    expect(columns).toEqual(eventBlock(1000).columns)
    expect(columns.time.buffer).toBe(columns.channel!.buffer)
    expect(columns.time.buffer).not.toBe(crooked.buffer)
  })

  it('encode views into larger arrays as what they show', () => {
    const item = eventBlock(100)
    const part: EventBlock = { ...item, count: 10, columns: { time: item.columns.time.subarray(5, 15), channel: item.columns.channel!.subarray(5, 15), detector: item.columns.detector!.subarray(5, 15) } }
    const bytes = encodeItem(part)
    expect(decodeItem(bytes)).toEqual(part)
    expect(bytes.length).toBeLessThan(2000)
  })

  it('refuse to encode a column of another length than its block', () => {
    const item = eventBlock(10)
    expect(() => encodeItem({ ...item, count: 9 })).toThrow(expect.objectContaining({ code: 'internal' }))
  })

  const malformed: [string, Uint8Array][] = [
    ['nothing', new Uint8Array()],
    ['zeros', new Uint8Array(64)],
    ['an empty object', Buffer.from('{}')],
    ['half a JSON text', Buffer.from('{"kind":"watermark","time":1')],
    ['an unknown kind', Buffer.from('{"kind":"photograph"}')],
    ['a field of another type', Buffer.from('{"kind":"watermark","time":"noon","final":true}')],
    ['text that is not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d])],
    ['only the marker of Arrow', Uint8Array.of(255, 255, 255, 255)],
    ['Arrow with a wild length', Uint8Array.of(255, 255, 255, 255, 255, 255, 255, 127, 0, 0, 0, 0)],
  ]
  it.each(malformed)('throw undecodable on %s', (_, bytes) => {
    expect(() => decodeItem(bytes)).toThrow(expect.objectContaining({ code: 'undecodable' }))
  })

  it('throw undecodable on a block that is cut anywhere before its end marker', () => {
    const bytes = encodeItem(eventBlock(20))
    for (let length = 0; length < bytes.length - 8; length++) {
      expect(() => decodeItem(bytes.slice(0, length)), `${length} of ${bytes.length}`).toThrow(expect.objectContaining({ code: 'undecodable' }))
    }
  })
})
