import type { DataItem } from '@heavens/schemas'
import { expect, test } from 'vitest'
import { counter, counterItems, T0 } from '../../test/counter.js'
import { storesInMemory } from '../../test/stores-in-memory.js'
import { gather } from './gather.js'
import type { Selection } from './selection.js'

const read = (streams: Record<string, DataItem[]>, from: number, to: number): Promise<Selection> => {
  const stores = storesInMemory(Object.entries(streams).map(([run, items]) => ({ stream: { instrument: 'counter', run }, items })))
  return gather(stores.archive, { descriptor: counter.descriptor, runs: Object.keys(streams), groups: [0, 1], wanted: [[T0 + from, T0 + to]] })
}
const counts = (selection: Selection): number[] => selection.groups.map((group) => group.events.time.length)

test('the same data in two runs count once, and the first run is taken', async () => {
  const once = await read({ main: counterItems(40, 30) }, 5, 35)
  const twice = await read({ main: counterItems(40, 30), 'replay-1': counterItems(40, 30, 'again.fit') }, 5, 35)
  expect(counts(twice)).toEqual(counts(once))
  expect(twice.doubled).toBe(counts(once)[0]! + counts(once)[1]!)
  expect(once.sources).toEqual(['test.fit'])
  expect(twice.groups[0]!.good).toEqual([[T0 + 5, T0 + 35]])
})

test('a later run fills what the first does not have', async () => {
  const whole = counterItems(40, 30)
  const early = whole.filter((item) => item.kind !== 'events' || item.start < T0 + 20).map((item) => (item.kind === 'gti' ? { ...item, stop: Float64Array.of(T0 + 20) } : item))
  expect(counts(await read({ main: early, 'replay-1': whole }, 0, 40))).toEqual(counts(await read({ main: whole }, 0, 40)))
})

test('events outside good time are left out and counted', async () => {
  const items = counterItems(20, 30).map((item) => (item.kind === 'gti' ? { ...item, stop: Float64Array.of(T0 + 10) } : item))
  const selection = await read({ main: items }, 0, 20)
  expect(selection.outsideGood).toBe(600)
  expect(selection.groups.every((group) => (group.events.time.at(-1) ?? 0) <= T0 + 10)).toBe(true)
})

test('blocks that came late are put in order; without stated good time, blocks say what is good', async () => {
  const items = counterItems(30, 30).filter((item) => item.kind !== 'gti').toReversed()
  const selection = await read({ main: items }, 0, 30)
  for (const { events, good } of selection.groups) {
    expect(events.time.every((t, i) => i === 0 || t >= events.time[i - 1]!)).toBe(true)
    expect(events.time).toHaveLength(900)
    expect(good).toEqual([[T0, T0 + 30]])
  }
})

test('nothing where there is nothing', async () => {
  const selection = await read({ main: counterItems(10, 5) }, 100, 200)
  expect(counts(selection)).toEqual([0, 0])
  expect(selection.groups.flatMap((group) => group.good)).toEqual([])
  expect(selection.inputs).toEqual([])
})

test('a block that was sent twice counts once', async () => {
  const items = counterItems(30, 30)
  const repeated = items.filter((item) => item.kind === 'events').slice(1, 3).map((item) => ({ ...item, late: true }))
  expect(counts(await read({ main: [...items, ...repeated] }, 0, 30))).toEqual(counts(await read({ main: items }, 0, 30)))
})
