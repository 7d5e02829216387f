import { setTimeout as sleep } from 'node:timers/promises'
import type { Claims } from '@heavens/storage'

/** Wait between two looks whether a unit has become free [ms]. */
const LOOK = 300

/**
 * Run `action` while a unit of work is ours, waiting until it is. When the claim is lost on the way, `action` is told by its signal and
 * is run again when the unit is ours again. Ends without running it when `signal` aborts before.
 */
export async function underClaim<T>(claims: Claims, unit: string, signal: AbortSignal, action: (signal: AbortSignal) => Promise<T>): Promise<T | undefined> {
  while (!signal.aborted) {
    const claim = await claims.take(unit)
    if (!claim) {
      await sleep(LOOK, undefined, { signal }).catch(() => undefined)
      continue
    }
    try {
      return await action(AbortSignal.any([signal, claim.lost]))
    } catch (error) {
      if (signal.aborted || !claim.lost.aborted) throw error
    } finally {
      await claim.release()
    }
  }
  return undefined
}
