import type { CurveBins, CurveKey } from '@heavens/schemas'

/** Light curves by key. A bin that is put again replaces the one before (all its fields). */
export interface CurveStore {
  /** Durable when it resolves. `bins` ascend by index. */
  put(entries: readonly { key: CurveKey; bins: CurveBins }[]): Promise<void>
  /** Bins with index in [from, to), ascending; empty arrays where there are none. */
  read(key: CurveKey, from: number, to: number): Promise<CurveBins>
  keys(filter?: Partial<CurveKey>): Promise<CurveKey[]>
  /** First index and one past the last, undefined for an unknown key. */
  bounds(key: CurveKey): Promise<{ first: number; last: number } | undefined>
  close(): Promise<void>
}
