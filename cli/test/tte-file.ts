import { writeFits, type HduInput } from '@heavens/science/fits'

/** Mission elapsed time at which the files of these tests begin [s]: some day in 2019. */
export const MET = 580_000_000

export interface TteOptions {
  /** index of a sodium iodide detector */
  detector?: number
  /** seconds after MET, one per event */
  time: readonly number[] | Float64Array
  channel?: readonly number[] | Int16Array
  /** TSTART and TSTOP, and the good time, seconds after MET; default: hull of the finite times */
  start?: number
  stop?: number
  /** tables to leave out */
  without?: readonly ('EBOUNDS' | 'EVENTS' | 'GTI')[]
}

/** Time-tagged events as Fermi GBM writes them, 128 channels of 8 keV and more. */
export function tteFile(options: TteOptions): Uint8Array {
  const { time, detector = 0 } = options
  const finite = Array.from(time).filter((t) => Number.isFinite(t))
  const start = MET + (options.start ?? finite.reduce((a, b) => Math.min(a, b), Infinity))
  const stop = MET + (options.stop ?? finite.reduce((a, b) => Math.max(a, b), -Infinity) + 1e-5)
  const cards = [
    ['TELESCOP', 'GLAST'], ['INSTRUME', 'GBM'], ['DETNAM', `NAI_${String(detector).padStart(2, '0')}`], ['DATATYPE', 'TTE'], ['TIMESYS', 'TT'],
    ['MJDREFI', 51910], ['MJDREFF', 7.428703703703703e-4], ['TSTART', Number.isFinite(start) ? start : MET], ['TSTOP', Number.isFinite(stop) ? stop : MET + 1],
  ] as const
  const channels = 128
  const edge = (i: number): number => 4.5 * (1000 / 4.5) ** (i / channels)
  const hdus: HduInput[] = [
    { kind: 'image', cards },
    {
      kind: 'bintable', name: 'EBOUNDS', cards, rows: channels,
      columns: [
        { name: 'CHANNEL', format: 'I', values: Int16Array.from({ length: channels }, (_, i) => i) },
        { name: 'E_MIN', format: 'E', unit: 'keV', values: Float32Array.from({ length: channels }, (_, i) => edge(i)) },
        { name: 'E_MAX', format: 'E', unit: 'keV', values: Float32Array.from({ length: channels }, (_, i) => edge(i + 1)) },
      ],
    },
    {
      kind: 'bintable', name: 'EVENTS', cards, rows: time.length,
      columns: [
        { name: 'TIME', format: 'D', unit: 's', values: Float64Array.from(time, (t) => MET + t) },
        { name: 'PHA', format: 'I', values: Int16Array.from(options.channel ?? Array.from(time, (_, i) => i % channels)) },
      ],
    },
    { kind: 'bintable', name: 'GTI', cards, rows: 1, columns: [{ name: 'START', format: 'D', values: Float64Array.of(start) }, { name: 'STOP', format: 'D', values: Float64Array.of(stop) }] },
  ]
  return writeFits(hdus.filter((hdu) => !options.without?.includes(hdu.name as 'GTI')))
}

/** Uniform numbers in [0, 1), the same for the same seed: mulberry32. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

export interface Photons {
  time: Float64Array
  channel: Int16Array
}

/**
 * A detector's events of [0, stop) seconds after MET: steady background, and from `burstAt` on a burst that decays with 2 s.
 * Times are whole multiples of 2 µs from MET, as the real clock has them, ascending.
 */
export function photons(seed: number, stop: number, rate: number, burst?: { at: number; rate: number }): Photons {
  const random = seeded(seed)
  const time: number[] = []
  for (let t = 0; ;) {
    t += -Math.log(1 - random()) / rate
    if (t >= stop) break
    time.push(t)
  }
  if (burst) {
    const n = Math.round(burst.rate * 2)
    for (let i = 0; i < n; i++) time.push(Math.min(stop - 1e-3, burst.at - 2 * Math.log(1 - random())))
  }
  time.sort((a, b) => a - b)
  return { time: Float64Array.from(time, (t) => Math.round(t * 5e5) / 5e5), channel: Int16Array.from(time, () => Math.floor(random() * 128)) }
}

/** The rows [from, to) as one file of a detector; good time as given, in seconds after MET. */
export function partFile(detector: number, { time, channel }: Photons, from: number, to: number, good: { start: number; stop: number }): Uint8Array {
  return tteFile({ detector, time: time.subarray(from, to), channel: channel.subarray(from, to), ...good })
}
