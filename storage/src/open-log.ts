import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { openEnvironment } from './lmdb/environment.js'
import type { LogSettings } from './log-settings.js'
import { createEmbeddedLog } from './log/embedded-log.js'
import type { Log } from './log/log.js'

export interface OpenLogOptions {
  /** names this process to the brokers, e.g. 'heavens-ingest-1' */
  clientId: string
  /** data folder of the embedded log */
  folder: string
  /** told one sentence for each thing worth an operator's eye */
  log(sentence: string): void
}

/** The log that the settings name. Throws log-unreachable within 10 s when no broker answers, log-refused, store-full. */
export async function openLog(settings: LogSettings, options: OpenLogOptions): Promise<Log> {
  if (settings.kind === 'kafka') {
    const { kind: _, ...kafka } = settings
    if (kafka.sasl?.mechanism === 'plain' && !kafka.tls) options.log('The password for the brokers travels unencrypted: HEAVENS_KAFKA_SASL_MECHANISM is plain and HEAVENS_KAFKA_TLS is not set.')
    // Loaded where it is needed: most commands run on the embedded log.
    const { openKafkaLog } = await import('./log/kafka/open-kafka-log.js')
    return openKafkaLog({ ...kafka, clientId: options.clientId, log: options.log })
  }
  const folder = join(resolve(options.folder), 'log')
  await mkdir(folder, { recursive: true })
  const environment = openEnvironment(folder)
  const log = createEmbeddedLog(environment, Date.now)
  return {
    ...log,
    async close(): Promise<void> {
      await log.close()
      await environment.close()
    },
  }
}
