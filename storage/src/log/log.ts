/** What is appended. A null key never replaces anything. */
export interface LogInput {
  key: string | null
  value: Uint8Array
  /** when what the record tells of came in from outside: wall clock, ms since 1970. Kept beside the value, never in it: whoever reads the value alone reads the same bytes at every replay. */
  received?: number
}

export interface LogRecord extends LogInput {
  offset: number
  /** wall clock at append, ms since 1970 */
  appended: number
}

export interface LogBatch {
  topic: string
  partition: number
  records: LogRecord[]
  /** read on from here */
  next: number
  /** offset that the next appended record will get, as known when the batch was read */
  end: number
}

export interface ReadOptions {
  signal?: AbortSignal
  /** true (default): wait for more at the end; false: stop at the end as it is when first reached */
  follow?: boolean
  /** at most this many bytes of values a batch (one record at least); default 4 MiB */
  maxBytes?: number
}

/**
 * The log: topics of records in one order per partition. Records are immutable. In a compacted topic only the last record of
 * each key is kept, so offsets may have holes; a record with an empty value deletes its key.
 */
export interface Log {
  /**
   * Durable when it resolves; all records or none. Answers the offsets given. Appends to one partition land in the order of the calls.
   * Throws store-full, too-large, topic-unfit, log-refused, and log-unreachable: then the records may be there or come later (a
   * broker whose answer is lost), so whoever repeats them marks them (source and sequence, deterministic keys).
   */
  append(topic: string, records: readonly LogInput[], partition?: number): Promise<{ first: number; last: number }>
  /** Pull: the next batch is fetched when asked for. Ends when `signal` aborts (without an error). Throws log-offset when `from` is no longer held, log-cut when the topic ends before it. */
  read(topic: string, partition: number, from: number, options?: ReadOptions): AsyncIterable<LogBatch>
  /** The last record of each key of a compacted topic, in order of offset. */
  latest(topic: string): Promise<LogRecord[]>
  /** First held offset and the next to be given; { first: 0, next: 0 } for a topic that does not exist. */
  bounds(topic: string, partition?: number): Promise<{ first: number; next: number }>
  topics(): Promise<string[]>
  /** Forget everything before this offset; not for compacted topics, whose keys are deleted instead. */
  trim(topic: string, before: number, partition?: number): Promise<void>
  close(): Promise<void>
}
