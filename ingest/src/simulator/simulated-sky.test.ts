import { describe, expect, it } from 'vitest'
import { INSTRUMENTS } from '@heavens/instruments'
import { bytesSource, openFits } from '@heavens/science/fits'
import { inSouthAtlanticAnomaly, spacecraftAt } from './orbit.js'
import { SCENARIOS, simulatedSky } from './index.js'

const EPOCH = 8.4e8
const LIVE = EPOCH + 6 * 3600
const RADIAN = Math.PI / 180

function cosine(a: { ra: number; dec: number }, b: { ra: number; dec: number }): number {
  return Math.sin(a.dec * RADIAN) * Math.sin(b.dec * RADIAN) + Math.cos(a.dec * RADIAN) * Math.cos(b.dec * RADIAN) * Math.cos((a.ra - b.ra) * RADIAN)
}

describe('the simulated sky', () => {
  it('is the same for the same scenario, seed and epoch, and another for another seed', () => {
    const bursts = (seed: number): unknown => simulatedSky('bursts', seed, EPOCH).bursts(EPOCH, EPOCH + 30_000)
    expect(bursts(3)).toEqual(bursts(3))
    expect(bursts(3)).not.toEqual(bursts(4))
  })

  it('has the same bursts however the time is asked for', () => {
    const sky = simulatedSky('bursts', 5, EPOCH)
    const whole = sky.bursts(LIVE - 2000, LIVE + 4000)
    const parts = Array.from({ length: 60 }, (_, i) => sky.bursts(LIVE - 2000 + 100 * i, LIVE - 1900 + 100 * i)).flat()
    expect(parts).toEqual(whole)
    expect(whole.length).toBeGreaterThan(5)
  })

  it('gives a bright burst that is seen within two minutes of going live, whatever the seed', () => {
    for (let seed = 0; seed < 25; seed++) {
      const sky = simulatedSky('bursts', seed, EPOCH)
      const first = sky.bursts(LIVE, LIVE + 100).find(burst => burst.peakRate >= 2000)
      expect(first?.time).toBe(LIVE + 50)
      const state = sky.spacecraft(LIVE + 50)
      expect(state.inSaa).toBe(false)
      expect(cosine({ ra: state.raZenith, dec: state.decZenith }, first!)).toBeGreaterThan(0.9)
    }
  })

  it('waits with that burst until the spacecraft has left the SAA', () => {
    const sky = simulatedSky('bursts', 1, EPOCH)
    let dark = LIVE
    while (!sky.spacecraft(dark + 50).inSaa) dark += 20
    const late = simulatedSky('bursts', 1, EPOCH, { liveStart: dark })
    const first = late.bursts(dark, dark + 3600).find(burst => burst.peakRate === 2500)
    expect(first!.time).toBeGreaterThan(dark + 50)
    expect(late.spacecraft(first!.time).inSaa).toBe(false)
  })

  it('is quiet in the scenario of that name and flares at NGC 4845 in the other', () => {
    expect(simulatedSky('quiet', 1, EPOCH).bursts(EPOCH, EPOCH + 1e6)).toEqual([])
    const flaring = simulatedSky('ngc4845', 1, EPOCH).sources.filter(source => source.variation !== undefined)
    expect(flaring.map(({ ra, dec }) => [ra, dec])).toEqual([[194.5, 1.58]])
  })

  it('names the scenarios where one is not known', () => {
    expect(() => simulatedSky('loud', 1, EPOCH)).toThrow(/bursts, quiet, ngc4845/)
    expect(() => simulatedSky('toString', 1, EPOCH)).toThrow(/bursts, quiet, ngc4845/)
    expect(Object.keys(SCENARIOS)).toEqual(['bursts', 'quiet', 'ngc4845'])
  })
})

describe('the orbit', () => {
  const orbit = { node: 1, phase: 2 }

  it('keeps boresight and x axis at right angles and the boresight 50° from the zenith', () => {
    for (let t = 8e8; t < 8e8 + 20_000; t += 977) {
      const state = spacecraftAt(orbit, t)
      expect(Math.abs(cosine(state, { ra: state.raX, dec: state.decX }))).toBeLessThan(1e-9)
      expect(cosine(state, { ra: state.raZenith, dec: state.decZenith })).toBeCloseTo(Math.cos(50 * RADIAN), 9)
    }
  })

  it('goes round in 95.6 minutes within 25.6° of the equator', () => {
    const latitudes = Array.from({ length: 600 }, (_, i) => spacecraftAt(orbit, 8e8 + 10 * i).decZenith)
    expect(Math.max(...latitudes)).toBeCloseTo(25.6, 1)
    expect(cosine(zenith(8e8), zenith(8e8 + 5735))).toBeGreaterThan(0.9999)
    function zenith(t: number): { ra: number; dec: number } {
      const state = spacecraftAt(orbit, t)
      return { ra: state.raZenith, dec: state.decZenith }
    }
  })

  it('spends a tenth to a sixth of its time in the South Atlantic Anomaly', () => {
    const dark = Array.from({ length: 8640 }, (_, i) => spacecraftAt(orbit, 8e8 + 20 * i).inSaa).filter(Boolean).length / 8640
    expect(dark).toBeGreaterThan(0.06)
    expect(dark).toBeLessThan(0.17)
    expect(inSouthAtlanticAnomaly(-38, -25)).toBe(true)
    expect(inSouthAtlanticAnomaly(140, -25)).toBe(false)
  })
})

describe('the simulated mission', () => {
  it('sends telemetry of at least three instruments that each recognise their own', async () => {
    const sky = simulatedSky('bursts', 1, EPOCH)
    const flying = INSTRUMENTS.filter(instrument => instrument.simulate !== undefined)
    expect(flying.map(instrument => instrument.descriptor.id)).toEqual(['fermi-gbm', 'fermi-lat', 'integral-spi-acs'])
    for (const instrument of flying) {
      for (const file of instrument.simulate!(sky, LIVE, LIVE + 2)) {
        expect(instrument.recognise(await openFits(bytesSource(file.bytes), file.name))).toBeDefined()
      }
    }
  })
})
