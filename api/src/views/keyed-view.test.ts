import { describe, expect, it } from 'vitest'
import type { Log, LogRecord } from '@heavens/storage'
import { followKeyedView } from './keyed-view.js'
import type { KeyedView } from './keyed-view.js'

/** A log of one compacted topic that can be made to fail, as a network would. */
function openTopic(): { log: Log; put(key: string, value: string): void; broken: boolean } {
  const records: LogRecord[] = []
  let next = 0
  const state = {
    broken: false,
    put(key: string, value: string) {
      const old = records.findIndex((r) => r.key === key)
      if (old >= 0) records.splice(old, 1)
      records.push({ key, value: new TextEncoder().encode(value), offset: next++, appended: 0 })
    },
    log: {
      bounds: () => Promise.resolve({ first: 0, next }),
      latest: () => (state.broken ? Promise.reject(new Error('no route')) : Promise.resolve(records.filter((r) => r.value.length))),
      async* read(topic: string, partition: number, from: number, { signal }: { signal: AbortSignal }) {
        for (let at = from; !signal.aborted;) {
          if (state.broken) throw new Error('no route')
          const fresh = records.filter((r) => r.offset >= at)
          at = next
          if (fresh.length) yield { topic, partition, records: fresh, next: at, end: at }
          else await new Promise((resolve) => setTimeout(resolve, 5))
        }
      },
    } as unknown as Log,
  }
  return state
}

function follow(log: Log, removals = true): { view: KeyedView<string>; stop: AbortController; failures: unknown[]; unreadable: string[] } {
  const stop = new AbortController()
  const failures: unknown[] = []
  const unreadable: string[] = []
  const decode = (value: Uint8Array): string => {
    const text = new TextDecoder().decode(value)
    if (text === 'bad') throw new Error('bad')
    return text
  }
  const view = followKeyedView({ log, topic: 't', decode, removals, signal: stop.signal, unreadable: (key) => unreadable.push(key), failed: (error) => failures.push(error) })
  return { view, stop, failures, unreadable }
}

describe('a keyed view', () => {
  it('is empty, then follows', async () => {
    const topic = openTopic()
    const { view, stop } = follow(topic.log)
    await view.ready
    expect([view.seq(), view.entries(), view.changesSince(0)]).toEqual([0, [], []])
    const heard: unknown[] = []
    const silence = view.subscribe((change) => heard.push(change))
    topic.put('a', '1')
    await expect.poll(() => heard).toEqual([{ key: 'a', seq: 1, value: '1' }])
    silence()
    topic.put('a', '2')
    await expect.poll(() => view.get('a')).toEqual({ key: 'a', seq: 2, value: '2' })
    expect(heard).toHaveLength(1)
    stop.abort()
  })
  it('begins with the last record of each key, in the order of the log', async () => {
    const topic = openTopic()
    for (const [key, value] of [['a', '1'], ['b', '1'], ['a', '2']] as const) topic.put(key, value)
    const { view, stop } = follow(topic.log)
    await view.ready
    expect(view.entries()).toEqual([{ key: 'b', seq: 2, value: '1' }, { key: 'a', seq: 3, value: '2' }])
    stop.abort()
  })
  it('knows after a restart what is new since any seq only where nothing is ever removed', async () => {
    const topic = openTopic()
    for (const key of ['a', 'b', 'c']) topic.put(key, '1')
    for (const [removals, wanted] of [[false, ['b', 'c']], [true, undefined]] as const) {
      const { view, stop } = follow(topic.log, removals)
      await view.ready
      expect([view.changesSince(1)?.map(({ key }) => key), view.changesSince(3), view.changesSince(4)]).toEqual([wanted, [], undefined])
      stop.abort()
    }
  })
  it('leaves out a record that cannot be read, and says so', async () => {
    const topic = openTopic()
    topic.put('a', 'bad')
    topic.put('b', '1')
    const { view, stop, unreadable } = follow(topic.log)
    await view.ready
    expect([unreadable, view.entries().map(({ key }) => key), view.seq()]).toEqual([['a'], ['b'], 2])
    stop.abort()
  })
  it('takes the log up again after a break, with what was removed meanwhile', async () => {
    const topic = openTopic()
    topic.put('a', '1')
    topic.put('b', '1')
    const { view, stop, failures } = follow(topic.log)
    await view.ready
    topic.broken = true
    await expect.poll(() => view.following()).toBe(false)
    topic.put('a', '')
    topic.put('c', '1')
    const heard: unknown[] = []
    view.subscribe(({ key, value }) => heard.push([key, value]))
    topic.broken = false
    await expect.poll(() => view.following(), { timeout: 5000 }).toBe(true)
    expect(heard).toEqual([['c', '1'], ['a', undefined]])
    expect(failures.length).toBeGreaterThan(0)
    expect(view.changesSince(2)?.map(({ key }) => key).sort()).toEqual(['a', 'c'])
    stop.abort()
  })
  it('is not ready while the log cannot be read', async () => {
    const topic = openTopic()
    topic.broken = true
    const { view, stop } = follow(topic.log)
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(view.following()).toBe(false)
    stop.abort()
    await expect(view.ready).rejects.toThrow('stopped')
  })
})
