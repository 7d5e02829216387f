import { decodeItem, type Stores } from '@heavens/storage'
import { streamOfTopic, TOPICS, type Candidate } from '@heavens/schemas'

/** Candidates by id, as the topic's last records have them; each id stands there once. */
export async function candidates(stores: Stores): Promise<Map<string, Candidate>> {
  const all = (await stores.log.latest(TOPICS.candidates)).map(({ key, value }) => [key!, JSON.parse(new TextDecoder().decode(value)) as Candidate] as const)
  return new Map(all)
}

/** What has been published of each candidate, in order: its revisions must rise, and none may come with other contents than before. */
export async function contradictions(stores: Stores): Promise<string[]> {
  const { first } = await stores.log.bounds(TOPICS.candidates)
  const said = new Map<string, string>()
  const wrong: string[] = []
  for await (const batch of stores.log.read(TOPICS.candidates, 0, first, { follow: false })) {
    for (const { key, value } of batch.records) {
      const text = new TextDecoder().decode(value)
      const { revision } = JSON.parse(text) as Candidate
      const name = `${key} revision ${revision}`
      if (said.has(name) && said.get(name) !== text) wrong.push(name)
      said.set(name, text)
    }
  }
  return wrong
}

/** Whether every telemetry topic ends with a final watermark. */
export async function allPlayed(stores: Stores): Promise<boolean> {
  const topics = (await stores.log.topics()).filter((topic) => streamOfTopic(topic))
  for (const topic of topics) {
    const { next } = await stores.log.bounds(topic)
    let final = false
    for await (const batch of stores.log.read(topic, 0, Math.max(0, next - 1), { follow: false })) {
      for (const { value } of batch.records) {
        const item = decodeItem(value)
        final = item.kind === 'watermark' && item.final
      }
    }
    if (!final) return false
  }
  return topics.length > 0
}
