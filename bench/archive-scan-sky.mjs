// What `archive-scan` looks at: an instrument that counts photons with energy and direction, its sky, and the request.
import { InstrumentDescriptor } from '@heavens/schemas'

/** Whole seconds from 2000-01-01T12:00:00 TT on; photons come evenly over this long [s]. */
export const START = 600_000_000
export const LENGTH = 1_000_000
/** rows of a block, as a fast replay makes them */
export const BLOCK = 8192
export const SOURCE = { ra: 83.6331, dec: 22.0145, radius: 2 }
/** a tenth of the time, and the half of the energies (2 to 200 keV, evenly in the logarithm) that begins at 20 keV */
export const TIME = [START + 0.45 * LENGTH, START + 0.55 * LENGTH]
export const ENERGY = [20, 200]
export const IMAGE = { size: 10, pixel: 0.1 }
export const BIN = 1000

export const instrument = {
  descriptor: InstrumentDescriptor.parse({
    id: 'bench-imager', name: 'Bench', mission: 'Bench', kind: 'imager', data: 'events', columns: ['energy', 'ra', 'dec'], groups: [{ id: 'all', label: 'all' }],
    bands: [{ id: 'soft', label: 'soft', eMin: 2, eMax: 20 }, { id: 'hard', label: 'hard', eMin: 20, eMax: 200 }],
    curves: { widths: [1], sparse: true, phase: 'absolute', main: 1 }, images: { nside: 64, windows: [], psfRadius: 0.5 }, triggers: { rate: [], image: [] },
    deadTime: 0, disorder: 0, lateHorizon: 0, products: ['light-curve', 'spectrum', 'image', 'events'], defaults: { bin: BIN, radius: 2, ...IMAGE }, options: [],
  }),
  recognise: () => undefined,
  async *decode() {},
}

/** MJD (TT) of TT seconds. */
const mjd = (tt) => 51_544 + tt / 86_400

export const request = {
  target: SOURCE, time: { format: 'mjd', scale: 'tt', intervals: [TIME.map(mjd)] }, energy: { bands: [{ min: ENERGY[0], max: ENERGY[1] }] }, instruments: [{ id: 'bench-imager' }],
  products: { image: IMAGE, spectrum: {}, lightCurve: { bin: BIN } },
}

/**
 * Events [from, to) of `total`, as columns. Every twentieth is of the source, within a tenth of a degree; of the others `scan` puts each
 * within 20 degrees of a direction that goes round the sky every 5400 s, `wide` anywhere on the sky.
 */
export function eventsOf(from, to, total, sky) {
  const n = to - from
  const columns = { time: new Float64Array(n), energy: new Float32Array(n), ra: new Float32Array(n), dec: new Float32Array(n) }
  let state = (from * 2654435761 + 12345) >>> 0
  const random = () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 4294967296
  }
  if (state === 0) state = 1
  for (let i = 0; i < n; i++) {
    const t = ((from + i + 0.5) / total) * LENGTH
    columns.time[i] = START + t
    columns.energy[i] = 2 * 100 ** random()
    const turn = (t / 5400) * 2 * Math.PI
    // The direction passes over the source once a turn.
    const [ra0, dec0] = sky === 'scan' ? [SOURCE.ra + (turn * 180) / Math.PI, SOURCE.dec * Math.cos(turn)] : [0, 0]
    const seen = sky === 'wide' || Math.abs((((ra0 - SOURCE.ra) % 360) + 540) % 360 - 180) < 18
    if (seen && (from + i) % 20 === 0) {
      columns.ra[i] = SOURCE.ra + (random() - 0.5) * 0.2
      columns.dec[i] = SOURCE.dec + (random() - 0.5) * 0.2
    } else if (sky === 'scan') {
      columns.ra[i] = (ra0 + (random() - 0.5) * 40) % 360
      columns.dec[i] = dec0 + (random() - 0.5) * 40
    } else {
      columns.ra[i] = random() * 360
      columns.dec[i] = (Math.asin(2 * random() - 1) * 180) / Math.PI
    }
  }
  return columns
}
