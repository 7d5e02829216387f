import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pino } from 'pino'
import { HeavensError, type RolePresence, type WaitingCurves } from '@heavens/schemas'
import { openClaims, openStores, readStoreSettings, type Stores } from '@heavens/storage'
import { refuseClaimed } from '../data-folder.js'
import { EXIT } from '../exit.js'
import { readRoleSettings } from '../role-settings.js'
import { checkTopics } from '../roles/check-topics.js'
import { serveHealth, type RoleMetric } from '../roles/health-server.js'
import { ingestStart, type IngestOptions } from '../roles/ingest-start.js'
import { announce } from '../roles/presence.js'
import type { RoleContext } from '../roles/role-context.js'
import { VERSION } from '../version.js'

export interface RoleOptions extends IngestOptions {
  data?: string
}

/** From the signal to the end by force [ms]. */
const DRAIN = 10_000
/** Wait before it is tried again whether there is room, and how long a try must go on for there to be some [ms]. */
const NO_ROOM = 2000
const QUIET = 10_000

/** `heavens ingest|process|work|api`: one role as a process of its own, on the stores that the environment names, until it is told to end. */
export async function role(name: RolePresence['role'], options: RoleOptions): Promise<number> {
  const settings = readRoleSettings(process.env)
  const storeSettings = readStoreSettings(process.env)
  const start = ingestStart(options, true)
  const data = path.resolve(options.data ?? settings.HEAVENS_DATA_DIR)
  const id = settings.HEAVENS_ROLE_ID
  const log = pino({ level: settings.HEAVENS_LOG_LEVEL, base: { role: name, id } }, pino.destination({ fd: 2, sync: true }))
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      log.info(`${signal}: ending`)
      stop.abort()
      setTimeout(() => {
        log.error(`it has not ended within ${DRAIN / 1000} s; what was acknowledged is safe`)
        process.exit(EXIT.failed)
      }, DRAIN).unref()
    })
  }
  await refuseClaimed(data)
  const failed = (error: unknown): void => log.error({ err: error }, error instanceof Error ? error.message : String(error))
  const instance = `${name}-${id}-${randomBytes(4).toString('hex')}`
  const self: RolePresence = {
    role: name, id, instance, version: VERSION, host: hostname(), pid: process.pid, started: new Date().toISOString(), state: 'starting', lag: 0, progress: null, streams: [],
  }
  let moved = performance.now()
  /** why there is no room, until something has been done again */
  let full: string | undefined
  let open: Stores | undefined
  const health = settings.HEAVENS_HEALTH_PORT === undefined ? undefined : await serveHealth({
    host: settings.HEAVENS_HEALTH_HOST, port: settings.HEAVENS_HEALTH_PORT, stalled: settings.HEAVENS_STALLED_SECONDS * 1000, idle: () => performance.now() - moved, metrics: () => (open ? countersOf(open) : []),
    presence: () => ({ ...self, ...(full === undefined ? {} : { state: 'waiting', reason: full }), curves: waitingCurves(open) }),
  })
  const serveRole = await SERVE[name]()
  /** The role on stores of its own, until it is told to end. */
  async function serve(): Promise<void> {
    const stores = (open = await openStores(storeSettings, { clientId: `heavens-${name}-${id}`, folder: data, leftovers: 'drop', log: (sentence) => log.warn(sentence) }))
    try {
      await checkTopics(stores.log)
      const presence = await announce({ log: stores.log, self, failed, fresh: () => ({ curves: waitingCurves(stores) }) })
      const say = (change: Partial<RolePresence>): void => {
        if (change.progress && change.progress !== self.progress) {
          moved = performance.now()
          full = undefined
        }
        Object.assign(self, change)
        presence.say(change)
      }
      const claims = openClaims({ log: stores.log, owner: instance, failed })
      const context: RoleContext = { stores, claims, presence: { ...presence, say }, settings, storeSettings, data, signal: stop.signal, log }
      log.info({ log: storeSettings.log.kind, curves: storeSettings.curves.kind, archive: storeSettings.archive.kind, data }, `${name} ${id} begins`)
      try {
        await serveRole(context, start)
      } catch (error) {
        if (isFull(error)) say({ state: 'waiting', reason: error.message })
        throw error
      } finally {
        if (self.state !== 'waiting') say({ state: 'draining' })
        await claims.close()
        await presence.leave()
      }
    } finally {
      open = undefined
      await stores.close()
    }
  }
  try {
    while (!stop.signal.aborted) {
      const quiet = setTimeout(() => (full = undefined), QUIET)
      try {
        await serve()
      } catch (error) {
        if (!isFull(error) || stop.signal.aborted) throw error
        full = error.message
        log.warn({ code: error.code }, `${error.message} What was acknowledged is safe; it goes on when there is room.`)
        // Stores are opened anew: what they hold in memory may be ahead of what is on the disk.
        await sleep(NO_ROOM, undefined, { signal: stop.signal }).catch(() => undefined)
      } finally {
        clearTimeout(quiet)
      }
    }
    log.info(`${name} ${id} has ended`)
    return EXIT.ok
  } catch (error) {
    if (!(error instanceof HeavensError)) failed(error)
    throw error
  } finally {
    health?.close()
  }
}

