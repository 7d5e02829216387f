import type { IngestAnswer, Status } from '@heavens/schemas'
import type { Instrument } from '@heavens/instruments'
import type { Stores } from '@heavens/storage'
import type { JobService, NameResolver } from '@heavens/analysis'

/** What the api needs from the composition root. */
export interface ApiOptions {
  stores: Stores
  jobs: JobService
  instruments: readonly Instrument[]
  /** Hand uploaded files (on disk, in a folder that the api removes afterwards) to ingest. */
  ingest(files: readonly { name: string; path: string }[]): Promise<IngestAnswer>
  status(): Pick<Status, 'name' | 'version' | 'simulated' | 'started' | 'mode' | 'speed' | 'roles'>
  /** Folder of the built dashboard. */
  dashboard: string
  host: string
  port: number
  /** Needed from every client when set; without it only loopback may be listened on. */
  token?: string
  /** asked for names that the catalogue lacks; absent: nobody, and nothing leaves this machine */
  names?: NameResolver
  /** longest wait of `/sync` [s]; default 120 */
  syncSeconds?: number
  /** seconds after their end at which analyses are forgotten with their files; absent: kept until they are deleted */
  keepJobsFor?: number
  /** bytes */
  maxUpload: number
  log: { level: string }
}
