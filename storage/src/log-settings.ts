import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { HeavensError } from '@heavens/schemas'
import type { KafkaCredentials, KafkaLogOptions, KafkaTls } from './log/kafka/kafka-log-options.js'

/** Where the log is, as the environment says. */
export type LogSettings = { kind: 'embedded' } | ({ kind: 'kafka' } & Omit<KafkaLogOptions, 'clientId' | 'log' | 'route'>)

const BROKER = /^(\[[0-9a-fA-F:.]+\]|[^\s:,/]+):([0-9]{1,5})$/
const number = (low: number, high: number) => z.string().regex(/^[0-9.]+$/, 'it is not a number').transform(Number).pipe(z.number().min(low, `it must be ${low} at least`).max(high, `it must be ${high} at most`))
const text = z.string().min(1)

/** The variables of the log; a variable that is set to nothing counts as not set. */
export const LOG_VARIABLES = z.object({
  HEAVENS_LOG: z.enum(['embedded', 'kafka'], 'it must be embedded or kafka').default('embedded'),
  HEAVENS_KAFKA_BROKERS: z.string().transform((list) => list.split(',').map((one) => one.trim()).filter((one) => one !== ''))
    .pipe(z.array(z.string().refine((one) => { const port = Number(BROKER.exec(one)?.[2]); return port > 0 && port < 65_536 }, 'each broker is written host:port, several with commas between')).min(1, 'it names no broker')).optional(),
  HEAVENS_KAFKA_PREFIX: z.string().regex(/^[A-Za-z0-9._-]{1,100}$/, 'letters, digits, dot, hyphen and underline only').optional(),
  HEAVENS_KAFKA_SASL_MECHANISM: z.enum(['plain', 'scram-sha-256', 'scram-sha-512'], 'it must be plain, scram-sha-256 or scram-sha-512').optional(),
  HEAVENS_KAFKA_SASL_USERNAME: text.optional(),
  HEAVENS_KAFKA_SASL_PASSWORD: text.optional(),
  HEAVENS_KAFKA_TLS: z.enum(['true', 'false'], 'it must be true or false').optional(),
  HEAVENS_KAFKA_TLS_CA: text.optional(),
  HEAVENS_KAFKA_TLS_CERT: text.optional(),
  HEAVENS_KAFKA_TLS_KEY: text.optional(),
  HEAVENS_KAFKA_COMPRESSION: z.enum(['none', 'gzip'], 'it must be none or gzip').optional(),
  HEAVENS_KAFKA_REPLICATION: number(1, 9).optional(),
  HEAVENS_KAFKA_RETENTION_DAYS: z.union([z.literal('none').transform(() => Infinity), number(0.01, 36_500)]).optional(),
})

type Variables = z.output<typeof LOG_VARIABLES>

const bad = (name: string, reason: string): HeavensError => new HeavensError('bad-setting', { name, reason })

function pem(name: 'HEAVENS_KAFKA_TLS_CA' | 'HEAVENS_KAFKA_TLS_CERT' | 'HEAVENS_KAFKA_TLS_KEY', path: string): string {
  try {
    const read = readFileSync(path, 'utf8')
    if (!read.includes('-----BEGIN')) throw bad(name, `${path} is not a PEM file`)
    return read
  } catch (error) {
    throw error instanceof HeavensError ? error : bad(name, `${path} cannot be read (${error instanceof Error && 'code' in error ? error.code : error})`)
  }
}

function tlsOf(set: Variables): boolean | KafkaTls | undefined {
  const { HEAVENS_KAFKA_TLS: on, HEAVENS_KAFKA_TLS_CA: ca, HEAVENS_KAFKA_TLS_CERT: cert, HEAVENS_KAFKA_TLS_KEY: key } = set
  if (!ca && !cert && !key) return on === 'true' ? true : undefined
  if (on === 'false') throw bad('HEAVENS_KAFKA_TLS', 'it is false, but certificates are given')
  if (!cert !== !key) throw bad(cert ? 'HEAVENS_KAFKA_TLS_KEY' : 'HEAVENS_KAFKA_TLS_CERT', 'a certificate and its key go together')
  return {
    ...(ca ? { ca: pem('HEAVENS_KAFKA_TLS_CA', ca) } : {}),
    ...(cert && key ? { cert: pem('HEAVENS_KAFKA_TLS_CERT', cert), key: pem('HEAVENS_KAFKA_TLS_KEY', key) } : {}),
  }
}

function saslOf(set: Variables): KafkaCredentials | undefined {
  const { HEAVENS_KAFKA_SASL_MECHANISM: mechanism, HEAVENS_KAFKA_SASL_USERNAME: username, HEAVENS_KAFKA_SASL_PASSWORD: password } = set
  if (mechanism && username && password) return { mechanism, username, password }
  const parts = { HEAVENS_KAFKA_SASL_MECHANISM: mechanism, HEAVENS_KAFKA_SASL_USERNAME: username, HEAVENS_KAFKA_SASL_PASSWORD: password }
  const lacking = Object.entries(parts).find(([, value]) => value === undefined)
  if (lacking && Object.values(parts).some((value) => value !== undefined)) throw bad(lacking[0], 'mechanism, username and password go together, and it is not set')
  return undefined
}

/** Read HEAVENS_LOG and HEAVENS_KAFKA_*. Throws bad-setting with the name of the variable that is wrong; never repeats a secret. */
export function readLogSettings(environment: Readonly<Record<string, string | undefined>>): LogSettings {
  const given = Object.fromEntries(Object.keys(LOG_VARIABLES.shape).flatMap((name) => (environment[name] ? [[name, environment[name]]] : [])))
  const parsed = LOG_VARIABLES.safeParse(given)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!
    throw bad(String(issue.path[0]), issue.message)
  }
  const set = parsed.data
  if (set.HEAVENS_LOG === 'embedded') return { kind: 'embedded' }
  if (!set.HEAVENS_KAFKA_BROKERS) throw bad('HEAVENS_KAFKA_BROKERS', 'HEAVENS_LOG is kafka, so it must name a broker (host:port)')
  const tls = tlsOf(set)
  const sasl = saslOf(set)
  return {
    kind: 'kafka',
    brokers: set.HEAVENS_KAFKA_BROKERS,
    ...(tls === undefined ? {} : { tls }),
    ...(sasl === undefined ? {} : { sasl }),
    ...(set.HEAVENS_KAFKA_PREFIX ? { prefix: set.HEAVENS_KAFKA_PREFIX } : {}),
    ...(set.HEAVENS_KAFKA_COMPRESSION ? { compression: set.HEAVENS_KAFKA_COMPRESSION } : {}),
    ...(set.HEAVENS_KAFKA_REPLICATION ? { replication: set.HEAVENS_KAFKA_REPLICATION } : {}),
    ...(set.HEAVENS_KAFKA_RETENTION_DAYS ? { retention: { telemetrySeconds: set.HEAVENS_KAFKA_RETENTION_DAYS * 86_400 } } : {}),
  }
}
