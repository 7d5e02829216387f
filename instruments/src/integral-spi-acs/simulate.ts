import { writeFits } from '@heavens/science/fits'
import type { SimulatedBurst, SimulatedFile, SimulatedSky } from '../instrument.js'
import { BURST_MEMORY, burstProfile } from '../simulation/burst-profile.js'
import { cellRandom } from '../simulation/cell-random.js'

const BINS = 10
const WIDTH = 1 / BINS
/** Counts/s between bursts, and their scatter over Poisson's: measured in the file of GRB 230307A. */
const BACKGROUND = 90_700
const SCATTER = 1.19
const SOURCE = 'spi-acs'

/**
 * Rates of [start, stop) in 0.1-s bins on whole tenths of TT seconds. INTEGRAL's orbit of days takes it neither behind Earth nor into the
 * SAA: every burst is seen. The light-travel time to Fermi (below 0.5 s) is left out.
 */
export function simulate(sky: SimulatedSky, start: number, stop: number): SimulatedFile[] {
  const bursts = sky.bursts(start - BURST_MEMORY, stop).map(burst => ({ burst, rate: shieldRate(burst) }))
  const time: number[] = []
  const counts: number[] = []
  for (let second = Math.floor(start); second < stop; second++) {
    const random = cellRandom(sky.seed, SOURCE, second)
    const active = bursts.filter(({ burst }) => burst.time < second + 1 && burst.time + BURST_MEMORY > second)
    const background = BACKGROUND * (1 + 0.015 * Math.sin((2 * Math.PI * second) / 30_000) + 0.004 * Math.sin((2 * Math.PI * second) / 5_000))
    for (let bin = 0; bin < BINS; bin++) {
      const middle = second + (bin + 0.5) * WIDTH
      let mean = background
      for (const { rate } of active) mean += rate(middle)
      mean *= WIDTH
      const n = Math.max(0, Math.round(mean + SCATTER * Math.sqrt(mean) * random.normal()))
      // Whole bins only: a bin that an end of the interval cuts belongs to whichever file holds its start.
      const from = second + bin / BINS
      if (from < start || from >= stop) continue
      time.push(middle)
      counts.push(n)
    }
  }
  if (time.length === 0) return []
  return [{ name: `spiacs_lc_sim_${Math.round(start - sky.epoch)}.fits`, source: SOURCE, sequence: Math.round(start - sky.epoch), start, stop, bytes: ratesFile(time, counts) }]
}

/** Counts/s of a burst in the shield: some 20 times one GBM detector's area above its threshold of 75 keV, whatever the direction. */
function shieldRate(burst: SimulatedBurst): (t: number) => number {
  const profile = burstProfile(burst)
  const peak = burst.peakRate * 18 * Math.min(1.5, burst.ePeak / 300)
  return t => peak * profile(t)
}

/** As the archive service of SPI-ACS writes it: RATE with TIME (middle of the bin, relative to TIMEZERO), RATE and ERROR. */
function ratesFile(time: readonly number[], counts: readonly number[]): Uint8Array {
  const zero = time[Math.floor(time.length / 2)]!
  return writeFits([
    { kind: 'image', cards: [['ORIGIN', 'HEAVENS simulator', 'not real data']] },
    {
      kind: 'bintable', name: 'RATE', rows: time.length,
      cards: [
        ['TELESCOP', 'INTEGRAL'], ['INSTRUME', 'SPI-ACS'], ['ORIGIN', 'HEAVENS simulator', 'not real data'],
        ['TIMESYS', 'TT'], ['TIMEREF', 'LOCAL'], ['TIMEUNIT', 's'], ['MJDREF', 51544.0], ['TIMEZERO', zero], ['TIMEDEL', WIDTH],
        ['TSTART', time[0]! - WIDTH / 2], ['TSTOP', time.at(-1)! + WIDTH / 2],
      ],
      columns: [
        { name: 'TIME', format: 'D', unit: 's', values: Float64Array.from(time, t => t - zero) },
        { name: 'RATE', format: 'D', unit: 'count/s', values: Float64Array.from(counts, n => n / WIDTH) },
        { name: 'ERROR', format: 'D', unit: 'count/s', values: Float64Array.from(counts, n => Math.sqrt(n) / WIDTH) },
      ],
    },
  ])
}
