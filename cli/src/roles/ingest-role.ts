import type { IngestAnswer } from '@heavens/schemas'
import { INSTRUMENTS } from '@heavens/instruments'
import { ttFromUnix } from '@heavens/science/time'
import type { Stores } from '@heavens/storage'
import { flySimulatedMission, ingestFiles, keepDeadLetters, missionPlan, watchFolder } from '@heavens/ingest'
import type { RoleStart } from './messages.js'

export interface IngestRoleOptions {
  stores: Stores
  start: RoleStart['ingest']
  signal: AbortSignal
  log(sentence: string): void
}

/** The ingest role: simulated mission, replayed files, a watched folder, and files that are handed in. */
export function createIngestRole(options: IngestRoleOptions): { run(): Promise<void>; ingest(files: readonly string[]): Promise<IngestAnswer> } {
  const { stores, start, signal, log } = options
  // Files handed in go one batch after the other: two batches of one instrument must not write one stream at once.
  let queue: Promise<unknown> = Promise.resolve()

  const bring = async (files: readonly string[], speed: number, runPrefix: string): Promise<IngestAnswer> => {
    const outcome = await ingestFiles(files, { stores, speed, runPrefix, signal, onLog: log })
    for (const r of outcome.refused) log(`refused ${r.file}: ${r.sentence} [${r.code}]`)
    return { accepted: outcome.accepted.map((a) => ({ file: a.file, instrument: a.instrument, run: a.run, events: a.rows })), refused: outcome.refused }
  }
  const ingest = (files: readonly string[]): Promise<IngestAnswer> => {
    const next = queue.then(async () => {
      const answer = await bring(files, Infinity, 'upload')
      // The sender's copy may be the only one: what cannot be read is kept as it came.
      await keepDeadLetters(stores.log, answer.refused, new Date())
      return answer
    })
    queue = next.catch(() => undefined)
    return next
  }

  const simulate = async (): Promise<void> => {
    if (!start.simulate) return
    const now = (): number => ttFromUnix(Date.now())
    const plan = await missionPlan(stores.log, { ...start.simulate, now: now() })
    await flySimulatedMission({
      stores, instruments: INSTRUMENTS.filter(plan.flies), sky: plan.sky, now, speed: plan.speed, liveStart: plan.liveStart, history: plan.history, signal, log,
    })
  }

  return {
    ingest,
    async run() {
      const tasks = [simulate()]
      if (start.replay.length > 0) tasks.push(bring(start.replay, start.replaySpeed, 'replay').then(() => log('replay: all files have been played')))
      if (start.watch) {
        tasks.push(watchFolder(start.watch, {
          signal, onFiles: async (files) => void (await ingest(files)), onError: (error) => log(`watched folder: ${error instanceof Error ? error.message : String(error)}`),
        }))
      }
      tasks.push(new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true })))
      await Promise.all(tasks.map((task) => task.catch((error: unknown) => {
        if (!signal.aborted) throw error
      })))
      await queue
    },
  }
}
