import { INSTRUMENTS } from '@heavens/instruments'
import { workOnJobs } from '@heavens/analysis'
import { configuredLimits } from '../configured-limits.js'
import { VERSION } from '../version.js'
import type { RoleContext } from './role-context.js'

/** Analyses: jobs are shared with every other process of this role. */
export async function serveWork(context: RoleContext): Promise<void> {
  const { stores, claims, presence, settings, storeSettings, data, signal, log } = context
  const work = workOnJobs({
    stores, claims, instruments: INSTRUMENTS, dir: data, version: VERSION, threads: settings.HEAVENS_WORK_THREADS, limits: configuredLimits(settings), signal, log: (sentence) => log.warn(sentence),
    storeConfig: { kind: 'settings', dir: data, settings: storeSettings, clientId: `heavens-work-${settings.HEAVENS_ROLE_ID}-thread` },
  })
  presence.say({ state: 'running' })
  const timer = setInterval(() => presence.say({ lag: work.waiting(), progress: new Date().toISOString(), detail: `${work.running().length} running, ${work.ended()} ended` }), 500)
  await work.done.finally(() => clearInterval(timer))
}
