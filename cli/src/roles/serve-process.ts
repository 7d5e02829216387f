import { setTimeout as sleep } from 'node:timers/promises'
import { HeavensError, streamOfTopic, telemetryTopic, type StreamId, type StreamProgress } from '@heavens/schemas'
import { INSTRUMENTS } from '@heavens/instruments'
import { processAll } from '@heavens/stream-processors'
import { trimRegularly } from '../trim-regularly.js'
import { PASSING } from './passing.js'
import type { RoleContext } from './role-context.js'

/** The processors: streams are shared with every other process of this role, by claims. */
export async function serveProcess(context: RoleContext): Promise<void> {
  const { stores, claims, presence, signal, log } = context
  const streams = new Map<string, StreamProgress>()
  const say = (): void => presence.say({
    state: 'running', lag: [...streams.values()].reduce((sum, { offset, end }) => sum + Math.max(0, end - offset), 0), progress: new Date().toISOString(), streams: [...streams.values()],
  })
  const minutes = context.settings.HEAVENS_TRIM_MINUTES
  while (!signal.aborted) {
    const turn = new AbortController()
    const either = AbortSignal.any([signal, turn.signal])
    try {
      presence.say({ state: 'running', reason: undefined })
      const processing = processAll({
        stores, instruments: INSTRUMENTS, signal: either, clock: () => Date.now(), log: (sentence) => log.info(sentence),
        share: { claims, portion: (n) => Math.ceil(n / presence.alive('process')) },
        onBatch(stream, offset, end) {
          const topic = telemetryTopic(stream)
          if (end < 0) streams.delete(topic)
          else streams.set(topic, { topic, offset, end })
          say()
        },
      })
      // Only streams that are claimed here: each is looked at by one process.
      const own = async (): Promise<StreamId[]> => [...streams.keys()].flatMap((topic) => streamOfTopic(topic) ?? [])
      const trimming = minutes === undefined ? undefined : trimRegularly({ stores, minutes, streams: own, signal: either, log: (sentence) => log.info(sentence) })
      await Promise.all([processing, trimming])
    } catch (error) {
      turn.abort()
      if (signal.aborted) return
      if (!(error instanceof HeavensError && PASSING.has(error.code))) throw error
      log.warn({ code: error.code }, `${error.message} Processing goes on from the last snapshot when it is back.`)
      presence.say({ state: 'waiting', reason: error.message })
      await sleep(1000, undefined, { signal }).catch(() => undefined)
    }
  }
}
