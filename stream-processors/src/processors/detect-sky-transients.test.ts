import { describe, expect, it } from 'vitest'
import type { Candidate, EventBlock, InstrumentDescriptor, Item, PointingBlock } from '@heavens/schemas'
import { separation } from '@heavens/science/sky'
import { seededRandom } from '@heavens/science/statistics'
import { counter } from '../testing/streams.js'
import { createSkyTransients, stepSkyTransients } from './detect-sky-transients.js'

const imager: InstrumentDescriptor = {
  ...counter, id: 'imager', kind: 'imager', columns: ['energy', 'ra', 'dec'], groups: [{ id: 'only', label: 'only' }],
  images: { nside: 64, windows: [{ id: '1ks', label: '1 ks', seconds: 1000 }], psfRadius: 1 }, fieldOfView: 70,
  triggers: { rate: [], image: [{ band: 'all', window: '1ks', sigma: 6, psfRadius: 1.5 }] },
}

/** Photons over the whole sky (rate per second) and from a source that is on from `on` to `off`; seen by a slowly turning field of view. */
function sky(seconds: number, source: { ra: number; dec: number; on: number; off: number; rate: number } | undefined, blockSeconds = 500, seed = 5): Item[] {
  const random = seededRandom(seed)
  const items: Item[] = []
  for (let start = 0; start < seconds; start += blockSeconds) {
    const photons: { time: number; ra: number; dec: number }[] = []
    const boresight = (t: number): number => ((t / 30000) * 360) % 360
    const seen = (t: number, ra: number, dec: number): boolean => {
      const angle = separation(boresight(t), 0, ra, dec)
      return angle < 70 && random.uniform() < Math.cos((angle * Math.PI) / 180)
    }
    for (let n = random.poisson(6 * blockSeconds); n > 0; n--) {
      const p = { time: 1e8 + start + random.uniform() * blockSeconds, ra: 360 * random.uniform(), dec: (Math.asin(2 * random.uniform() - 1) * 180) / Math.PI }
      if (seen(p.time - 1e8, p.ra, p.dec)) photons.push(p)
    }
    if (source && start >= source.on && start < source.off) {
      for (let n = random.poisson(source.rate * blockSeconds); n > 0; n--) {
        const p = { time: 1e8 + start + random.uniform() * blockSeconds, ra: source.ra + 0.4 * random.normal(), dec: source.dec + 0.4 * random.normal() }
        if (seen(p.time - 1e8, p.ra, p.dec)) photons.push(p)
      }
    }
    photons.sort((a, b) => a.time - b.time)
    const rows = Math.ceil(blockSeconds / 100)
    const of = (x: (i: number) => number): Float32Array => Float32Array.from({ length: rows }, (_, i) => x(i))
    items.push({
      kind: 'events', source: 'e', sequence: start, start: 1e8 + start, stop: 1e8 + start + blockSeconds, count: photons.length, late: false,
      columns: { time: Float64Array.from(photons, (p) => p.time), ra: Float32Array.from(photons, (p) => p.ra), dec: Float32Array.from(photons, (p) => p.dec), energy: new Float32Array(photons.length).fill(100) },
    })
    items.push({
      kind: 'pointing', source: 'p', sequence: start, start: 1e8 + start, stop: 1e8 + start + blockSeconds, count: rows, late: false, time: Float64Array.from({ length: rows }, (_, i) => 1e8 + start + 100 * i),
      duration: of(() => 100), livetime: of(() => 1), ra: of((i) => boresight(start + 100 * i)), dec: of(() => 0), raX: of(() => 0), decX: of(() => 90), raZenith: of(() => NaN), decZenith: of(() => NaN), inSaa: new Uint8Array(rows),
    })
    items.push({ kind: 'watermark', time: 1e8 + start + blockSeconds, final: start + blockSeconds >= seconds })
  }
  return items
}

function detect(items: readonly Item[], lateHorizon = 60): Candidate[] {
  const state = createSkyTransients({ ...imager, lateHorizon }, 'main')
  const last = new Map<string, Candidate>()
  for (const item of items) stepSkyTransients(state, item, (c) => last.set(c.id, structuredClone(c)))
  return [...last.values()]
}

