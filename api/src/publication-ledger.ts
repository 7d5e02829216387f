import type { StageLatency, StreamHealth, StreamId } from '@heavens/schemas'
import { createStageLatency, noteLatency, stageRecord, type StageLatencyState } from '@heavens/science/statistics'

/** The last stage of the latency ledger: from the record of a result on the log to the socket of a client, one message at a time. This server's own, since it started. */
export interface PublicationLedger {
  /** A message was put on a socket. @param since wall clock at which the log took the oldest record that it tells of [ms] */
  note(stream: StreamId, since: number): void
  /** The health of a stream with this server's part of the ledger. */
  complete(health: StreamHealth): StreamHealth
}

export function createPublicationLedger(clock: () => number): PublicationLedger {
  const streams = new Map<string, StageLatencyState>()
  const keyOf = ({ instrument, run }: StreamId): string => `${instrument}/${run}`
  return {
    note(stream, since) {
      const key = keyOf(stream)
      const state = streams.get(key) ?? createStageLatency()
      streams.set(key, state)
      const now = clock()
      noteLatency(state, (now - since) / 1000, now)
    },
    complete(health) {
      const state = streams.get(keyOf(health))
      const own: StageLatency[] = state ? [stageRecord('publication', state, clock())] : []
      return { ...health, stages: [...health.stages, ...own] }
    },
  }
}
