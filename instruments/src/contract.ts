import { describe, expect, it } from 'vitest'
import { HeavensError, InstrumentDescriptor } from '@heavens/schemas'
import { bytesSource, openFits } from '@heavens/science/fits'
import { seededRandom } from '@heavens/science/statistics'
import type { DecodedItem, DecodeContext, Instrument, SimulatedFile, SimulatedSky } from './instrument.js'
import { INSTRUMENTS } from './generated/index.js'

/** A simulated sky for tests: looks at Vela from a still spacecraft; one bright burst at `burstAt`. */
export function stillSky(epoch: number, burstAt?: number): SimulatedSky {
  const burst = { time: burstAt ?? 0, ra: 128.8, dec: -45.2, peakRate: 3000, ePeak: 300, pulses: [{ at: 0, rise: 0.3, decay: 1.2, weight: 1 }] }
  return {
    seed: 7, epoch, sources: [{ name: 'Vela', ra: 128.836, dec: -45.176, gevFlux: 1.1e-5, gevIndex: 1.9 }],
    bursts: (start, stop) => (burstAt !== undefined && burstAt >= start && burstAt < stop ? [burst] : []),
    spacecraft: () => ({ ra: 128.8, dec: -45.2, raX: 38.8, decX: 0, raZenith: 110, decZenith: -20, inSaa: false, radius: 6913 }),
  }
}

/** Everything a file decodes to, with what the decoder reported as undecodable. */
export async function decodeAll(instrument: Instrument, name: string, bytes: Uint8Array, rows = 8192): Promise<{ items: DecodedItem[]; undecodable: number; reasons: string[] }> {
  const file = await openFits(bytesSource(bytes), name)
  const kind = instrument.recognise(file)
  if (kind === undefined) throw new Error(`${name} is not recognised`)
  const result = { items: [] as DecodedItem[], undecodable: 0, reasons: [] as string[] }
  const context: DecodeContext = {
    rows,
    undecodable: (count, reason) => {
      result.undecodable += count
      result.reasons.push(reason)
    },
    keep: async () => 'sha256-of-the-test',
  }
  for await (const item of instrument.decode(file, kind, context)) result.items.push(item)
  return result
}

/** All event or bin times of decoded items, in their order. */
export function timesOf(items: readonly DecodedItem[]): number[] {
  return items.flatMap(item => (item.kind === 'events' ? [...item.columns.time] : item.kind === 'rates' || item.kind === 'pointing' ? [...item.time] : []))
}

/**
 * What every instrument promises. Call it in its instrument.test.ts.
 *
 * @param epoch TT s of the simulated files
 */
export function contractOf(instrument: Instrument, epoch = 8.2e8): void {
  const { descriptor } = instrument
  describe(`the contract of ${descriptor.id}`, () => {
    it('has a valid descriptor whose bands are disjoint', () => {
      expect(InstrumentDescriptor.safeParse(descriptor).success).toBe(true)
      const bands = [...descriptor.bands].sort((a, b) => a.eMin - b.eMin)
      expect(bands.filter((band, i) => i > 0 && band.eMin < bands[i - 1]!.eMax)).toEqual([])
    })

    if (instrument.simulate === undefined) return
    const simulate = (start: number, stop: number): SimulatedFile[] => instrument.simulate!(stillSky(epoch), start, stop)

    it('decodes its own simulated telemetry into ascending times within [start, stop), bounds before events', async () => {
      const files = simulate(epoch, epoch + 60)
      expect(files.length).toBeGreaterThan(0)
      for (const file of files) {
        const { items, undecodable } = await decodeAll(instrument, file.name, file.bytes, 500)
        expect(undecodable).toBe(0)
        expect(itemFaults(instrument, items)).toEqual([])
        const times = timesOf(items)
        expect(times.length).toBeGreaterThan(0)
        expect(Math.min(...times)).toBeGreaterThanOrEqual(epoch - 1e-6)
        expect(Math.max(...times)).toBeLessThan(epoch + 60)
      }
    })

    it('gives the same telemetry for the same seed and sequence, and however time is cut', async () => {
      expect(simulate(epoch + 30, epoch + 32)).toEqual(simulate(epoch + 30, epoch + 32))
      const whole = await timesBySource(instrument, simulate(epoch + 30, epoch + 36))
      const cut = await timesBySource(instrument, [30, 31, 32, 33, 34, 35].flatMap(second => simulate(epoch + second, epoch + second + 1)))
      expect([...cut.keys()].sort()).toEqual([...whole.keys()].sort())
      for (const [source, times] of whole) {
        expect(cut.get(source)!.length).toBe(times.length)
        times.forEach((t, i) => expect(Math.abs(t - cut.get(source)![i]!)).toBeLessThan(1e-6))
      }
    })

    it('counts sequences up from the epoch', () => {
      for (const file of simulate(epoch, epoch + 30)) expect(file.sequence).toBe(0)
      const [later] = simulate(epoch + 60, epoch + 90)
      expect(later!.sequence).toBeGreaterThan(0)
    })

    it('gives the same events in pieces of any size', async () => {
      for (const file of simulate(epoch, epoch + 3)) {
        const [small, large] = [await decodeAll(instrument, file.name, file.bytes, 3), await decodeAll(instrument, file.name, file.bytes, 100_000)]
        expect(timesOf(small.items)).toEqual(timesOf(large.items))
        expect(itemFaults(instrument, small.items)).toEqual([])
      }
    })

    it('answers damaged and cut files with items or with a HeavensError, never with another error', async () => {
      const random = seededRandom(11)
      for (const file of simulate(epoch, epoch + 2).slice(0, 3)) {
        for (let attempt = 0; attempt < 60; attempt++) {
          const cut = attempt % 4 === 3 ? Math.floor(random.uniform() * file.bytes.length) : file.bytes.length
          const bytes = file.bytes.slice(0, cut)
          // Half of the flips into the first headers, where they do most harm.
          const reach = attempt % 2 === 0 ? Math.min(bytes.length, 20_000) : bytes.length
          for (let flip = 0; flip < 3 && bytes.length > 0; flip++) bytes[Math.floor(random.uniform() * reach)]! ^= 1 << Math.floor(random.uniform() * 8)
          expect(await outcomeOf(instrument, bytes)).toMatch(/^(items|not recognised|HeavensError)/)
        }
      }
    })

    it('is alone in recognising its files', async () => {
      for (const file of simulate(epoch, epoch + 30)) {
        const fits = await openFits(bytesSource(file.bytes), file.name)
        expect(INSTRUMENTS.filter(each => each.recognise(fits) !== undefined).map(each => each.descriptor.id)).toEqual([descriptor.id])
      }
    })
  })
}