describe('detect-sky-transients', () => {
  it('finds nothing on a steady sky, however exposure changes', () => expect(detect(sky(150_000, undefined))).toEqual([]))

  it('finds a new source once, where it is, and says that nothing was known there', () => {
    const found = detect(sky(150_000, { ra: 194.5, dec: 41, on: 100_000, off: 150_000, rate: 0.05 }))
    expect(found).toHaveLength(1)
    expect(separation(found[0]!.ra!, found[0]!.dec!, 194.5, 41)).toBeLessThan(0.8)
    expect(found[0]).toMatchObject({ trigger: 'image', band: 'all', state: 'closed' })
    expect(found[0]!.time).toBeGreaterThan(1e8 + 95_000)
    expect(found[0]!.significance).toBeGreaterThan(6)
  })

  it('names the known source that flares', () => {
    const found = detect(sky(150_000, { ra: 166.11, dec: 38.21, on: 100_000, off: 140_000, rate: 0.05 }))
    expect(found.map((c) => [c.class, c.knownSource])).toEqual([['known-source-flare', 'Mkn 421']])
  })

  it('does not depend on how the stream is cut, nor on whether pointings come before photons', () => {
    const source = { ra: 194.5, dec: 41, on: 100_000, off: 120_000, rate: 0.06 }
    const items = sky(120_000, source)
    const one = detect(items)
    const late = items.filter((item) => item.kind !== 'watermark' || item.time % 4000 === 0 || item.final)
    const swapped = late.map((item, i) => (item.kind === 'events' && late[i + 1]?.kind === 'pointing' ? late[i + 1]! : item.kind === 'pointing' && late[i - 1]?.kind === 'events' ? late[i - 1]! : item))
    expect(detect(late)).toEqual(one)
    expect(detect(swapped)).toEqual(one)
    expect(one).toHaveLength(1)
  })

  it('ends with what data in time give when photons and pointings come late, in any order', () => {
    const items = sky(120_000, { ra: 194.5, dec: 41, on: 100_000, off: 120_000, rate: 0.06 })
    const random = seededRandom(4)
    const late = delayed(items, () => (random.uniform() < 0.3 ? 30_000 * random.uniform() : 0))
    expect(values(detect(late, 40_000))).toEqual(values(detect(items)))
    expect(detect(items)).toHaveLength(1)
  })

  it('finds a source whose photons all come late, and retracts what late pointings explain', () => {
    const source = { ra: 194.5, dec: 41, on: 100_000, off: 120_000, rate: 0.06 }
    const items = sky(150_000, source)
    const flare = delayed(items, (item) => (item.kind === 'events' && item.start >= 1e8 + 100_000 && item.start < 1e8 + 120_000 ? 35_000 : 0))
    expect(values(detect(flare, 60_000))).toEqual(values(detect(items)))
    // For a while three of four pointings are missing: the photons are too many for the rest.
    const steady = sky(150_000, undefined)
    const half = delayed(steady, (item) => (item.kind === 'pointing' && item.start >= 1e8 + 100_000 && item.start < 1e8 + 120_000 && item.start % 2000 !== 0 ? 25_000 : 0))
    const found = detect(half, 60_000)
    expect(found.length).toBeGreaterThan(0)
    expect(found.every((c) => c.state === 'retracted')).toBe(true)
  })
})

/** The same items, each data item so many seconds behind its place. */
function delayed(items: readonly Item[], delay: (item: PointingBlock | EventBlock) => number): Item[] {
  const out: Item[] = []
  const waiting: { due: number; item: Item }[] = []
  for (const item of items) {
    if (item.kind === 'events' || item.kind === 'pointing') {
      const wait = delay(item)
      if (wait > 0) waiting.push({ due: item.stop + wait, item: { ...item, late: true } })
      else out.push(item)
    } else if (item.kind === 'watermark') {
      const due = waiting.filter((w) => item.final || w.due <= item.time).sort((a, b) => a.due - b.due)
      for (const { item: late } of due) out.push(late)
      waiting.splice(0, waiting.length, ...waiting.filter((w) => !due.includes(w)))
      out.push(item)
    }
  }
  return out
}

/** What is said of candidates that stand; ids and revisions tell how it came to be known. */
const values = (found: readonly Candidate[]): Candidate[] => found.filter((c) => c.state !== 'retracted').map((c) => ({ ...c, id: '', revision: 0 }))
