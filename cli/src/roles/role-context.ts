import type { Logger } from 'pino'
import type { Claims, Stores, StoreSettings } from '@heavens/storage'
import type { RoleSettings } from '../role-settings.js'
import type { Presence } from './presence.js'

/** What a role that runs as a process of its own is given. */
export interface RoleContext {
  stores: Stores
  claims: Claims
  presence: Presence
  settings: RoleSettings
  storeSettings: StoreSettings
  /** data folder, absolute */
  data: string
  /** aborted when the role is to end */
  signal: AbortSignal
  log: Logger
}
