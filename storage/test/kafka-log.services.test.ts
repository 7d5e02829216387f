import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe } from 'vitest'
import { logConformance } from '../src/conformance/log-conformance.js'
import { deleteKafkaTopics, openKafkaLog } from '../src/log/kafka/open-kafka-log.js'
import type { KafkaLogOptions } from '../src/log/kafka/kafka-log-options.js'
import { startBroker, whyNoBroker, type TestBroker } from './kafka-broker.js'

const missing = whyNoBroker(false)
if (missing) console.warn(`SKIPPED: the log on Kafka: ${missing}`)

describe.skipIf(missing !== undefined)('with a real broker', () => {
  let broker: TestBroker
  beforeAll(async () => {
    broker = await startBroker(9392)
  })
  afterAll(async () => {
    await broker?.stop()
  })

  // Each test has topics of its own, as each installation has on shared brokers.
  logConformance('the log on Kafka', async () => {
    const options: KafkaLogOptions = { brokers: broker.brokers, clientId: 'heavens-test', prefix: `test-${randomUUID()}.`, log: (sentence) => console.warn(sentence) }
    let log = await openKafkaLog(options)
    return {
      get log() {
        return log
      },
      async reopen() {
        await log.close()
        log = await openKafkaLog(options)
        return log
      },
      async destroy() {
        const topics = await log.topics()
        await log.close()
        await deleteKafkaTopics(options, topics)
      },
    }
  })
})
