import { randomUUID } from 'node:crypto'

/** A compacted topic of Kafka takes no record without a key: such a record gets a key of its own, which nothing replaces. */
const KEYLESS = '\u0000keyless '

/** The key that a record has on Kafka. */
export const kafkaKey = (key: string | null, compacted: boolean): string | null => (key === null && compacted ? KEYLESS + randomUUID() : key)

/** The key that a record on Kafka was appended with. */
export const keyOf = (key: string | null): string | null => (key?.startsWith(KEYLESS) ? null : key)

/** Header of a record that says when what it tells of was received: ms since 1970, as decimal text. */
export const RECEIVED = 'received'
