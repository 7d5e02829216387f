/** How to prove who we are to the brokers. */
export interface KafkaCredentials {
  mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'
  username: string
  password: string
}

/** PEM texts. Without `ca` the authorities that Node knows are trusted; `cert` and `key` are ours, where brokers ask for them. */
export interface KafkaTls {
  ca?: string
  cert?: string
  key?: string
}

export interface KafkaRetention {
  /** a record of telemetry is held at least this long [s]; default 7 days. Infinity: for ever */
  telemetrySeconds?: number
  /** a partition of telemetry may grow to this many bytes; default without limit */
  telemetryBytes?: number
}

export interface KafkaLogOptions {
  /** host:port of one broker or more; the others are learnt from these */
  brokers: string[]
  clientId: string
  tls?: boolean | KafkaTls
  sasl?: KafkaCredentials
  /** put before each topic's name, so that installations can share brokers; default nothing */
  prefix?: string
  /** partitions of topics that have more than one */
  partitions?: Record<string, number>
  retention?: KafkaRetention
  /** copies of each new partition; default 3, or as many as there are brokers */
  replication?: number
  /** how batches are compressed on their way and on the broker's disk; default 'none' */
  compression?: 'none' | 'gzip'
  /** an append or a read that gets nowhere for this long ends with log-unreachable [s]; default 60 */
  patience?: number
  /** a read that stands still for this long while the topic grows gets a new connection [s]; default 10 */
  stallAfter?: number
  /** where to connect instead of the address that a broker advertises (a tunnel, a forwarded port) */
  route?: (host: string, port: number) => { host: string; port: number }
  /** told one sentence for each thing worth an operator's eye; never holds a secret */
  log(sentence: string): void
}

/** All records of one append travel in one request; the topics that we create take this many bytes. */
export const LARGEST_APPEND = 32 << 20
