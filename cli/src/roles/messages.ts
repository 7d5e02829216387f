import type { IngestAnswer } from '@heavens/schemas'

export interface Address {
  host: string
  port: number
}

/** What a role in a worker thread is started with. */
export interface RoleStart {
  role: 'ingest' | 'process'
  data: string
  /** process: minutes between two looks at what may leave the log; absent: nothing leaves it by itself */
  trimMinutes?: number
  ingest: {
    simulate: { scenario: string; seed: number; speed: number | undefined } | undefined
    replay: readonly string[]
    replaySpeed: number
    watch: string | undefined
    /** where senders may connect, and which instrument each APID of space packets means */
    http?: Address | undefined
    tcp?: Address | undefined
    apids?: readonly (readonly [number, string])[]
    /** bytes of a packet's secondary header */
    secondary?: number
  }
}

export type ToRole = { type: 'stop' } | { type: 'ingest'; id: number; files: readonly string[] }

export type FromRole =
  | { type: 'log'; sentence: string }
  | { type: 'ingested'; id: number; answer: IngestAnswer }
  | { type: 'ingest-failed'; id: number; sentence: string }
  | { type: 'stopped' }
  | { type: 'failed'; sentence: string }
