import type { ChannelBounds, CalibrationFile, EventBlock, GoodTime, Housekeeping, InstrumentDescriptor, PointingBlock, RateBlock, SourceCuts } from '@heavens/schemas'
import type { CardInput, FitsFile } from '@heavens/science/fits'

export type FileKind = 'events' | 'rates' | 'pointing' | 'calibration'

type Raw<T> = Omit<T, 'source' | 'sequence' | 'late'>

/** What a decoder gives: items without the marks (source, sequence, late) that ingest adds. Times TT s, energies keV, degrees ICRS. */
export type DecodedItem = Raw<EventBlock> | Raw<RateBlock> | Raw<PointingBlock> | Raw<Housekeeping> | Raw<GoodTime> | Raw<ChannelBounds> | Raw<CalibrationFile>

export interface DecodeContext {
  /** rows read at a time, ≥ 1 */
  rows: number
  /** rows that could not be used, with the reason; they are counted in the ledger and reported */
  undecodable(count: number, reason: string): void
  /** keep the bytes of a calibration file; answers their sha256 */
  keep(name: string, bytes: Uint8Array): Promise<string>
}

/** A file that the simulator makes: FITS bytes in the instrument's own form. */
export interface SimulatedFile {
  name: string
  /** which feed: stable for one group of one instrument */
  source: string
  /** whole seconds from the mission's epoch to `start`: rises from file to file of a source; the same seed, sequence and length give the same bytes */
  sequence: number
  start: number
  stop: number
  bytes: Uint8Array
}

/**
 * How an imager answers to the photons of a point, by energy [keV] and the cosine of the angle from its boresight, averaged over
 * azimuth. Outside the energies and angles that are known the area is 0.
 */
export interface PointResponse {
  /** name of the set of response functions; 'assumed' where none is configured */
  name: string
  /** what it rests on and what it leaves out, in a sentence */
  note: string
  /** what it was read from; empty where it is assumed */
  files: readonly { file: string; sha256: string }[]
  /** cm² of all events that are selected; linear in the live fraction (0…1): what else happens in the instrument costs efficiency */
  area(energy: number, cosine: number, live: number): number
  /** area at an azimuth [deg, from the x axis towards y] over its mean; absent where it is not known */
  azimuth?(energy: number, cosine: number, azimuth: number): number
  /** share (0…1) of photons that are found within `radius` [deg] of their origin; absent where it is not known */
  containment?(energy: number, cosine: number, radius: number): number
  /** probability that a photon of this energy is given one between edges[c] and edges[c + 1] [keV]; absent: its own energy is given */
  redistribution?(energy: number, cosine: number, edges: Float64Array): Float64Array
}

/** A file of response functions, opened. */
export interface ResponseFile {
  type: CalibrationFile['type']
  sha256: string
  file: FitsFile
}

/** What an exported list of events is of. */
export interface EventListOrigin {
  /** index of its group */
  group: number
  /** attitude that its source has told */
  pointings: readonly PointingBlock[]
  /** what its source had left out */
  cuts: SourceCuts | undefined
}

/** One instrument. Everything known about it is behind this. */
export interface Instrument {
  readonly descriptor: InstrumentDescriptor
  /** What the file is to this instrument, from its header keywords; undefined: not its file. Never throws. */
  recognise(file: FitsFile): FileKind | undefined
  /**
   * The items of a file: channel bounds and good time before the first events, then data in the file's order in pieces of at
   * most `context.rows`. Throws HeavensError (file-unusable, fits-…) where nothing can be made of it.
   */
  decode(file: FitsFile, kind: FileKind, context: DecodeContext): AsyncIterable<DecodedItem>
  /**
   * The response to points, from the files of response functions that are at hand (the last of each type counts), else from what is
   * assumed; absent where the instrument has none by energy and angle.
   */
  pointResponse?(files: readonly ResponseFile[]): Promise<PointResponse>
  /**
   * Keywords by which `decode` knows an exported list of events again, where TELESCOP (mission), INSTRUME (name) and the columns (TIME, PHA, ENERGY [keV], RA, DEC, FLAGS) are not
   * enough; they take the place of those of the same name.
   */
  eventListCards?(origin: EventListOrigin): CardInput[]
  /** Telemetry of [start, stop) of the simulated sky; absent where the instrument is not simulated. */
  simulate?(sky: SimulatedSky, start: number, stop: number): SimulatedFile[]
}

/** A source of the simulated sky. Photon flux in (0.1–100 GeV) for LAT-like, Crab units for hard X-rays. */
export interface SimulatedSource {
  name: string
  ra: number
  dec: number
  /** photons cm⁻² s⁻¹ in 0.1–100 GeV; 0 for none */
  gevFlux: number
  /** photon index in 0.1–100 GeV */
  gevIndex: number
  /** flux factor as a function of time (TT s); 1 when absent */
  variation?: { kind: 'outburst'; start: number; rise: number; decay: number; factor: number }
}

/** A gamma-ray burst of the simulated sky: pulses of fast rise and slower decay. */
export interface SimulatedBurst {
  time: number
  ra: number
  dec: number
  /** peak counts/s in one facing GBM detector, 50–300 keV */
  peakRate: number
  pulses: { at: number; rise: number; decay: number; weight: number }[]
  /** keV */
  ePeak: number
}

/** Everything simulated instruments agree on: deterministic in (seed, time). */
export interface SimulatedSky {
  seed: number
  epoch: number
  sources: readonly SimulatedSource[]
  /** bursts with time in [start, stop) */
  bursts(start: number, stop: number): SimulatedBurst[]
  /** spacecraft state at t: boresight, x axis, zenith (direction away from Earth), in the SAA, distance to Earth's centre [km] */
  spacecraft(t: number): { ra: number; dec: number; raX: number; decX: number; raZenith: number; decZenith: number; inSaa: boolean; radius: number }
}
