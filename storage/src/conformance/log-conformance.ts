import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { TOPICS, type HeavensError } from '@heavens/schemas'
import type { Log, LogBatch, LogRecord, ReadOptions } from '../log/log.js'

/** A log under test: `reopen` closes it and opens it again on the same data, `destroy` closes it and removes them. */
export interface LogSubject {
  log: Log
  reopen(): Promise<Log>
  destroy(): Promise<void>
}

const TOPIC = 'heavens.telemetry.conformance'

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

async function collect(log: Log, topic: string, from: number, options: ReadOptions = {}): Promise<LogRecord[]> {
  const found: LogRecord[] = []
  for await (const batch of log.read(topic, 0, from, { follow: false, ...options })) found.push(...batch.records)
  return found
}

/** What every log must do, whichever way it keeps its records. */
export function logConformance(name: string, open: () => Promise<LogSubject>): void {
  describe(`${name} is a log`, () => {
    let subject: LogSubject
    let log: Log
    beforeEach(async () => {
      subject = await open()
      log = subject.log
    })
    afterEach(async () => {
      await subject.destroy()
    })

    const append = (topic: string, ...values: string[]) => log.append(topic, values.map((value) => ({ key: null, value: bytesOf(value) })))

    it('has nothing in a topic that nobody has written to', async () => {
      expect(await log.bounds(TOPIC)).toEqual({ first: 0, next: 0 })
      expect(await collect(log, TOPIC, 0)).toEqual([])
      expect(await log.latest(TOPICS.jobs)).toEqual([])
      expect(await log.topics()).not.toContain(TOPIC)
    })

    it('gives offsets in the order of the records and reads them back from any of them', async () => {
      expect(await append(TOPIC, 'a', 'b')).toEqual({ first: 0, last: 1 })
      expect(await append(TOPIC, 'c')).toEqual({ first: 2, last: 2 })
      for (let from = 0; from <= 3; from++) {
        const found = await collect(log, TOPIC, from)
        expect(found.map((r) => [r.offset, textOf(r.value)])).toEqual([[0, 'a'], [1, 'b'], [2, 'c']].slice(from))
      }
      expect(await log.bounds(TOPIC)).toEqual({ first: 0, next: 3 })
      expect(await log.topics()).toContain(TOPIC)
    })

    it('keeps keys, empty keys and the time of the append', async () => {
      const before = Date.now() - 60_000
      await log.append(TOPIC, [{ key: 'ключ 1', value: bytesOf('x') }, { key: null, value: bytesOf('y') }, { key: 'ключ 1', value: bytesOf('z') }])
      const found = await collect(log, TOPIC, 0)
      expect(found.map((r) => [r.key, textOf(r.value)])).toEqual([['ключ 1', 'x'], [null, 'y'], ['ключ 1', 'z']])
      for (const record of found) {
        expect(record.appended).toBeGreaterThan(before)
        expect(record.appended).toBeLessThan(Date.now() + 60_000)
      }
    })

    it('keeps beside a record when it was received, where that is told, and leaves its value as it is', async () => {
      await log.append(TOPIC, [{ key: 'a', value: bytesOf('x'), received: 1_764_000_000_123.5 }, { key: null, value: bytesOf('y') }, { key: null, value: bytesOf('z'), received: 0 }])
      await log.append(TOPICS.jobs, [{ key: 'j', value: bytesOf('job'), received: 7 }])
      const wanted = [['a', 'x', 1_764_000_000_123.5], [null, 'y', undefined], [null, 'z', 0]]
      expect((await collect(log, TOPIC, 0)).map((r) => [r.key, textOf(r.value), r.received])).toEqual(wanted)
      log = await subject.reopen()
      expect((await collect(log, TOPIC, 1)).map((r) => [r.key, textOf(r.value), r.received])).toEqual(wanted.slice(1))
      expect((await log.latest(TOPICS.jobs)).map((r) => [r.key, textOf(r.value), r.received])).toEqual([['j', 'job', 7]])
    })

    it('keeps topics and partitions apart, also those whose names begin alike', async () => {
      await append(TOPIC, 'a')
      await append(`${TOPIC}.run`, 'b')
      await log.append(`${TOPIC}-parted`, [{ key: null, value: bytesOf('c') }], 0)
      expect((await collect(log, TOPIC, 0)).map((r) => textOf(r.value))).toEqual(['a'])
      expect((await collect(log, `${TOPIC}.run`, 0)).map((r) => textOf(r.value))).toEqual(['b'])
      expect((await collect(log, `${TOPIC}-parted`, 0)).map((r) => textOf(r.value))).toEqual(['c'])
    })

    it('keeps values from nothing to several megabytes as they are', async () => {
      const big = new Uint8Array(3 << 20).map((_, i) => (i * 7919) >> 3)
      await log.append(TOPIC, [{ key: null, value: new Uint8Array() }, { key: null, value: big }, { key: null, value: bytesOf('after') }])
      const found = await collect(log, TOPIC, 0)
      expect(found.map((r) => r.value.length)).toEqual([0, big.length, 5])
      expect(Buffer.compare(found[1]!.value, big)).toBe(0)
    })

    it('keeps values that it has given out unchanged by later reads and appends', async () => {
      await append(TOPIC, 'first')
      const [record] = await collect(log, TOPIC, 0)
      await append(TOPIC, 'other')
      await collect(log, TOPIC, 1)
      expect(textOf(record!.value)).toBe('first')
    })

    it('fills batches up to maxBytes, but with one record at least', async () => {
      for (let i = 0; i < 4; i++) await log.append(TOPIC, [0, 1, 2, 3, 4].map((j) => ({ key: null, value: new Uint8Array(1000).fill(i * 5 + j) })))
      const batches: LogBatch[] = []
      for await (const batch of log.read(TOPIC, 0, 0, { follow: false, maxBytes: 3500 })) batches.push(batch)
      const read = batches.flatMap((b) => b.records)
      expect(read.map((r) => r.value[0])).toEqual([...Array(20).keys()])
      for (const batch of batches) {
        expect(batch.records.length).toBeGreaterThan(0)
        expect(batch.records.reduce((sum, r) => sum + r.value.length, 0)).toBeLessThanOrEqual(3500)
        expect(batch.next).toBeGreaterThan(batch.records.at(-1)!.offset)
        expect(batch.end).toBeGreaterThanOrEqual(batch.next)
      }
      expect(batches.at(-1)!.next).toBe(20)
      const single: number[] = []
      for await (const batch of log.read(TOPIC, 0, 0, { follow: false, maxBytes: 1 })) single.push(batch.records.length)
      expect(single).toEqual(Array(20).fill(1))
    })

    it('follows: what is appended later comes, in order, until the signal aborts', async () => {
      await append(TOPIC, '0')
      const stop = new AbortController()
      const found: string[] = []
      const reading = (async () => {
        for await (const batch of log.read(TOPIC, 0, 0, { signal: stop.signal })) {
          found.push(...batch.records.map((r) => textOf(r.value)))
          if (found.length === 5) stop.abort()
        }
      })()
      for (let i = 1; i < 5; i++) await append(TOPIC, String(i))
      await reading
      expect(found).toEqual(['0', '1', '2', '3', '4'])
    })

    it('ends a waiting read when the signal aborts, and one whose signal has aborted before', async () => {
      const stop = new AbortController()
      const reading = collect(log, TOPIC, 0, { follow: true, signal: stop.signal })
      setTimeout(() => stop.abort(), 30)
      expect(await reading).toEqual([])
      expect(await collect(log, TOPIC, 0, { follow: true, signal: stop.signal })).toEqual([])
    })

    it('gives offsets once only when many append at the same time', async () => {
      const answers = await Promise.all([...Array(60).keys()].map((i) => append(i % 3 === 0 ? `${TOPIC}.other` : TOPIC, `${i}:0`, `${i}:1`)))
      const found = await collect(log, TOPIC, 0)
      expect(found.map((r) => r.offset)).toEqual([...Array(80).keys()])
      expect(new Set(found.map((r) => textOf(r.value))).size).toBe(80)
      const placed = answers.flatMap((answer, i) => (i % 3 === 0 ? [] : [{ i, text: [textOf(found[answer.first]!.value), textOf(found[answer.last]!.value)] }]))
      for (const { i, text } of placed) expect(text).toEqual([`${i}:0`, `${i}:1`])
    })

    it('keeps only the last record of each key of a compacted topic, in order of offset', async () => {
      const put = (key: string, value: string) => log.append(TOPICS.jobs, [{ key, value: bytesOf(value) }])
      await put('a', 'a1')
      await put('b', 'b1')
      await log.append(TOPICS.jobs, [{ key: 'c', value: bytesOf('c1') }, { key: 'a', value: bytesOf('a2') }, { key: 'c', value: bytesOf('c2') }])
      expect((await log.latest(TOPICS.jobs)).map((r) => [r.offset, r.key, textOf(r.value)])).toEqual([[1, 'b', 'b1'], [3, 'a', 'a2'], [4, 'c', 'c2']])
      const read = await collect(log, TOPICS.jobs, 0)
      expect(read.filter((r) => [1, 3, 4].includes(r.offset)).map((r) => textOf(r.value))).toEqual(['b1', 'a2', 'c2'])
      expect(read.map((r) => r.offset)).toEqual(read.map((r) => r.offset).sort((a, b) => a - b))
      expect((await log.bounds(TOPICS.jobs)).next).toBe(5)
    })

    it('deletes a key with an empty value, tells followers of it, and takes the key again later', async () => {
      await log.append(TOPICS.duty, [{ key: 'a', value: bytesOf('1') }, { key: 'b', value: bytesOf('2') }])
      await log.append(TOPICS.duty, [{ key: 'a', value: new Uint8Array() }])
      expect((await log.latest(TOPICS.duty)).map((r) => r.key)).toEqual(['b'])
      expect((await collect(log, TOPICS.duty, 2)).map((r) => [r.key, r.value.length])).toEqual([['a', 0]])
      await log.append(TOPICS.duty, [{ key: 'a', value: bytesOf('3') }])
      expect((await log.latest(TOPICS.duty)).map((r) => [r.key, textOf(r.value)])).toEqual([['b', '2'], ['a', '3']])
    })

    it('forgets what is trimmed and says so to who asks for it', async () => {
      await append(TOPIC, '0', '1', '2', '3')
      await log.trim(TOPIC, 2)
      expect(await log.bounds(TOPIC)).toEqual({ first: 2, next: 4 })
      expect((await collect(log, TOPIC, 2)).map((r) => textOf(r.value))).toEqual(['2', '3'])
      await expect(collect(log, TOPIC, 1)).rejects.toMatchObject({ code: 'log-offset', fields: { topic: TOPIC, offset: 1, first: 2 } } satisfies Partial<HeavensError>)
      await log.trim(TOPIC, 1)
      expect(await log.bounds(TOPIC)).toEqual({ first: 2, next: 4 })
      expect(await append(TOPIC, '4')).toEqual({ first: 4, last: 4 })
    })

    it('gives no offset again after everything was trimmed', async () => {
      await append(TOPIC, '0', '1')
      await log.trim(TOPIC, 100)
      expect(await log.bounds(TOPIC)).toEqual({ first: 2, next: 2 })
      expect(await append(TOPIC, '2')).toEqual({ first: 2, last: 2 })
    })

    it('has all of it again after it was closed and opened', async () => {
      await append(TOPIC, 'a', 'b', 'c')
      await log.append(TOPICS.candidates, [{ key: 'k', value: bytesOf('1') }, { key: 'k', value: bytesOf('2') }])
      await log.trim(TOPIC, 1)
      log = await subject.reopen()
      expect((await collect(log, TOPIC, 1)).map((r) => textOf(r.value))).toEqual(['b', 'c'])
      expect(await log.bounds(TOPIC)).toEqual({ first: 1, next: 3 })
      expect((await log.latest(TOPICS.candidates)).map((r) => textOf(r.value))).toEqual(['2'])
      expect(await append(TOPIC, 'd')).toEqual({ first: 3, last: 3 })
    })

    it('ends waiting reads when it is closed', async () => {
      const reading = collect(log, TOPIC, 0, { follow: true })
      await new Promise((resolve) => setTimeout(resolve, 20))
      log = await subject.reopen()
      expect(await reading).toEqual([])
    })
  })
}
