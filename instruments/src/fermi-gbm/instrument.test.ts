import { describe, expect, it } from 'vitest'
import { bytesSource, openFits, writeFits } from '@heavens/science/fits'
import type { HduInput } from '@heavens/science/fits'
import { metFromTt, missionClock } from '@heavens/science/time'
import type { ChannelBounds, EventBlock } from '@heavens/schemas'
import { contractOf, decodeAll, stillSky, timesOf } from '../contract.js'
import type { DecodedItem } from '../instrument.js'
import { realData } from '../real-data.js'
import { DETECTORS } from './descriptor.js'
import { instrument } from './index.js'

contractOf(instrument)

type Events = Extract<DecodedItem, { kind: 'events' }>
const eventsOf = (items: readonly DecodedItem[]): Events[] => items.filter(item => item.kind === 'events')

function small(changes: { time?: number[]; hdus?: (hdus: HduInput[]) => HduInput[]; detector?: string } = {}): Uint8Array {
  const cards = [['TELESCOP', 'GLAST'], ['INSTRUME', 'GBM'], ['DETNAM', changes.detector ?? 'NAI_03'], ['DATATYPE', 'TTE'], ['TIMESYS', 'TT'], ['MJDREFI', 51910], ['MJDREFF', 7.428703703703703e-4], ['TSTART', 1000], ['TSTOP', 1010]] as const
  const time = changes.time ?? [1000, 1001, 1001, 1002.5, 1009]
  const hdus: HduInput[] = [
    { kind: 'image', cards },
    { kind: 'bintable', name: 'EBOUNDS', cards, rows: 2, columns: [{ name: 'CHANNEL', format: 'I', values: Int16Array.of(0, 1) }, { name: 'E_MIN', format: 'E', values: Float32Array.of(10, 60) }, { name: 'E_MAX', format: 'E', values: Float32Array.of(60, 90) }] },
    { kind: 'bintable', name: 'EVENTS', cards, rows: time.length, columns: [{ name: 'TIME', format: 'D', values: Float64Array.from(time) }, { name: 'PHA', format: 'I', values: Int16Array.from(time, (_, i) => i % 2) }] },
  ]
  return writeFits(changes.hdus ? changes.hdus(hdus) : hdus)
}

describe('TTE files that are not as they should be', () => {
  it('refuses one without EBOUNDS, with the reason', async () => {
    await expect(decodeAll(instrument, 'x.fit', small({ hdus: hdus => hdus.filter(hdu => hdu.name !== 'EBOUNDS') }))).rejects.toMatchObject({ code: 'file-unusable', message: expect.stringContaining('EBOUNDS') })
  })

  it('refuses one without rows', async () => {
    await expect(decodeAll(instrument, 'x.fit', small({ time: [] }))).rejects.toMatchObject({ code: 'file-unusable', message: expect.stringContaining('no rows') })
  })

  it('refuses a detector that GBM does not have', async () => {
    for (const detector of ['NAI_12', 'BGO_02', 'CSI_00', '']) await expect(decodeAll(instrument, 'x.fit', small({ detector }))).rejects.toMatchObject({ code: 'file-unusable' })
  })

  it('drops and reports times that are not finite or of another century, and puts the rest in order', async () => {
    const { items, undecodable, reasons } = await decodeAll(instrument, 'x.fit', small({ time: [1003, Number.NaN, 1001, Number.POSITIVE_INFINITY, 4e9, 1002] }))
    expect(undecodable).toBe(3)
    expect(reasons.length).toBe(2)
    const met = timesOf(items).map(t => Math.round(metFromTt(t, missionClock('fermi'))))
    expect(met).toEqual([1001, 1002, 1003])
    // Channels follow their times: rows 0, 2 and 5 held 0, 0 and 1.
    expect([...eventsOf(items)[0]!.columns.channel!]).toEqual([0, 1, 0])
  })

  it('refuses one whose times are all unusable', async () => {
    await expect(decodeAll(instrument, 'x.fit', small({ time: [Number.NaN, Number.NaN] }))).rejects.toMatchObject({ code: 'file-unusable' })
  })

  it('keeps equal times in one piece and pieces without gap or overlap', async () => {
    const { items } = await decodeAll(instrument, 'x.fit', small(), 2)
    const blocks = eventsOf(items)
    expect(blocks.map(block => block.count)).toEqual([1, 2, 2])
    expect(blocks.slice(1).map((block, i) => block.start - blocks[i]!.stop)).toEqual([0, 0])
  })
})

