import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { HeavensError } from '@heavens/schemas'
import type { LogRecord } from '../log.js'
import { keyOf, RECEIVED } from './record-keys.js'

const gunzipAsync = promisify(gunzip)

/** Bytes before the records of a batch. */
const HEADER = 61
const LOG_APPEND_TIME = 0x8
const CONTROL = 0x20

export interface DecodedBatches {
  records: LogRecord[]
  /** behind the last offset that the batches cover, also where compaction has left nothing of them; `from` when there is no whole batch */
  next: number
}

/**
 * The records of an answer to a fetch from `from` on.
 *
 *     batch  = baseOffset:i64 length:i32 epoch:i32 magic:i8(2) crc:u32 attributes:i16 lastOffsetDelta:i32 baseTimestamp:i64
 *              maxTimestamp:i64 producerId:i64 producerEpoch:i16 baseSequence:i32 count:i32 record*
 *     record = length:varint attributes:i8 timestampDelta:varlong offsetDelta:varint keyLength:varint key valueLength:varint value headers
 *
 * The broker sends whole batches: the first may begin before `from`, the last may be cut off. The decoder of kafkajs drops
 * the covered offsets of a batch that compaction has emptied, and its consumer then skips to the end of the topic.
 * Throws topic-unfit for what is written in a way that is not read here.
 */
export async function decodeBatches(topic: string, bytes: Buffer, from: number): Promise<DecodedBatches> {
  const records: LogRecord[] = []
  let next = from
  for (let at = 0; at + HEADER <= bytes.length; ) {
    const length = bytes.readInt32BE(at + 8)
    const end = at + 12 + length
    if (end > bytes.length) break
    const magic = bytes.readInt8(at + 16)
    if (magic !== 2) throw new HeavensError('topic-unfit', { topic, reason: `a batch of its records has format ${magic}; format 2 (Kafka 0.11 and later) is read` })
    const base = Number(bytes.readBigInt64BE(at))
    const attributes = bytes.readInt16BE(at + 21)
    next = Math.max(next, base + bytes.readInt32BE(at + 23) + 1)
    if ((attributes & CONTROL) === 0) {
      const body = await decompress(topic, bytes.subarray(at + HEADER, end), attributes & 7)
      readRecords(body, bytes.readInt32BE(at + 57), base, Number(bytes.readBigInt64BE(at + 27)), attributes & LOG_APPEND_TIME ? Number(bytes.readBigInt64BE(at + 35)) : undefined, from, records)
    }
    at = end
  }
  return { records, next }
}

async function decompress(topic: string, body: Buffer, codec: number): Promise<Buffer> {
  if (codec === 0) return body
  if (codec === 1) return gunzipAsync(body)
  throw new HeavensError('topic-unfit', { topic, reason: `a batch of its records is compressed with codec ${codec}; only gzip is read` })
}

/** `appended`: the broker's time of the append, which then stands for all records of the batch. */
function readRecords(body: Buffer, count: number, base: number, baseTime: number, appended: number | undefined, from: number, into: LogRecord[]): void {
  let at = 0
  /** Zigzag integer; exact to 2⁵³. */
  const varint = (): number => {
    let value = 0
    let scale = 1
    let byte: number
    do {
      byte = body[at++]!
      value += (byte & 127) * scale
      scale *= 128
    } while (byte & 128)
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }
  /** The time of reception among so many headers. */
  const header = (many: number): number | undefined => {
    let received: number | undefined
    for (let h = 0; h < many; h++) {
      const nameLength = varint()
      const name = body.toString('latin1', at, at + nameLength)
      at += nameLength
      const textLength = Math.max(varint(), 0)
      const ms = name === RECEIVED ? Number(body.toString('latin1', at, at + textLength)) : NaN
      if (Number.isFinite(ms)) received = ms
      at += textLength
    }
    return received
  }
  for (let i = 0; i < count; i++) {
    const length = varint()
    const end = at + length
    at++
    const time = baseTime + varint()
    const offset = base + varint()
    const keyLength = varint()
    const key = keyLength < 0 ? null : body.toString('utf8', at, at + keyLength)
    at += Math.max(keyLength, 0)
    const valueLength = Math.max(varint(), 0)
    if (offset >= from) {
      const record: LogRecord = { offset, appended: appended ?? time, key: keyOf(key), value: new Uint8Array(body.buffer, body.byteOffset + at, valueLength) }
      at += valueLength
      const received = header(varint())
      into.push(received === undefined ? record : { ...record, received })
    }
    at = end
  }
}
