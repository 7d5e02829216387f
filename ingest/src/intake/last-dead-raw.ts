import { decodeFrame, TOPICS } from '@heavens/schemas'
import type { Log } from '@heavens/storage'
import type { DeadLetter } from '../dead-letters.js'

/** The last offset of `heavens.raw` of which a dead letter has been made, −1 where there is none. */
export async function lastDeadRaw(log: Log): Promise<number> {
  const { first, next } = await log.bounds(TOPICS.deadletter)
  for (let span = 64; ; span *= 16) {
    const from = Math.max(first, next - span)
    let found = -1
    for await (const batch of log.read(TOPICS.deadletter, 0, from, { follow: false })) {
      for (const record of batch.records) found = Math.max(found, decodeFrame<DeadLetter>(record.value).header.raw ?? -1)
    }
    if (found >= 0 || from === first) return found
  }
}
