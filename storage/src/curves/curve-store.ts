import type { CurveBins, CurveKey, StreamId } from '@heavens/schemas'

/** Sums over neighbouring bins: entry i covers indices [index[i] · factor, (index[i] + 1) · factor). */
export interface CurveOverview {
  index: Float64Array
  counts: Float64Array
  /** live seconds */
  exposure: Float64Array
}

/** What was put and waits on this machine's disk, as its server is away or refuses it. */
export interface CurveBacklog {
  bytes: number
  pieces: number
  /** since anything of it has arrived, or since it began to wait [ms] */
  stuck: number
  /** what the server, or the way to it, said last; undefined while it is being sent without trouble */
  reason: string | undefined
}

/** Light curves by key. A bin that is put again replaces the one before (all its fields). */
export interface CurveStore {
  /** Durable when it resolves. `bins` ascend by index. */
  put(entries: readonly { key: CurveKey; bins: CurveBins }[]): Promise<void>
  /** Bins with index in [from, to), ascending; empty arrays where there are none. */
  read(key: CurveKey, from: number, to: number): Promise<CurveBins>
  /** Sums of `factor` bins each over [from, to), widened to whole sums, made where the data are; sums of no bins are left out. */
  overview(key: CurveKey, from: number, to: number, factor: number): Promise<CurveOverview>
  keys(filter?: Partial<CurveKey>): Promise<CurveKey[]>
  /** First index and one past the last, undefined for an unknown key. */
  bounds(key: CurveKey): Promise<{ first: number; last: number } | undefined>
  /** What waits; undefined where nothing does. Stores that hold all on this machine have none. */
  backlog?(): CurveBacklog | undefined
  /** A stream is put by this process for as long as `holds()`: after that, nothing of it that waits is sent any more. */
  hold?(stream: StreamId, holds: () => boolean): void
  /** Nothing that waits of a stream is sent any more once it resolves: whoever goes on with it puts that again. */
  forget?(stream: StreamId): Promise<void>
  close(): Promise<void>
}
