import { describe, expect, it } from 'vitest'
import type { Candidate, Item } from '@heavens/schemas'
import { seededRandom } from '@heavens/science/statistics'
import { blocksOf, bounds, counter, type TestEvent } from '../testing/streams.js'
import { createLightCurves, stepLightCurves } from './bin-light-curves.js'
import { createTransients, judgeBins, offerBins } from './detect-transients.js'

interface Excess {
  start: number
  stop: number
  /** events per second added in each of these detectors */
  rate: number
  detectors: readonly number[]
}

/** Events of both detectors: steady background of 300/s in the hard band, with excesses. */
function sky(seconds: number, excesses: readonly Excess[], seed = 7): TestEvent[] {
  const random = seededRandom(seed)
  const events: TestEvent[] = []
  const add = (start: number, stop: number, rate: number, detector: number): void => {
    for (let n = random.poisson(rate * (stop - start)); n > 0; n--) events.push({ time: start + random.uniform() * (stop - start), detector, channel: 6 })
  }
  for (const detector of [0, 1]) add(1e6, 1e6 + seconds, 300, detector)
  for (const e of excesses) for (const detector of e.detectors) add(1e6 + e.start, 1e6 + e.stop, e.rate, detector)
  return events.sort((a, b) => a.time - b.time)
}

function detect(items: readonly Item[]): { versions: Candidate[]; last: Candidate[] } {
  const curves = createLightCurves(counter)
  const state = createTransients(counter, 'main')
  const versions: Candidate[] = []
  for (const item of items) {
    stepLightCurves(curves, item, (bins) => bins.open || offerBins(state, bins))
    if (item.kind === 'watermark') judgeBins(state, 0, item.final, (c) => versions.push(structuredClone(c)))
  }
  return { versions, last: [...new Map(versions.map((c) => [c.id, c])).values()] }
}

const cuts = (seconds: number, every: number): number[] => Array.from({ length: Math.ceil(seconds / every) }, (_, i) => 1e6 + (i + 1) * every)
const stream = (events: readonly TestEvent[], at: readonly number[]): Item[] => [bounds(0), bounds(1), ...blocksOf(events, at)]

describe('detect-transients', () => {
  it('finds nothing in nothing and in steady background', () => {
    expect(detect([]).versions).toEqual([])
    expect(detect(stream(sky(300, []), cuts(300, 1))).versions).toEqual([])
  })

  it('finds one burst seen by both detectors, once, where it begins, and follows it to its end', () => {
    const { last, versions } = detect(stream(sky(300, [{ start: 100, stop: 108, rate: 400, detectors: [0, 1] }]), cuts(300, 1)))
    expect(last).toHaveLength(1)
    const [burst] = last
    expect(Math.abs(burst!.time - (1e6 + 100))).toBeLessThan(0.3)
    expect(burst!.stop).toBeGreaterThan(1e6 + 107)
    expect(burst!.stop).toBeLessThan(1e6 + 111)
    expect(burst).toMatchObject({ groups: ['d0', 'd1'], band: 'hard', state: 'closed', class: 'burst', simulated: false })
    expect(burst!.significance).toBeGreaterThan(40)
    expect(versions.map((c) => c.revision)).toEqual(versions.map((_, i) => i))
    expect(versions[0]!.state).toBe('open')
  })

  it('takes a quiet interval within a burst for part of it', () => {
    const { last } = detect(stream(sky(400, [{ start: 100, stop: 103, rate: 500, detectors: [0, 1] }, { start: 160, stop: 163, rate: 500, detectors: [0, 1] }]), cuts(400, 1)))
    expect(last).toHaveLength(1)
    expect(last[0]!.stop).toBeGreaterThan(1e6 + 162)
  })

  it('tells two events that are far apart', () => {
    const { last } = detect(stream(sky(700, [{ start: 100, stop: 103, rate: 500, detectors: [0, 1] }, { start: 600, stop: 603, rate: 500, detectors: [0, 1] }]), cuts(700, 1)))
    expect(last.map((c) => Math.round(c.time - 1e6))).toEqual([100, 600])
  })

  it('does not believe a single detector', () => {
    expect(detect(stream(sky(300, [{ start: 100, stop: 108, rate: 400, detectors: [1] }]), cuts(300, 1))).versions).toEqual([])
  })

  it('believes a single detector where no other delivers, if it is surer', () => {
    const only = (seconds: number, rate: number): TestEvent[] => sky(300, [{ start: 100, stop: 100 + seconds, rate, detectors: [0] }]).filter((e) => e.detector === 0)
    expect(detect(stream(only(6, 300), cuts(300, 1))).last.map((c) => [Math.round(c.time - 1e6), c.groups])).toEqual([[100, ['d0']]])
    expect(detect(stream(only(0.2, 300), cuts(300, 1))).last).toEqual([])
  })

  it('does not take the end of a gap for a burst', () => {
    const events = sky(400, []).filter((e) => e.time < 1e6 + 150 || e.time > 1e6 + 250)
    expect(detect(stream(events, cuts(400, 1))).versions).toEqual([])
  })

  it('gives the same candidates however the stream is cut into blocks', () => {
    const events = sky(300, [{ start: 100, stop: 108, rate: 250, detectors: [0, 1] }])
    const fine = detect(stream(events, cuts(300, 0.5)))
    const ragged = detect(stream(events, cuts(300, 1).filter((_, i) => i % 7 === 0 || i % 3 === 0 || i === 299)))
    expect(ragged.last).toEqual(fine.last)
  })

  it('follows a slow rise of the background without an alarm', () => {
    const random = seededRandom(11)
    const events: TestEvent[] = []
    for (let s = 0; s < 900; s++) {
      for (const detector of [0, 1]) for (let n = random.poisson(300 * (1 + 0.2 * Math.sin(s / 900))); n > 0; n--) events.push({ time: 1e6 + s + random.uniform(), detector, channel: 5 })
    }
    events.sort((a, b) => a.time - b.time)
    expect(detect(stream(events, cuts(900, 1))).versions).toEqual([])
  })
})
