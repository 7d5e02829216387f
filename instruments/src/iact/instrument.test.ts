import { describe, expect, it } from 'vitest'
import { separation } from '@heavens/science/sky'
import { contractOf, decodeAll, itemFaults, timesOf } from '../contract.js'
import type { DecodedItem } from '../instrument.js'
import { realData } from '../real-data.js'
import { instrument } from './index.js'

contractOf(instrument)

const RUNS = 'iact/hess-dl3-dr1/hess_dl3_dr1_obs_id_0'
const CRAB = [23523, 23526].map(id => `${RUNS}${id}.fits.gz`)
const PKS = Array.from({ length: 15 }, (_, i) => `${RUNS}${33787 + i}.fits.gz`)
const real = realData(...CRAB, ...PKS)

type Of<K extends DecodedItem['kind']> = Extract<DecodedItem, { kind: K }>
function of<K extends DecodedItem['kind']>(items: readonly DecodedItem[], kind: K): Of<K>[] {
  return items.filter((item): item is Of<K> => item.kind === kind)
}

/** Events within 0.11° of a place. */
function on(items: readonly DecodedItem[], ra: number, dec: number): number {
  return of(items, 'events').reduce((sum, { columns }) => sum + columns.ra!.filter((lon, i) => separation(ra, dec, lon, columns.dec![i]!) <= 0.11).length, 0)
}

describe('real runs of H.E.S.S. (HESS DL3 DR1, H.E.S.S. collaboration)', () => {
  it.skipIf(!real.present)('of the Crab: 189 and 199 events within 0.11°, half a degree off the pointing, in 1581.7 and 1572.7 live seconds', async () => {
    const counts: number[] = []
    const live: number[] = []
    for (const path of CRAB) {
      const { items, undecodable } = await decodeAll(instrument, path, real.bytes(path))
      expect(undecodable).toBe(0)
      counts.push(on(items, 83.633333, 22.014444))
      const [pointing] = of(items, 'pointing')
      expect(separation(pointing!.ra[0]!, pointing!.dec[0]!, 83.633333, 22.014444)).toBeCloseTo(0.5, 3)
      live.push(pointing!.duration[0]! * pointing!.livetime[0]!)
    }
    expect(counts).toEqual([189, 199])
    // LIVETIME of the headers
    expect(live[0]).toBeCloseTo(1581.7368, 3)
    expect(live[1]).toBeCloseTo(1572.6868, 3)
  })

  it.skipIf(!real.present)('decodes all 17 into good time, pointing, responses and ascending events between 10 GeV and 200 TeV', async () => {
    for (const path of [...CRAB, ...PKS]) {
      const { items, undecodable } = await decodeAll(instrument, path, real.bytes(path))
      expect(undecodable).toBe(0)
      expect(itemFaults(instrument, items)).toEqual([])
      expect(items.slice(0, 4).map(item => item.kind)).toEqual(['gti', 'pointing', 'calibration', 'events'])
      const [good] = of(items, 'gti')
      const times = timesOf(items.filter(item => item.kind === 'events'))
      expect(times[0]).toBeGreaterThanOrEqual(good!.start[0]! - 1)
      expect(times.at(-1)).toBeLessThanOrEqual(good!.stop.at(-1)! + 1)
      const energies = of(items, 'events').flatMap(item => [...item.columns.energy!])
      expect(energies.every(energy => energy > 1e7 && energy < 2e11)).toBe(true)
    }
  })

  it.skipIf(!real.present)('begins the first Crab run at 22:08:10.184 TT of 2004-12-04', async () => {
    const { items } = await decodeAll(instrument, CRAB[0]!, real.bytes(CRAB[0]!))
    // 64.184 s after 22:07:06 UTC, 1799 days after 2000-01-01
    expect(of(items, 'gti')[0]!.start[0]).toBeCloseTo(1799 * 86400 + 22 * 3600 + 8 * 60 + 10.184, 2)
  })
})
