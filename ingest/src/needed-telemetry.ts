import { telemetryTopic, TOPICS, type StreamId } from '@heavens/schemas'
import { readLogged, type Log } from '@heavens/storage'
import { SIMULATED_RUN } from './adapters/simulated-mission.js'
import { isPublishedKey, readCheckpoint } from './intake/checkpoint.js'
import { knownSources, RECENT } from './sources-ledger.js'

/** Records of a topic from `offset` on are still needed, by whom and for what. */
export interface Need {
  offset: number
  reason: string
}

/** First byte of a record that is no block of rows: only these are decoded. */
const JSON_OBJECT = 0x7b

/**
 * What ingest will read again of a stream's telemetry when it goes on: the last watermark, all since a source began that was interrupted, all since the
 * last checkpoint of `heavens.raw`, and for the simulated mission the last numbers of its sources.
 */
export async function neededTelemetry(log: Log, stream: StreamId): Promise<Need[]> {
  const topic = telemetryTopic(stream)
  const { first, next } = await log.bounds(topic)
  const needs: Need[] = []
  const { watermark, raw } = await marks(log, topic, first)
  needs.push({ offset: watermark ?? first, reason: watermark === undefined ? 'it has no watermark yet' : 'the last watermark' })
  for (const source of await knownSources(log)) if (source.topic === topic && !source.complete) needs.push({ offset: source.from, reason: `${source.name} has not come in wholly` })
  if (raw !== undefined) {
    const saved = (await readCheckpoint(log))?.streams.find((one) => telemetryTopic(one.stream) === topic)
    needs.push({ offset: saved?.telemetry ?? raw, reason: saved ? `the last checkpoint of ${TOPICS.raw}` : `there is no checkpoint of ${TOPICS.raw} yet` })
  }
  if (stream.run === SIMULATED_RUN) needs.push({ offset: next - RECENT, reason: 'the simulated mission counts on from its last blocks' })
  return needs
}

/** The last watermark, and the first record that came of `heavens.raw`. */
async function marks(log: Log, topic: string, first: number): Promise<{ watermark: number | undefined; raw: number | undefined }> {
  let watermark: number | undefined
  let raw: number | undefined
  for await (const { records } of log.read(topic, 0, first, { follow: false })) {
    for (const { key, value, offset } of records) {
      if (raw === undefined && isPublishedKey(key)) raw = offset
      if (value[0] === JSON_OBJECT && readLogged(value).kind === 'watermark') watermark = offset
    }
  }
  return { watermark, raw }
}
