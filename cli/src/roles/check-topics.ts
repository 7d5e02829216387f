import { TOPICS } from '@heavens/schemas'
import type { Log } from '@heavens/storage'

/** Topics that are looked at at the same time: each needs some answers of the broker, one after the other. */
const TOGETHER = 4

/** Look at every topic that all roles use, so that one with unfit settings is named at the start. Throws topic-unfit, log-unreachable. */
export async function checkTopics(log: Log): Promise<void> {
  const topics = Object.values(TOPICS)
  const check = async (): Promise<void> => {
    for (let topic = topics.pop(); topic !== undefined; topic = topics.pop()) {
      const { next } = await log.bounds(topic)
      // Nothing is read: beginning at the end is enough to have the topic's settings compared.
      for await (const _ of log.read(topic, 0, next, { follow: false })) break
    }
  }
  await Promise.all(Array.from({ length: TOGETHER }, check))
}
