/**
 * What flows on the log of one instrument: items, in one order.
 *
 * All times are TT seconds since MJD 51544.0 (TT), float64. Energies keV. Directions ICRS degrees.
 * A *run* is one ordered stream of one instrument: `main` for telemetry and first replays, `simulated` for the simulated
 * mission, `replay-…`/`upload-…` for files whose time lies behind what `main` has already seen.
 */
export type RunId = string

export interface StreamId {
  instrument: string
  run: RunId
}

/** Columns of events; all of length `count`. Layout on the log: docs/conventions.md. */
export interface EventColumns {
  time: Float64Array
  channel?: Uint16Array
  /** keV */
  energy?: Float32Array
  /** index into the descriptor's groups; absent: group 0 */
  detector?: Uint8Array
  x?: Int16Array
  y?: Int16Array
  /** degrees, ICRS */
  ra?: Float32Array
  /** degrees, ICRS */
  dec?: Float32Array
  flags?: Uint8Array
}

/** Events of [start, stop) of one source. Within a block times ascend. */
export interface EventBlock {
  kind: 'events'
  source: string
  sequence: number
  start: number
  stop: number
  count: number
  late: boolean
  columns: EventColumns
}

/** Counts that the instrument binned itself. `counts[i * channels + c]` belongs to [time[i], time[i] + width). */
export interface RateBlock {
  kind: 'rates'
  source: string
  sequence: number
  start: number
  stop: number
  count: number
  late: boolean
  /** seconds */
  width: number
  /** index into the descriptor's groups */
  group: number
  /** number of rate channels: channel c is band c of the descriptor */
  channels: number
  /** starts of the bins */
  time: Float64Array
  counts: Float64Array
  /** live fraction of each bin; absent: 1 */
  live?: Float32Array
}

/** Attitude and state of the instrument during [time[i], time[i] + duration[i]). */
export interface PointingBlock {
  kind: 'pointing'
  source: string
  sequence: number
  start: number
  stop: number
  count: number
  late: boolean
  time: Float64Array
  duration: Float32Array
  /** boresight (spacecraft z axis), degrees ICRS */
  ra: Float32Array
  dec: Float32Array
  /** spacecraft x axis, degrees ICRS */
  raX: Float32Array
  decX: Float32Array
  /** direction away from Earth's centre, degrees ICRS; NaN where unknown */
  raZenith: Float32Array
  decZenith: Float32Array
  /** live seconds / seconds */
  livetime: Float32Array
  inSaa: Uint8Array
}

/** Named scalars at one time. */
export interface Housekeeping {
  kind: 'housekeeping'
  source: string
  sequence: number
  time: number
  late: boolean
  values: { name: string; value: number; unit: string; min?: number; max?: number }[]
}

/** Good time of one group: half-open intervals, ascending, disjoint. */
export interface GoodTime {
  kind: 'gti'
  source: string
  sequence: number
  /** index into the descriptor's groups; -1: all groups */
  group: number
  late: boolean
  start: Float64Array
  stop: Float64Array
}

/** Channel bounds of one group, valid from `from` on; they come before the first event that needs them. */
export interface ChannelBounds {
  kind: 'ebounds'
  source: string
  sequence: number
  group: number
  from: number
  /** first channel number (TLMIN) */
  first: number
  /** keV */
  eMin: Float32Array
  eMax: Float32Array
}

/** A calibration file (response matrix, effective area) that arrived with the data; its bytes are in the product store. */
export interface CalibrationFile {
  kind: 'calibration'
  source: string
  sequence: number
  group: number
  from: number
  until: number
  type: 'rsp' | 'rmf' | 'arf' | 'other'
  file: string
  sha256: string
  bytes: number
}

/** "Nothing earlier than `time` will follow, except as late." `final`: the stream has ended (a replay's last item). */
export interface Watermark {
  kind: 'watermark'
  time: number
  final: boolean
}

/** What was lost or doubled on the way in; counts since the last ledger item of this source. */
export interface LedgerItem {
  kind: 'ledger'
  source: string
  duplicates: number
  late: number
  undecodable: number
  gaps: { start: number; stop: number }[]
}

export type DataItem = EventBlock | RateBlock | PointingBlock | Housekeeping | GoodTime | ChannelBounds | CalibrationFile
export type Item = DataItem | Watermark | LedgerItem

/** Arrow type of each event column on the log and in the archive. */
export const EVENT_COLUMN_TYPES = {
  time: 'float64', channel: 'uint16', energy: 'float32', detector: 'uint8', x: 'int16', y: 'int16', ra: 'float32', dec: 'float32', flags: 'uint8',
} as const
