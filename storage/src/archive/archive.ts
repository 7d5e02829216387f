import type { DataItem, Item, StreamId } from '@heavens/schemas'
import type { SkyRegion } from './sky-cells.js'

/** What is known of one run of an instrument without reading its events. */
export interface StreamCoverage {
  stream: StreamId
  /** TT s; NaN when nothing with a time has come */
  start: number
  stop: number
  events: number
  /** offsets of the log that are archived: [0, archived) */
  archived: number
}

export interface BlocksOptions {
  signal?: AbortSignal
  /** only events of these groups (indices); preambles (bounds, good time, calibration) of all groups are given anyway */
  groups?: readonly number[]
  /** only what has this offset on the log or a later one, preambles too: what has come since; default 0 */
  from?: number
  /**
   * of events with directions only those within this disc; blocks come also when nothing of them is left, as their time was observed. A slice with
   * an index is read only where it may have such events
   */
  region?: SkyRegion
  /** only items of these kinds; of a slice with an index no others are read */
  kinds?: readonly DataItem['kind'][]
}

/** What reading all slices of a stream again has found. */
export interface ArchiveReport {
  stream: StreamId
  slices: number
  /** of all slice files */
  bytes: number
  /** offsets [from, verified) are archived without a gap, and read back as they were written; `from` where nothing is */
  verified: number
  /** names of slices that are gone or have other bytes, with the reason */
  damaged: { file: string; reason: string }[]
}

/** An item with the offset it had on the log. */
export interface ArchivedItem {
  offset: number
  item: DataItem
  /** what a block of events had of the groups asked for before `region` cut it; absent without a cut. `detectors`: undefined without such a column */
  before?: { detectors: readonly number[] | undefined }
}

/**
 * All items of every run, for ever: what is archived in files and then the tail of the log, without a gap or an overlap.
 * Watermarks and ledgers are not archived.
 */
export interface EventArchive {
  /** Take over items of a stream; offsets must follow on the last call's. Written in whole slices; `flush` writes what is left. */
  store(stream: StreamId, items: readonly { offset: number; item: Item }[]): Promise<void>
  flush(): Promise<void>
  /** Let go of a stream without writing what waits: another process writes it from now on, and takes that from the log. */
  forget(stream: StreamId): Promise<void>
  /**
   * Items that overlap [start, stop) (blocks are given whole: cut them by their times), channel bounds, good time and
   * calibration in force then included and first. In order of the log. Until the log's end as it is when the call is made.
   */
  blocks(stream: StreamId, start: number, stop: number, options?: BlocksOptions): AsyncIterable<ArchivedItem>
  /** Every run of every instrument that has any item, archived or still on the log. */
  coverage(): Promise<StreamCoverage[]>
  /**
   * Read every slice of a stream again, or those that reach behind the offset `from`, and compare it with what was written; waiting items are not looked at.
   */
  verify(stream: StreamId, from?: number): Promise<ArchiveReport>
  close(): Promise<void>
}
