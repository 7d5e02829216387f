import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe } from 'vitest'
import { createEmbeddedArchive } from '../src/archive/embedded-archive.js'
import { archiveConformance, type ArchiveSubject } from '../src/conformance/archive-conformance.js'
import { deleteKafkaTopics, openKafkaLog } from '../src/log/kafka/open-kafka-log.js'
import type { KafkaLogOptions } from '../src/log/kafka/kafka-log-options.js'
import { startBroker, whyNoBroker, type TestBroker } from './kafka-broker.js'

const missing = whyNoBroker(false)
if (missing) console.warn(`SKIPPED: the archive over the log on Kafka: ${missing}`)

describe.skipIf(missing !== undefined)('with a real broker', () => {
  let broker: TestBroker
  beforeAll(async () => {
    broker = await startBroker(9392)
  })
  afterAll(async () => {
    await broker?.stop()
  })

  archiveConformance('the archive in files, its tail on Kafka,', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'heavens-archive-'))
    const options: KafkaLogOptions = { brokers: broker.brokers, clientId: 'heavens-test', prefix: `test-${randomUUID()}.`, log: (sentence) => console.warn(sentence) }
    const open = async (): Promise<ArchiveSubject> => {
      const log = await openKafkaLog(options)
      const archive = createEmbeddedArchive(folder, log, { sliceBytes: 20_000 })
      return {
        log, archive,
        async reopen() {
          await archive.close()
          await log.close()
          return open()
        },
        async destroy() {
          await archive.close()
          const topics = await log.topics()
          await log.close()
          await deleteKafkaTopics(options, topics)
          await rm(folder, { recursive: true, force: true })
        },
      }
    }
    return open()
  })
})
