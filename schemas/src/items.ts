import { z } from 'zod'
import { blockFaults, boundsFaults, column, goodTimeFaults, report } from './item-columns.js'

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

export const EventColumns = z.strictObject({
  time: column(Float64Array, 'float64'), channel: column(Uint16Array, 'uint16').optional(), energy: column(Float32Array, 'float32').optional(), detector: column(Uint8Array, 'uint8').optional(),
  x: column(Int16Array, 'int16').optional(), y: column(Int16Array, 'int16').optional(), ra: column(Float32Array, 'float32').optional(), dec: column(Float32Array, 'float32').optional(),
  flags: column(Uint8Array, 'uint8').optional(),
})
export const eventColumnsExample: EventColumns = { time: new Float64Array([612526819.2, 612526819.7]), channel: new Uint16Array([17, 64]), detector: new Uint8Array([0, 0]) }

/** What every item that a source sends carries. */
const sent = { source: z.string(), sequence: z.number().int().nonnegative() }
/** What every block of rows carries: it covers [start, stop). */
const block = { ...sent, start: z.number(), stop: z.number(), count: z.number().int().nonnegative(), late: z.boolean() }

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

export const EventBlock = z.strictObject({ kind: z.literal('events'), ...block, columns: EventColumns })
  .superRefine((b, context) => report(context, blockFaults(b, b.columns.time, b.columns, 'columns')))
export const eventBlockExample: EventBlock = { kind: 'events', source: 'n0', sequence: 12, start: 612526819, stop: 612526820, count: 2, late: false, columns: eventColumnsExample }

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

