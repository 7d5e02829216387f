import { HeavensError } from '@heavens/schemas'
import type { KafkaLogOptions } from './kafka-log-options.js'

/** What kafkajs throws, as far as it matters here: errors wrap each other, `type` is the protocol's name for it. */
interface ClientError {
  name?: string
  type?: string
  code?: string | number
  message?: string
  cause?: unknown
  originalError?: unknown
}

const REFUSED = new Set(['SASL_AUTHENTICATION_FAILED', 'ILLEGAL_SASL_STATE', 'UNSUPPORTED_SASL_MECHANISM', 'TOPIC_AUTHORIZATION_FAILED', 'CLUSTER_AUTHORIZATION_FAILED', 'GROUP_AUTHORIZATION_FAILED', 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED'])
const CERTIFICATE = /certificate|self.signed|altname|wrong version number|unknown ca/i
const TOO_LARGE = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE'])
/** The broker no longer knows this producer's last batch: a new producer must be made; the batch itself was not written. */
const PRODUCER_LOST = new Set(['OUT_OF_ORDER_SEQUENCE_NUMBER', 'UNKNOWN_PRODUCER_ID', 'INVALID_PRODUCER_EPOCH', 'INVALID_PRODUCER_ID_MAPPING'])

/** An error and those that it wraps, outermost first. */
function chain(error: unknown): ClientError[] {
  const found: ClientError[] = []
  const queue = [error]
  while (queue.length > 0 && found.length < 8) {
    const next = queue.shift()
    if (typeof next !== 'object' || next === null || found.includes(next)) continue
    const one: ClientError = next
    found.push(one)
    queue.push(one.originalError, one.cause)
  }
  return found
}

const hasType = (error: unknown, types: ReadonlySet<string>): boolean => chain(error).some(({ type }) => type !== undefined && types.has(type))

const reasonOf = (error: unknown): string => chain(error).map(({ message }) => message ?? '').filter((text) => text !== '').at(-1) ?? String(error)

export const isTopicAbsent = (error: unknown): boolean => hasType(error, new Set(['UNKNOWN_TOPIC_OR_PARTITION']))
export const isTopicThere = (error: unknown): boolean => hasType(error, new Set(['TOPIC_ALREADY_EXISTS'])) || chain(error).some((e) => 'errors' in e && Array.isArray(e.errors) && e.errors.some(isTopicThere))
export const isTooLarge = (error: unknown): boolean => hasType(error, TOO_LARGE)
export const isProducerLost = (error: unknown): boolean => hasType(error, PRODUCER_LOST)

/** Wrong credentials, missing rights, a certificate that cannot be trusted: trying again does not help. */
export function isRefused(error: unknown): boolean {
  if (error instanceof HeavensError) return error.code === 'log-refused'
  return hasType(error, REFUSED) || chain(error).some(({ name, message = '' }) => name === 'KafkaJSSASLAuthenticationError' || (name === 'KafkaJSConnectionError' && CERTIFICATE.test(message)))
}

/** What the failure of the client means to the caller. `what`: what was attempted, e.g. 'an append to heavens.jobs'. */
export function asLogError(what: string, error: unknown): HeavensError {
  if (error instanceof HeavensError) return error
  const reason = `${what}: ${reasonOf(error).replace(/\.$/, '')}`
  return new HeavensError(isRefused(error) ? 'log-refused' : 'log-unreachable', { reason }, { cause: error })
}

/** Why no use could be made of the brokers, with what is most often amiss when something listens there but does not answer as it should. */
export function openingError({ brokers, tls, sasl }: KafkaLogOptions, error: unknown): HeavensError {
  const reason = error instanceof HeavensError ? String(error.fields['reason']) : reasonOf(error).replace(/\.$/, '')
  const nobody = /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ECONNRESET.*before/.test(reason)
  const wants = [...(sasl ? [] : ['a password (HEAVENS_KAFKA_SASL_*)']), tls ? 'no TLS (HEAVENS_KAFKA_TLS)' : 'TLS (HEAVENS_KAFKA_TLS)']
  const refused = isRefused(error)
  const hint = nobody || refused ? '' : `; something listens there: perhaps it wants ${wants.join(' or ')}, or is no Kafka broker`
  return new HeavensError(refused ? 'log-refused' : 'log-unreachable', { reason: `${brokers.join(', ')}: ${reason}${hint}` }, { cause: error })
}
