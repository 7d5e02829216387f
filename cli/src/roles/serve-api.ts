import { setTimeout as sleep } from 'node:timers/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { HeavensError, type RoleStatus } from '@heavens/schemas'
import { INSTRUMENTS } from '@heavens/instruments'
import { openSharedJobs } from '@heavens/analysis'
import { createApi, type ApiOptions } from '@heavens/api'
import { configuredLimits } from '../configured-limits.js'
import { configuredNames } from '../configured-names.js'
import { VERSION } from '../version.js'
import { createIngestRole } from './ingest-role.js'
import { roleStatus } from './presence.js'
import type { RoleContext } from './role-context.js'

export const DASHBOARD = fileURLToPath(new URL('../../../qla-dashboard/dist', import.meta.url))
export const LARGEST_UPLOAD = 2 ** 30

/** Longest wait of an upload for its turn [ms]. */
const PATIENCE = 30_000

/** The answer to an upload, under the names that its sender knows. */
export function uploadsBy(ingest: (files: readonly string[]) => ReturnType<ApiOptions['ingest']>): ApiOptions['ingest'] {
  return async (uploads) => {
    const answer = await ingest(uploads.map((u) => u.path))
    const nameOf = (file: string): string => uploads.find((u) => u.path === file)?.name ?? path.basename(file)
    return { accepted: answer.accepted.map((a) => ({ ...a, file: nameOf(a.file) })), refused: answer.refused.map((r) => ({ ...r, file: nameOf(r.file) })) }
  }
}

/** REST, WebSocket and dashboard over the log: any number of replicas show the same. */
export async function serveApi(context: RoleContext): Promise<void> {
  const { stores, claims, presence, settings, storeSettings, data, signal, log } = context
  const failed = (error: unknown): void => log.error({ err: error }, 'the log cannot be followed; trying again')
  const names = configuredNames(settings)
  const jobs = await openSharedJobs({
    stores, claims, instruments: INSTRUMENTS, dir: data, version: VERSION, failed, ...names, limits: configuredLimits(settings),
    storeConfig: { kind: 'settings', dir: data, settings: storeSettings, clientId: `heavens-api-${settings.HEAVENS_ROLE_ID}-quotes` },
  })
  const uploads = createIngestRole({ stores, claims, start: { simulate: undefined, replay: [], replaySpeed: Infinity, watch: undefined }, signal, log: (sentence) => log.info(sentence) })
  const started = new Date().toISOString()
  let simulated = false
  let roles: RoleStatus[] = []
  const look = async (): Promise<void> => {
    roles = await roleStatus(stores.log)
    simulated = roles.some((role) => role.role === 'ingest' && role.alive && role.simulated === true)
  }
  await look()
  const api = await createApi({
    stores, jobs, instruments: INSTRUMENTS, dashboard: DASHBOARD, host: settings.HEAVENS_HOST, port: settings.HEAVENS_PORT, maxUpload: LARGEST_UPLOAD, log: { level: settings.HEAVENS_LOG_LEVEL === 'info' ? 'warn' : settings.HEAVENS_LOG_LEVEL },
    ...names, syncSeconds: settings.HEAVENS_SYNC_SECONDS, ...(settings.HEAVENS_KEEP_DAYS === undefined ? {} : { keepJobsFor: settings.HEAVENS_KEEP_DAYS * 86_400 }),
    ...(settings.HEAVENS_TOKEN ? { token: settings.HEAVENS_TOKEN } : {}),
    ingest: uploadsBy((files) => Promise.race([
      uploads.ingest(files),
      sleep(PATIENCE, undefined, { signal, ref: false }).then(() => { throw new HeavensError('claim-lost', { unit: 'ingest/files', reason: 'other files are being brought in; send them again later' }) }),
    ])),
    status: () => ({ name: 'HEAVENS Quick-Look', version: VERSION, simulated, started, mode: 'live', speed: 1, roles }),
  })
  presence.say({ state: 'running', url: api.url })
  console.log(`HEAVENS Quick-Look at ${api.url}`)
  const timer = setInterval(() => {
    presence.say({ progress: new Date().toISOString() })
    look().catch(failed)
  }, 5000)
  if (!signal.aborted) await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
  clearInterval(timer)
  await api.close()
  await jobs.close()
}