export const RateBlock = z.strictObject({
  kind: z.literal('rates'), ...block, width: z.number().positive(), group: z.number().int().nonnegative(), channels: z.number().int().positive(),
  time: column(Float64Array, 'float64'), counts: column(Float64Array, 'float64'), live: column(Float32Array, 'float32').optional(),
}).superRefine((b, context) => report(context, blockFaults(b, b.time, { live: b.live }), b.counts.length === b.count * b.channels ? [] : [{ path: ['counts'], message: 'must have count · channels values' }]))
export const rateBlockExample: RateBlock = {
  kind: 'rates', source: 'acs', sequence: 3, start: 612526819, stop: 612526819.2, count: 2, late: false, width: 0.1, group: 0, channels: 1,
  time: new Float64Array([612526819, 612526819.1]), counts: new Float64Array([9071, 9102]),
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

const angles = { ra: column(Float32Array, 'float32'), dec: column(Float32Array, 'float32'), raX: column(Float32Array, 'float32'), decX: column(Float32Array, 'float32'), raZenith: column(Float32Array, 'float32'), decZenith: column(Float32Array, 'float32') }
export const PointingBlock = z.strictObject({
  kind: z.literal('pointing'), ...block, time: column(Float64Array, 'float64'), duration: column(Float32Array, 'float32'), ...angles, livetime: column(Float32Array, 'float32'), inSaa: column(Uint8Array, 'uint8'),
}).superRefine((b, context) => report(context, blockFaults(b, b.time, b)))
export const pointingBlockExample: PointingBlock = {
  kind: 'pointing', source: 'ft2', sequence: 0, start: 612526800, stop: 612526830, count: 1, late: false, time: new Float64Array([612526800]), duration: new Float32Array([30]),
  ra: new Float32Array([120.5]), dec: new Float32Array([31.25]), raX: new Float32Array([30]), decX: new Float32Array([2]), raZenith: new Float32Array([98.5]), decZenith: new Float32Array([-4]),
  livetime: new Float32Array([0.92]), inSaa: new Uint8Array([0]),
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

export const Housekeeping = z.strictObject({
  kind: z.literal('housekeeping'), ...sent, time: z.number(), late: z.boolean(),
  values: z.array(z.strictObject({ name: z.string(), value: z.number(), unit: z.string(), min: z.number().optional(), max: z.number().optional() })),
})
export const housekeepingExample: Housekeeping = { kind: 'housekeeping', source: 'spacecraft', sequence: 8, time: 612526819, late: false, values: [{ name: 'detector temperature', value: -19.8, unit: 'degC', min: -25, max: -15 }] }

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
  cuts?: SourceCuts
}

/** What a source left out of its events before they came here; absent: nothing that is known. */
export interface SourceCuts {
  /** events further from the zenith [deg] */
  zenith?: number
  /** events below and from above these energies [keV] */
  eMin?: number
  eMax?: number
  /** events outside of any of these discs [deg ICRS] */
  discs?: readonly { ra: number; dec: number; radius: number }[]
}

export const SourceCuts = z.strictObject({
  zenith: z.number().positive().max(180).optional(), eMin: z.number().nonnegative().optional(), eMax: z.number().positive().optional(),
  discs: z.array(z.strictObject({ ra: z.number(), dec: z.number(), radius: z.number().positive() })).readonly().optional(),
})
export const sourceCutsExample: SourceCuts = { zenith: 90, eMin: 100_000, eMax: 500_000_000, discs: [{ ra: 83.6331, dec: 22.0145, radius: 15 }] }

export const GoodTime = z.strictObject({
  kind: z.literal('gti'), ...sent, group: z.number().int().min(-1), late: z.boolean(), start: column(Float64Array, 'float64'), stop: column(Float64Array, 'float64'),
  cuts: SourceCuts.optional().describe('what the source left out of its events before they came here'),
})
  .superRefine((g, context) => report(context, goodTimeFaults(g.start, g.stop)))
export const goodTimeExample: GoodTime = { kind: 'gti', source: 'n0', sequence: 1, group: 0, late: false, start: new Float64Array([612526600, 612526700]), stop: new Float64Array([612526690, 612527200]) }

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

export const ChannelBounds = z.strictObject({ kind: z.literal('ebounds'), ...sent, group: z.number().int().nonnegative(), from: z.number(), first: z.number().int(), eMin: column(Float32Array, 'float32'), eMax: column(Float32Array, 'float32') })
  .superRefine((e, context) => report(context, boundsFaults(e.eMin, e.eMax)))
export const channelBoundsExample: ChannelBounds = { kind: 'ebounds', source: 'n0', sequence: 0, group: 0, from: 612526600, first: 0, eMin: new Float32Array([4.5, 5.1]), eMax: new Float32Array([5.1, 5.6]) }

/** A calibration file (response matrix, effective area) that arrived with the data; its bytes are in the product store. */
export interface CalibrationFile {
  kind: 'calibration'
  source: string
  sequence: number
  group: number
  from: number
  until: number
  type: 'rsp' | 'rmf' | 'arf' | 'irf' | 'aeff' | 'psf' | 'edisp' | 'other'
  file: string
  sha256: string
  bytes: number
}

export const CalibrationFile = z.strictObject({
  kind: z.literal('calibration'), ...sent, group: z.number().int().nonnegative(), from: z.number(), until: z.number(), type: z.enum(['rsp', 'rmf', 'arf', 'irf', 'aeff', 'psf', 'edisp', 'other']),
  file: z.string(), sha256: z.string(), bytes: z.number().int().nonnegative(),
})
export const calibrationFileExample: CalibrationFile = {
  kind: 'calibration', source: 'n0', sequence: 0, group: 0, from: 612526600, until: 612527200, type: 'rsp', file: 'glg_cspec_n0_bn190530430_v00.rsp2',
  sha256: '2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae', bytes: 1048320,
}

/** "Nothing earlier than `time` will follow, except as late." `final`: the stream has ended (a replay's last item). */
export interface Watermark {
  kind: 'watermark'
  time: number
  final: boolean
}

export const Watermark = z.strictObject({ kind: z.literal('watermark'), time: z.number(), final: z.boolean() })
export const watermarkExample: Watermark = { kind: 'watermark', time: 612526820, final: false }

/** What came of the space packets of one APID; see docs/telemetry-in.md. */
export interface PacketCounts {
  apid: number
  received: number
  /** passed over when the count jumped, and of these: came later after all */
  skipped: number
  filled: number
  repeated: number
  /** times that the count jumped ahead */
  gaps: number
  /** times that the count began again at 0 */
  wraps: number
  /** times that a packet was found again behind garbage */
  resynchronised: number
}

/** What was lost or doubled on the way in; counts since the last ledger item of this source. */
export interface LedgerItem {
  kind: 'ledger'
  source: string
  duplicates: number
  late: number
  undecodable: number
  gaps: { start: number; stop: number }[]
  /** where the source is an APID of space packets */
  packets?: PacketCounts
}

const rows = z.number().int().nonnegative()
export const PacketCounts = z.strictObject({ apid: rows, received: rows, skipped: rows, filled: rows, repeated: rows, gaps: rows, wraps: rows, resynchronised: rows })
export const packetCountsExample: PacketCounts = { apid: 257, received: 16_700, skipped: 12, filled: 2, repeated: 3, gaps: 4, wraps: 1, resynchronised: 2 }

export const LedgerItem = z.strictObject({
  kind: z.literal('ledger'), source: z.string(), duplicates: rows, late: rows, undecodable: rows,
  gaps: z.array(z.strictObject({ start: z.number(), stop: z.number() }).refine((g) => g.stop > g.start, { message: 'a gap must have a length', path: ['stop'] })),
  packets: PacketCounts.optional(),
})
export const ledgerItemExample: LedgerItem = { kind: 'ledger', source: 'n0', duplicates: 2, late: 0, undecodable: 1, gaps: [{ start: 612526690, stop: 612526700 }] }

export type DataItem = EventBlock | RateBlock | PointingBlock | Housekeeping | GoodTime | ChannelBounds | CalibrationFile
export type Item = DataItem | Watermark | LedgerItem

/** An item of a stream. Arrays are checked for their type and length, ascending times and intervals too: for borders and tests, not for every block of a running stream. */
export const Item = z.discriminatedUnion('kind', [EventBlock, RateBlock, PointingBlock, Housekeeping, GoodTime, ChannelBounds, CalibrationFile, Watermark, LedgerItem])
export const itemExamples: Item[] = [eventBlockExample, rateBlockExample, pointingBlockExample, housekeepingExample, goodTimeExample, channelBoundsExample, calibrationFileExample, watermarkExample, ledgerItemExample]

/** Arrow type of each event column on the log and in the archive. */
export const EVENT_COLUMN_TYPES = {
  time: 'float64', channel: 'uint16', energy: 'float32', detector: 'uint8', x: 'int16', y: 'int16', ra: 'float32', dec: 'float32', flags: 'uint8',
} as const
