import type { Item, StageLatency } from '@heavens/schemas'
import { createStageLatency, noteLatency, stageRecord, type StageLatencyState } from '@heavens/science/statistics'
import { unixFromTt } from '@heavens/science/time'
import type { LogRecord } from '@heavens/storage'

/** Data that are received later than this after they were observed are of the past: a replay, not a link that is slow [ms]. */
const LIVE = 86_400_000
/** Records that had lain on the log for this long when we began to read it had been processed before, or nobody processed [ms]. */
const BACKLOG = 60_000

/**
 * How long the blocks of a stream took to get here and through. It lies beside the processors' state, is no part of it, and no result
 * depends on it: wall clocks are read from the records' heads and here, never from items.
 */
export interface LatencyLedger {
  /** wall clock when this process began with the stream [ms] */
  began: number
  reception: StageLatencyState
  append: StageLatencyState
  processing: StageLatencyState
}

export function createLatencyLedger(began: number): LatencyLedger {
  return { began, reception: createStageLatency(), append: createStageLatency(), processing: createStageLatency() }
}

/** Count the block of one record, all of whose results were stored at `processed` [wall ms]. Items without rows are passed over. */
export function noteBlock(ledger: LatencyLedger, record: Pick<LogRecord, 'appended' | 'received'>, item: Item, processed: number): void {
  const observed = lastTime(item)
  if (observed === undefined) return
  // Read again after a restart, perhaps: what was measured the first time is not measured anew.
  if (record.appended < ledger.began - BACKLOG) {
    for (const stage of [ledger.reception, ledger.append, ledger.processing]) stage.past++
    return
  }
  if (record.received !== undefined) {
    const waited = record.received - unixFromTt(observed)
    if (waited > LIVE) ledger.reception.past++
    else noteLatency(ledger.reception, waited / 1000, processed)
    noteLatency(ledger.append, (record.appended - record.received) / 1000, processed)
  }
  noteLatency(ledger.processing, (processed - record.appended) / 1000, processed)
}

/** What is told of the stages that a stream has passed here. */
export function stagesOf(ledger: LatencyLedger, now: number): StageLatency[] {
  return (['reception', 'append', 'processing'] as const).flatMap((stage) => {
    const record = stageRecord(stage, ledger[stage], now)
    return record.past > 0 || record.counts.some((n) => n > 0) ? [record] : []
  })
}

/**
 * When the last row of a block could be known [TT s]: the end of what was counted; of attitude its beginning, as a row tells where the instrument looks
 * from then on, and may be sent before that time is over. Undefined of anything else.
 */
function lastTime(item: Item): number | undefined {
  if (item.kind === 'events') return item.columns.time.at(-1)
  if (item.kind === 'rates') return item.count > 0 ? item.time.at(-1)! + item.width : undefined
  return item.kind === 'pointing' && item.count > 0 ? item.time.at(-1) : undefined
}
