import { describe, expect, it } from 'vitest'
import type { EventBlock, InstrumentDescriptor, Item, PointingBlock } from '@heavens/schemas'
import { ang2pixRing, nside2npix, pix2angRing, separation } from '@heavens/science/sky'
import { seededRandom } from '@heavens/science/statistics'
import { counter } from '../testing/streams.js'
import { brightestPixel, createImages, EXPOSURE_NSIDE, stepImages, type ImageState } from './roll-images.js'
import { createRegionTables, skySignificance } from './sky-significance.js'

const imager: InstrumentDescriptor = {
  ...counter, id: 'imager', kind: 'imager', columns: ['energy', 'ra', 'dec'], groups: [{ id: 'only', label: 'only' }],
  images: { nside: 64, windows: [{ id: 'short', label: '100 s', seconds: 100 }, { id: 'run', label: 'run', seconds: null }], psfRadius: 1 }, fieldOfView: 60,
}

function photons(list: readonly { time: number; ra: number; dec: number; energy?: number }[], late = false): EventBlock {
  return {
    kind: 'events', source: 's', sequence: 0, start: list[0]?.time ?? 0, stop: list.at(-1)?.time ?? 0, count: list.length, late,
    columns: { time: Float64Array.from(list, (p) => p.time), ra: Float32Array.from(list, (p) => p.ra), dec: Float32Array.from(list, (p) => p.dec), energy: Float32Array.from(list, (p) => p.energy ?? 100) },
  }
}

function pointing(time: number, ra: number, dec: number, live = 30): PointingBlock {
  const one = (x: number): Float32Array => Float32Array.of(x)
  return {
    kind: 'pointing', source: 's', sequence: 0, start: time, stop: time + 30, count: 1, late: false, time: Float64Array.of(time), duration: one(30), livetime: one(live / 30),
    ra: one(ra), dec: one(dec), raX: one(0), decX: one(90), raZenith: one(NaN), decZenith: one(NaN), inSaa: Uint8Array.of(0),
  }
}

const total = (state: ImageState, window: number): number => state.counts[window]!.reduce((n, map) => n + map.reduce((a, b) => a + b, 0), 0)