describe('simulated bursts', () => {
  it('brighten the detectors that face them', () => {
    const epoch = 8.2e8
    const counts = (burstAt?: number): number[] => instrument.simulate!(stillSky(epoch, burstAt), epoch, epoch + 4).map(file => file.bytes.length)
    const [quiet, bright] = [counts(), counts(epoch + 0.5)]
    // n0 and n6 look 20° from the boresight, where the burst is; nothing shields n2 wholly, but it looks sideways.
    const more = (name: (typeof DETECTORS)[number]): number => bright[DETECTORS.indexOf(name)]! - quiet[DETECTORS.indexOf(name)]!
    expect(more('n0')).toBeGreaterThan(20_000)
    expect(more('n2')).toBeLessThan(more('n0') / 3)
  })
})

const bright = realData(...['n0', 'n1', 'n2'].map(name => `fermi-gbm/GRB190530A/glg_tte_${name}_bn190530430_v00.fit.gz`), 'fermi-gbm/GRB190530A/glg_cspec_b0_bn190530430_v02.rsp2')

describe('real files of GRB 190530A', () => {
  it.skipIf(!bright.present)('hold the counted events, in order, with their bounds', async () => {
    const expected = [780_966, 795_305, 698_797]
    for (const detector of [0, 1, 2]) {
      const { items, undecodable } = await decodeAll(instrument, 'tte.fit', bright.bytes(`fermi-gbm/GRB190530A/glg_tte_n${detector}_bn190530430_v00.fit.gz`), 50_000)
      expect(undecodable).toBe(0)
      const blocks = eventsOf(items) as EventBlock[]
      expect(blocks.reduce((sum, block) => sum + block.count, 0)).toBe(expected[detector])
      expect(blocks.every(block => block.columns.detector!.every(index => index === detector))).toBe(true)
      const bounds = items[0] as ChannelBounds
      expect(bounds).toMatchObject({ kind: 'ebounds', group: detector, first: 0 })
      expect(bounds.eMin.length).toBe(128)
      expect(bounds.eMin[0]).toBe(Math.fround([4.525152, 4.062647, 4.602642][detector]!))
      expect(items[1]).toMatchObject({ kind: 'gti', group: detector })
      expect(metFromTt(blocks[0]!.columns.time[0]!, missionClock('fermi'))).toBeCloseTo([580_904_215.148584, 580_904_215.148488, 580_904_215.148784][detector]!, 6)
    }
  })

  it.skipIf(!bright.present)('hold a response that is kept as it is, valid around the trigger', async () => {
    const path = 'fermi-gbm/GRB190530A/glg_cspec_b0_bn190530430_v02.rsp2'
    const { items } = await decodeAll(instrument, 'glg_cspec_b0_bn190530430_v02.rsp2', bright.bytes(path))
    const trigger = 580_904_353.903198 - metFromTt(0, missionClock('fermi'))
    expect(items).toHaveLength(1)
    const [item] = items
    expect(item).toMatchObject({ kind: 'calibration', type: 'rsp', group: 12, bytes: 432_000 })
    if (item?.kind !== 'calibration') throw new Error('not a calibration')
    expect(item.from).toBeLessThan(trigger - 80_000)
    expect(item.until).toBeGreaterThan(trigger + 80_000)
  })
})

describe('files of others', () => {
  it('are not recognised', async () => {
    const other = small({ hdus: hdus => hdus.map(hdu => ({ ...hdu, cards: hdu.cards!.map(card => (card[0] === 'INSTRUME' ? (['INSTRUME', 'LAT'] as const) : card)) })) })
    expect(instrument.recognise(await openFits(bytesSource(other), 'x.fit'))).toBeUndefined()
  })
})
