import { describe, expect, it } from 'vitest'
import { channelBoundsExample, EVENT_COLUMN_TYPES, EventColumns, eventBlockExample, goodTimeExample, Item, itemExamples, ledgerItemExample, pointingBlockExample, rateBlockExample } from './items.js'

/** Paths of what is wrong with an item. */
function wrong(item: unknown): string[] {
  const result = Item.safeParse(item)
  return result.success ? [] : result.error.issues.map((issue) => issue.path.join('.'))
}

describe('an item', () => {
  it('has an example of each kind', () => {
    expect(itemExamples.map((item) => item.kind).sort()).toEqual(['calibration', 'ebounds', 'events', 'gti', 'housekeeping', 'ledger', 'pointing', 'rates', 'watermark'])
    for (const item of itemExamples) expect(wrong(item)).toEqual([])
  })

  it('may be a block without rows', () => {
    expect(wrong({ ...eventBlockExample, count: 0, columns: { time: new Float64Array(0) } })).toEqual([])
  })

  it('may be a block of one moment, or with several rows at one time', () => {
    expect(wrong({ ...eventBlockExample, columns: { time: new Float64Array([612526819, 612526819]) } })).toEqual([])
  })

  const { columns } = eventBlockExample
  it.each<[string, unknown, string]>([
    ['a kind that is not known', { ...eventBlockExample, kind: 'photons' }, 'kind'],
    ['a column of another type', { ...eventBlockExample, columns: { ...columns, channel: new Uint8Array(2) } }, 'columns.channel'],
    ['a column that is a list', { ...eventBlockExample, columns: { ...columns, time: [1, 2] } }, 'columns.time'],
    ['a column of another length', { ...eventBlockExample, columns: { ...columns, channel: new Uint16Array(3) } }, 'columns.channel'],
    ['a count that is not that of its rows', { ...eventBlockExample, count: 3 }, 'columns.time'],
    ['times that descend', { ...eventBlockExample, columns: { time: new Float64Array([612526819.7, 612526819.2]) } }, 'columns.time'],
    ['a time before its start', { ...eventBlockExample, columns: { time: new Float64Array([612526818, 612526819.2]) } }, 'columns.time'],
    ['a time at its stop', { ...eventBlockExample, columns: { time: new Float64Array([612526819, 612526820]) } }, 'columns.time'],
    ['a time that is NaN', { ...eventBlockExample, columns: { time: new Float64Array([612526819, NaN]) } }, 'columns.time'],
    ['a stop before its start', { ...eventBlockExample, stop: 612526818 }, 'stop'],
    ['rates of too few channels', { ...rateBlockExample, channels: 4 }, 'counts'],
    ['rates without width', { ...rateBlockExample, width: 0 }, 'width'],
    ['a live fraction for each second bin', { ...rateBlockExample, live: new Float32Array(1) }, 'live'],
    ['a pointing with half its angles', { ...pointingBlockExample, dec: new Float32Array(0) }, 'dec'],
    ['good time with a stop too few', { ...goodTimeExample, stop: new Float64Array(1) }, 'stop'],
    ['good time without length', { ...goodTimeExample, stop: goodTimeExample.start }, 'stop'],
    ['good times that overlap', { ...goodTimeExample, start: new Float64Array([612526600, 612526650]) }, 'start'],
    ['channel bounds upside down', { ...channelBoundsExample, eMin: channelBoundsExample.eMax, eMax: channelBoundsExample.eMin }, 'eMax'],
    ['an upper bound too many', { ...channelBoundsExample, eMax: new Float32Array(3) }, 'eMax'],
    ['a gap without length', { ...ledgerItemExample, gaps: [{ start: 5, stop: 5 }] }, 'gaps.0.stop'],
    ['a negative count of rows', { ...ledgerItemExample, late: -1 }, 'late'],
  ])('must not have %s', (_, item, path) => {
    expect(wrong(item)).toContain(path)
  })
})

it('has the columns whose Arrow types are listed', () => {
  expect(Object.keys(EventColumns.shape).sort()).toEqual(Object.keys(EVENT_COLUMN_TYPES).sort())
})
