import { setTimeout as sleep } from 'node:timers/promises'
import { HeavensError } from '@heavens/schemas'
import { createIngestRole } from './ingest-role.js'
import type { RoleStart } from './messages.js'
import { PASSING } from './passing.js'
import type { RoleContext } from './role-context.js'

/** Telemetry from outside onto the log. What one process brings in no other does at the same time: a second one stands by. */
export async function serveIngest(context: RoleContext, start: RoleStart['ingest']): Promise<void> {
  const { stores, claims, presence, signal, log } = context
  presence.say({ state: 'running', simulated: start.simulate !== undefined })
  while (!signal.aborted) {
    const turn = new AbortController()
    const role = createIngestRole({
      stores, claims, start, signal: AbortSignal.any([signal, turn.signal]),
      log(sentence) {
        log.info(sentence)
        presence.say({ progress: new Date().toISOString(), detail: sentence })
      },
    })
    try {
      return await role.run()
    } catch (error) {
      if (signal.aborted) return
      if (!(error instanceof HeavensError && PASSING.has(error.code))) throw error
      // What goes on beside the task that failed must not meet its successor.
      turn.abort()
      log.warn({ code: error.code }, `${error.message} Ingest goes on where it was when it is back.`)
      presence.say({ state: 'waiting', reason: error.message })
      await sleep(1000, undefined, { signal }).catch(() => undefined)
      presence.say({ state: 'running', reason: undefined })
    }
  }
}
