import { setTimeout as sleep } from 'node:timers/promises'
import { HeavensError, telemetryTopic, type StreamProgress } from '@heavens/schemas'
import { INSTRUMENTS } from '@heavens/instruments'
import { processAll } from '@heavens/stream-processors'
import type { RoleContext } from './role-context.js'

/** Errors of servers that come back by themselves: the role waits for them. */
export const PASSING = new Set(['log-unreachable', 'curves-unreachable', 'archive-unreachable'])

/** The processors: streams are shared with every other process of this role, by claims. */
export async function serveProcess(context: RoleContext): Promise<void> {
  const { stores, claims, presence, signal, log } = context
  const streams = new Map<string, StreamProgress>()
  const say = (): void => presence.say({
    state: 'running', lag: [...streams.values()].reduce((sum, { offset, end }) => sum + Math.max(0, end - offset), 0), progress: new Date().toISOString(), streams: [...streams.values()],
  })
  while (!signal.aborted) {
    try {
      presence.say({ state: 'running', reason: undefined })
      await processAll({
        stores, instruments: INSTRUMENTS, signal, clock: () => Date.now(), log: (sentence) => log.info(sentence),
        share: { claims, portion: (n) => Math.ceil(n / presence.alive('process')) },
        onBatch(stream, offset, end) {
          const topic = telemetryTopic(stream)
          if (end < 0) streams.delete(topic)
          else streams.set(topic, { topic, offset, end })
          say()
        },
      })
    } catch (error) {
      if (signal.aborted) return
      if (!(error instanceof HeavensError && PASSING.has(error.code))) throw error
      log.warn({ code: error.code }, `${error.message} Processing goes on from the last snapshot when it is back.`)
      presence.say({ state: 'waiting', reason: error.message })
      await sleep(1000, undefined, { signal }).catch(() => undefined)
    }
  }
}