async function outcomeOf(instrument: Instrument, bytes: Uint8Array): Promise<string> {
  try {
    const fits = await openFits(bytesSource(bytes), 'damaged.fits')
    const kind = instrument.recognise(fits)
    if (kind === undefined) return 'not recognised'
    let items = 0
    for await (const item of instrument.decode(fits, kind, { rows: 1000, undecodable: () => {}, keep: async () => '' })) items += item.kind === 'events' ? item.count : 1
    return `items: ${items}`
  } catch (error) {
    return error instanceof HeavensError ? `HeavensError ${error.code}` : String(error)
  }
}

async function timesBySource(instrument: Instrument, files: readonly SimulatedFile[]): Promise<Map<string, number[]>> {
  const times = new Map<string, number[]>()
  for (const file of files) {
    const { items } = await decodeAll(instrument, file.name, file.bytes)
    times.set(file.source, [...(times.get(file.source) ?? []), ...timesOf(items)])
  }
  return times
}

/** What is wrong with the order and shape of items: bounds before events, blocks that follow each other, columns as the descriptor declares. Empty: nothing. */
export function itemFaults(instrument: Instrument, items: readonly DecodedItem[]): string[] {
  const { descriptor } = instrument
  const faults: string[] = []
  const demand = (holds: boolean, fault: string): void => void (holds || faults.push(fault))
  const firstData = items.findIndex(item => item.kind === 'events' || item.kind === 'rates')
  const bounds = items.findIndex(item => item.kind === 'ebounds')
  if (descriptor.columns.includes('channel') && firstData >= 0) demand(bounds >= 0 && bounds < firstData, 'no channel bounds before the first events')
  // Attitude and events of one file cover the same time: each kind follows itself.
  const ends = new Map<string, number>()
  items.forEach((item, n) => {
    if (item.kind !== 'events' && item.kind !== 'rates' && item.kind !== 'pointing') return
    const time = item.kind === 'events' ? item.columns.time : item.time
    demand(time.length === item.count, `item ${n}: ${time.length} times, count ${item.count}`)
    demand(item.stop > item.start, `item ${n}: stops at or before its start`)
    demand(item.kind === 'pointing' || item.start >= (ends.get(item.kind) ?? Number.NEGATIVE_INFINITY), `item ${n}: begins before the one before ends`)
    ends.set(item.kind, item.stop)
    demand(time.every((t, i) => t >= item.start && t < item.stop && (i === 0 || t >= time[i - 1]!)), `item ${n}: times not ascending within [start, stop)`)
    if (item.kind === 'events') {
      demand(Object.keys(item.columns).sort().join() === ['time', ...descriptor.columns].sort().join(), `item ${n}: other columns than the descriptor's`)
      demand(Object.values(item.columns).every(column => column.length === item.count), `item ${n}: columns of different length`)
      demand(item.columns.detector?.every(group => group < descriptor.groups.length) ?? true, `item ${n}: a detector that is no group`)
    }
    if (item.kind === 'rates') {
      demand(item.channels === descriptor.bands.length && item.counts.length === item.count * item.channels, `item ${n}: not one count per bin and band`)
      demand(item.group < descriptor.groups.length, `item ${n}: a group that is not there`)
    }
  })
  return faults
}
