import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import kafkajs, { type Kafka, type logCreator } from 'kafkajs'
import type { KafkaLogOptions } from './kafka-log-options.js'

/** No answer to a request for this long, or for half of the patience: it is sent again [ms]. */
const REQUEST_TIMEOUT = 10_000
const CONNECTION_TIMEOUT = 3000
const KEEP_ALIVE = 30_000
/** The same words are not said again within this time [ms]. */
const QUIET = 30_000

const CUT = 'the connection was cut'
/** Words of kafkajs that belong to the ordinary course of things: it tries again by itself, or we asked for it. */
const ORDINARY = new RegExp(`coordinator is (loading|not available)|Limiting retries for the idempotent|There is no leader for this topic-partition|does not host this topic-partition|${CUT}`)

export interface KafkaClient {
  kafka: Kafka
  /** Cut all connections at once; whatever waits on them fails. */
  destroy(): void
}

/** Hands the client's errors on as sentences: message, error and broker only, so that no secret can slip through. */
export function createSpeaker(say: (sentence: string) => void): logCreator {
  const said = new Map<string, number>()
  return () => ({ log }) => {
    const error = typeof log.error === 'string' ? log.error : ''
    const broker = typeof log.broker === 'string' ? ` [${log.broker}]` : ''
    const sentence = `Kafka client: ${log.message}${error && !log.message.includes(error) ? `: ${error}` : ''}${broker}`
    if (ORDINARY.test(sentence)) return
    const now = performance.now()
    if (now - (said.get(sentence) ?? -Infinity) < QUIET) return
    if (said.size > 100) said.clear()
    said.set(sentence, now)
    say(sentence)
  }
}

export const requestTimeout = ({ patience = 60 }: KafkaLogOptions): number => Math.max(1000, Math.min(REQUEST_TIMEOUT, 500 * patience))

/** A kafkajs client whose connections can be cut: kafkajs itself waits for pending answers, which may never come. */
export function createKafkaClient(options: KafkaLogOptions, speaker: logCreator): KafkaClient {
  const { tls, sasl, route } = options
  const sockets = new Set<Socket>()
  let destroyed = false
  const kafka = new kafkajs.Kafka({
    clientId: options.clientId,
    brokers: options.brokers,
    ...(tls ? { ssl: tls === true ? {} : { ...tls } } : {}),
    ...(sasl ? { sasl: { mechanism: sasl.mechanism, username: sasl.username, password: sasl.password } as never } : {}),
    connectionTimeout: CONNECTION_TIMEOUT,
    authenticationTimeout: CONNECTION_TIMEOUT,
    requestTimeout: requestTimeout(options),
    retry: { initialRetryTime: 100, maxRetryTime: 500, retries: 5 },
    logLevel: kafkajs.logLevel.ERROR,
    logCreator: speaker,
    socketFactory: ({ host, port, ssl, onConnect }) => {
      if (destroyed) throw new Error(CUT)
      const to = route?.(host, port) ?? { host, port }
      const socket = ssl ? connectTls({ ...to, ...(isIP(host) ? {} : { servername: host }), ...ssl }, onConnect) : connectTcp(to, onConnect)
      socket.setKeepAlive(true, KEEP_ALIVE)
      socket.setNoDelay(true)
      sockets.add(socket)
      socket.once('close', () => sockets.delete(socket))
      return socket
    },
  })
  return {
    kafka,
    destroy(): void {
      destroyed = true
      // With an error: kafkajs listens for `error`, not for `close`, and then fails what waits for an answer.
      for (const socket of sockets) socket.destroy(new Error(CUT))
    },
  }
}
