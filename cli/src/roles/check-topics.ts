import { TOPICS } from '@heavens/schemas'
import type { Log } from '@heavens/storage'

/** Look at every topic that all roles use, so that one with unfit settings is named at the start. Throws topic-unfit, log-unreachable. */
export async function checkTopics(log: Log): Promise<void> {
  for (const topic of Object.values(TOPICS)) {
    const { next } = await log.bounds(topic)
    // Nothing is read: beginning at the end is enough to have the topic's settings compared.
    for await (const _ of log.read(topic, 0, next, { follow: false })) break
  }
}