type Serve = (context: RoleContext, start: ReturnType<typeof ingestStart>) => Promise<void>

/** Each role loads what it needs itself: a start after a crash must not wait for the libraries of the others. */
const SERVE: Record<RolePresence['role'], () => Promise<Serve>> = {
  ingest: async () => (await import('../roles/serve-ingest.js')).serveIngest,
  process: async () => (await import('../roles/serve-process.js')).serveProcess,
  work: async () => (await import('../roles/serve-work.js')).serveWork,
  api: async () => (await import('../roles/serve-api.js')).serveApi,
}

const isFull = (error: unknown): error is HeavensError => error instanceof HeavensError && error.code === 'store-full'

/** Light curves that wait on disk; undefined where none do. */
function waitingCurves(stores: Pick<Stores, 'curves'> | undefined): WaitingCurves | undefined {
  const backlog = stores?.curves.backlog?.()
  return backlog && { bytes: backlog.bytes, pieces: backlog.pieces, stuck: Math.round(backlog.stuck / 100) / 10, reason: backlog.reason }
}

/** What the stores count of themselves; the embedded ones count nothing. */
function countersOf(stores: Pick<Stores, 'log' | 'curves'>): RoleMetric[] {
  const counted = (store: object): Record<string, number> => ('counters' in store && typeof store.counters === 'function' ? (store.counters() as Record<string, number>) : {})
  const { stalledReads, replacedProducers, written, waitingBytes, waitingPieces, refusedPieces } = { ...counted(stores.log), ...counted(stores.curves) }
  const all: { name: string; help: string; type: RoleMetric['type']; value: number | undefined }[] = [
    { name: 'heavens_log_stalled_reads_total', help: 'Reads of the log that stood still and got a new connection', type: 'counter', value: stalledReads },
    { name: 'heavens_log_replaced_producers_total', help: 'Producers given up after a failed send', type: 'counter', value: replacedProducers },
    { name: 'heavens_curves_written_total', help: 'Lines that InfluxDB has acknowledged', type: 'counter', value: written },
    { name: 'heavens_curves_waiting_bytes', help: 'Light curves that wait on disk for InfluxDB', type: 'gauge', value: waitingBytes },
    { name: 'heavens_curves_waiting_pieces', help: 'Pieces of them', type: 'gauge', value: waitingPieces },
    { name: 'heavens_curves_stuck_seconds', help: 'Since anything of what waits has arrived; 0 where nothing waits', type: 'gauge', value: waitingBytes === undefined ? undefined : (waitingCurves(stores)?.stuck ?? 0) },
    { name: 'heavens_curves_refused_pieces_total', help: 'Pieces that InfluxDB refused when it came back; kept on disk', type: 'counter', value: refusedPieces },
  ]
  return all.flatMap(({ value, ...rest }) => (value === undefined ? [] : [{ ...rest, value }]))
}
