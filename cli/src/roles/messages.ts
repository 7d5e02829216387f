import type { IngestAnswer } from '@heavens/schemas'

/** What a role in a worker thread is started with. */
export interface RoleStart {
  role: 'ingest' | 'process'
  data: string
  ingest: {
    simulate: { scenario: string; seed: number; speed: number | undefined } | undefined
    replay: readonly string[]
    replaySpeed: number
    watch: string | undefined
  }
}

export type ToRole = { type: 'stop' } | { type: 'ingest'; id: number; files: readonly string[] }

export type FromRole =
  | { type: 'log'; sentence: string }
  | { type: 'ingested'; id: number; answer: IngestAnswer }
  | { type: 'ingest-failed'; id: number; sentence: string }
  | { type: 'stopped' }
  | { type: 'failed'; sentence: string }
