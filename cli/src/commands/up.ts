import { createServer } from 'node:net'
import path from 'node:path'
import { HeavensError } from '@heavens/schemas'
import { INSTRUMENTS } from '@heavens/instruments'
import { openEmbeddedStores, type Stores } from '@heavens/storage'
import { openJobs } from '@heavens/analysis'
import { createApi } from '@heavens/api'
import { configuredLimits } from '../configured-limits.js'
import { configuredNames } from '../configured-names.js'
import { claimDataFolder } from '../data-folder.js'
import { EXIT } from '../exit.js'
import { readRoleSettings } from '../role-settings.js'
import type { RoleStart } from '../roles/messages.js'
import { startRole } from '../roles/start-role.js'
import { ingestStart, type IngestOptions } from '../roles/ingest-start.js'
import { DASHBOARD, LARGEST_UPLOAD, uploadsBy } from '../roles/serve-api.js'
import { VERSION } from '../version.js'

export interface UpOptions extends IngestOptions {
  port: number
  host: string
  data: string
}

/** `heavens up`: all roles in one process, until it is interrupted. */
export async function up(options: UpOptions): Promise<number> {
  const log = (sentence: string): void => console.error(`${new Date().toISOString().slice(11, 19)} ${sentence}`)
  const token = process.env['HEAVENS_TOKEN']
  const settings = readRoleSettings(process.env)
  const { HEAVENS_TRIM_MINUTES: trimMinutes, HEAVENS_KEEP_DAYS: keepDays } = settings
  const names = configuredNames(settings)
  const asked = ingestStart(options, false)
  await portMustBeFree(options.host, options.port)
  const data = path.resolve(options.data)
  const release = await claimDataFolder(data)
  const stores = await openEmbeddedStores(data)
  const start = await withoutMission(stores, asked, options.scenario !== undefined)
  if (start.simulate !== asked.simulate) log(`No mission is simulated, as ${data} holds measured telemetry; --scenario quiet flies one beside it.`)
  const simulated = start.simulate !== undefined
  const jobs = await openJobs({ stores, instruments: INSTRUMENTS, dir: data, version: VERSION, ...names, limits: configuredLimits(settings) })
  const speed = options.speed ?? 1
  let failed: (sentence: string) => void = () => {}
  const failure = new Promise<string>((resolve) => (failed = resolve))
  const roles = (['process', 'ingest'] as const).map((role) => startRole({ role, data, ingest: start, ...(trimMinutes === undefined ? {} : { trimMinutes }) }, log, failed))
  const ingest = roles[1]!
  const started = new Date().toISOString()
  const stopAll = async (): Promise<void> => {
    await Promise.all([ingest.stop(), jobs.close()])
    await roles[0]!.stop()
    await stores.close()
    await release()
  }
  let api: Awaited<ReturnType<typeof createApi>>
  try {
    api = await createApi({
      stores, jobs, instruments: INSTRUMENTS, dashboard: DASHBOARD, host: options.host, port: options.port, maxUpload: LARGEST_UPLOAD, log: { level: 'warn' },
      ...names, syncSeconds: settings.HEAVENS_SYNC_SECONDS, ...(token ? { token } : {}), ...(keepDays === undefined ? {} : { keepJobsFor: keepDays * 86_400 }),
      ingest: uploadsBy((files) => ingest.ingest(files)),
      status: () => ({ name: 'HEAVENS Quick-Look', version: VERSION, simulated, started, mode: simulated ? 'live' : start.replay.length > 0 ? 'replay' : 'idle', speed: Number.isFinite(speed) ? speed : null, roles: [] }),
    })
  } catch (error) {
    await stopAll()
    throw error
  }
  console.log(`HEAVENS Quick-Look ${simulated ? '(simulated mission) ' : ''}at ${api.url}`)
  const interrupted = new Promise<undefined>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve(undefined))
  })
  const sentence = await Promise.race([failure, interrupted])
  if (sentence) console.error(`heavens: ${sentence}`)
  await api.close()
  await stopAll()
  return sentence ? EXIT.failed : EXIT.ok
}

/**
 * Who comes back to a folder of real telemetry wants to see that: nothing is simulated there unless it was before, or is asked for by its name.
 */
async function withoutMission(stores: Stores, start: RoleStart['ingest'], named: boolean): Promise<RoleStart['ingest']> {
  if (start.simulate === undefined || named) return start
  const runs = (await stores.archive.coverage()).map(({ stream }) => stream.run)
  const simulated = runs.some((run) => run.startsWith('simulated'))
  return runs.length > 0 && !simulated ? { ...start, simulate: undefined } : start
}

/** Say that a port is taken before any work has begun. Throws port-busy. */
async function portMustBeFree(host: string, port: number): Promise<void> {
  const probe = createServer()
  await new Promise<void>((resolve, reject) => {
    probe.once('error', (error: NodeJS.ErrnoException) => reject(error.code === 'EADDRINUSE' ? new HeavensError('port-busy', { port, host }) : error))
    probe.listen(port, host, () => probe.close(() => resolve()))
  })
}
