/** What happens on the simulated sky. Times in seconds after the epoch of the mission. */
export interface Scenario {
  label: string
  help: string
  /** ids of the instruments that fly; absent: all that can be simulated */
  instruments?: readonly string[]
  /** data seconds per second unless the user says otherwise; absent: 1 */
  speed?: number
  /** seconds before now at which it begins when it runs faster than time */
  span?: number
  /** mean seconds between bursts; absent: no bursts */
  bursts?: { duringHistory: number; live: number }
  /** sources that flare */
  outbursts: readonly { name: string; ra: number; dec: number; gevFlux: number; gevIndex: number; after: number; rise: number; decay: number; factor: number }[]
}

const DAY = 86400

/** The scenarios by their id. */
export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  bursts: {
    label: 'Gamma-ray bursts',
    help: 'A burst within a minute of going live, then one every seven minutes or so, short and long, bright and faint.',
    bursts: { duringHistory: 2700, live: 420 },
    outbursts: [],
  },
  quiet: {
    label: 'Quiet sky',
    help: 'Known sources and background only: whatever is flagged is a false alarm.',
    outbursts: [],
  },
  ngc4845: {
    label: 'Slow outburst in NGC 4845',
    help: 'After IGR J12580+0134, which rose within weeks in January 2011 and was found late; made visible to the LAT: sixty days in two minutes.',
    instruments: ['fermi-lat'],
    speed: 43_200,
    span: 60 * DAY,
    outbursts: [{ name: 'NGC 4845', ra: 194.5, dec: 1.58, gevFlux: 1e-9, gevIndex: 2.1, after: 2 * DAY, rise: 14 * DAY, decay: 30 * DAY, factor: 6000 }],
  },
}