describe('roll-images', () => {
  it('is absent for an instrument without directions', () => expect(createImages(counter)).toBeUndefined())

  it('counts each photon in its pixel, band and every window', () => {
    const state = createImages(imager)!
    stepImages(state, photons([{ time: 10, ra: 83.6, dec: 22 }, { time: 11, ra: 83.6, dec: 22, energy: 20 }, { time: 12, ra: 266, dec: -29, energy: 5 }]))
    const pixel = ang2pixRing(64, 83.6, 22)
    expect(state.counts[1]!.map((map) => map[pixel])).toEqual([1, 1])
    expect(total(state, 0)).toBe(2)
    expect(brightestPixel(state, 1, [0, 1])).toMatchObject({ pixel, counts: 2 })
  })

  it('leaves out photons that are flagged as unseen, and the exposure below the zenith cut of their source', () => {
    const low: InstrumentDescriptor = { ...imager, zenithCut: 100, columns: ['energy', 'ra', 'dec', 'flags'] }
    const state = createImages(low)!
    const block = photons([{ time: 10, ra: 180, dec: 30 }, { time: 11, ra: 180, dec: 30 }])
    stepImages(state, { ...block, columns: { ...block.columns, flags: Uint8Array.of(1, 0) } })
    const shown = (): number => brightestPixel(state, 1, [0, 1])!.counts
    // Without any exposure all are shown.
    expect(shown()).toBe(2)
    const at = (ra: number): number => state.exposure[1]![ang2pixRing(EXPOSURE_NSIDE, ra, 30)]!
    const upwards = { ...pointing(0, 180, 30), raZenith: Float32Array.of(100), decZenith: Float32Array.of(0) }
    stepImages(state, upwards)
    expect(shown()).toBe(1)
    const before = at(195)
    expect(before).toBeGreaterThan(25)
    const good: Item = { kind: 'gti', source: 's', sequence: 0, group: -1, late: false, start: Float64Array.of(0), stop: Float64Array.of(60), cuts: { zenith: 80 } }
    stepImages(state, good)
    stepImages(state, { ...upwards, time: Float64Array.of(30), start: 30, stop: 60 })
    expect(at(195)).toBe(before)
    expect(at(175)).toBeGreaterThan(55)
    stepImages(state, { kind: 'watermark', time: 1000, final: false })
    expect(Math.max(...state.exposure[0]!)).toBe(0)
  })

  it('lets photons go when the watermark has passed their window, and never from the run', () => {
    const state = createImages(imager)!
    stepImages(state, photons([{ time: 10, ra: 1, dec: 1 }, { time: 50, ra: 1, dec: 1 }, { time: 120, ra: 1, dec: 1 }]))
    stepImages(state, { kind: 'watermark', time: 121, final: false })
    expect([total(state, 0), total(state, 1)]).toEqual([2, 3])
    stepImages(state, { kind: 'watermark', time: 500, final: false })
    expect([total(state, 0), total(state, 1), state.totals[0], state.totals[1]]).toEqual([0, 3, [0, 0], [0, 3]])
  })

  it('gives the same windows when photons come late', () => {
    const all = Array.from({ length: 400 }, (_, i) => ({ time: i, ra: (i * 7) % 360, dec: ((i * 3) % 120) - 60 }))
    const clean = createImages(imager)!
    stepImages(clean, photons(all))
    stepImages(clean, { kind: 'watermark', time: 400, final: false })
    const ragged = createImages(imager)!
    stepImages(ragged, photons(all.filter((_, i) => i % 3 > 0)))
    stepImages(ragged, { kind: 'watermark', time: 390, final: false })
    stepImages(ragged, photons(all.filter((_, i) => i % 3 === 0), true))
    stepImages(ragged, { kind: 'watermark', time: 400, final: false })
    expect(ragged.counts).toEqual(clean.counts)
    expect(ragged.totals).toEqual(clean.totals)
  })

  it('exposes the field of view with the cosine of the angle, and takes it back', () => {
    const state = createImages(imager)!
    stepImages(state, pointing(0, 180, 30))
    const at = (ra: number, dec: number): number => state.exposure[0]![ang2pixRing(EXPOSURE_NSIDE, ra, dec)]!
    expect(at(180, 30)).toBeGreaterThan(29.9)
    const [ra, dec] = pix2angRing(EXPOSURE_NSIDE, ang2pixRing(EXPOSURE_NSIDE, 220, 30))
    expect(at(220, 30)).toBeCloseTo(30 * Math.cos((separation(180, 30, ra, dec) * Math.PI) / 180), 4)
    expect(at(0, -30)).toBe(0)
    stepImages(state, { kind: 'watermark', time: 1000, final: false })
    expect(Math.max(...state.exposure[0]!)).toBeLessThan(1e-9)
    expect(Math.max(...state.exposure[1]!)).toBeGreaterThan(29)
  })

  it('has the exposure of pointings in time when they come late, in any order', () => {
    const rows = Array.from({ length: 40 }, (_, i) => pointing(i * 30, (i * 11) % 360, (i * 7) % 90 - 45))
    const mark = (time: number): Item => ({ kind: 'watermark', time, final: false })
    const clean = createImages(imager)!
    rows.forEach((row, i) => [row, mark((i + 1) * 30)].forEach((item) => stepImages(clean, item)))
    const ragged = createImages(imager)!
    const late = (i: number): boolean => i % 3 === 1
    rows.forEach((row, i) => {
      if (!late(i)) stepImages(ragged, row)
      stepImages(ragged, mark((i + 1) * 30))
      // Far behind the edge of the shortest window some of them, and the later before the earlier.
      if (i % 6 === 5) for (const k of [i - 1, i - 4]) stepImages(ragged, { ...rows[k]!, late: true } as Item)
    })
    for (const k of rows.keys()) if (late(k) && k > 35) stepImages(ragged, { ...rows[k]!, late: true } as Item)
    for (const state of [clean, ragged]) stepImages(state, mark(1260))
    expect(ragged.exposure).toEqual(clean.exposure)
    for (const state of [clean, ragged]) stepImages(state, mark(1e6))
    expect(ragged.exposure).toEqual(clean.exposure)
    expect(Math.max(...clean.exposure[1]!)).toBeGreaterThan(100)
  })
})

describe('sky-significance', () => {
  it('is flat on a flat sky and high on a source', () => {
    const nside = 64
    const random = seededRandom(3)
    const counts = Float32Array.from({ length: nside2npix(nside) }, () => random.poisson(2))
    const source = ang2pixRing(nside, 83.6, 22)
    counts[source]! += 60
    const { significance, background } = skySignificance(createRegionTables(nside), counts, undefined)
    expect(significance.indexOf(Math.max(...significance))).toBeGreaterThan(-1)
    const [ra, dec] = pix2angRing(nside, significance.indexOf(Math.max(...significance)))
    expect(separation(ra, dec, 83.6, 22)).toBeLessThan(1.5)
    const others = [...significance].filter((_, p) => separation(...pix2angRing(nside, p), 83.6, 22) > 10)
    const mean = others.reduce((a, b) => a + b, 0) / others.length
    const rms = Math.sqrt(others.reduce((a, b) => a + (b - mean) ** 2, 0) / others.length)
    expect(Math.abs(mean)).toBeLessThan(0.1)
    expect(rms).toBeGreaterThan(0.9)
    expect(rms).toBeLessThan(1.1)
    expect(background[ang2pixRing(nside, 200, -40)]).toBeCloseTo(18, -1)
  })

  it('says nothing where there is no exposure', () => {
    const npix = nside2npix(64)
    const exposure = Float32Array.from({ length: npix }, (_, p) => (pix2angRing(64, p)[1] > 0 ? 1 : 0))
    const { significance } = skySignificance(createRegionTables(64), new Float32Array(npix).fill(1), exposure)
    expect(significance[ang2pixRing(64, 10, -20)]).toBeNaN()
    expect(Math.abs(significance[ang2pixRing(64, 10, 40)]!)).toBeLessThan(1)
  })
})
