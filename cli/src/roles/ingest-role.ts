import { HeavensError, telemetryTopic, type IngestAnswer, type StreamId } from '@heavens/schemas'
import { INSTRUMENTS } from '@heavens/instruments'
import { ttFromUnix } from '@heavens/science/time'
import type { Claims, Stores } from '@heavens/storage'
import { flySimulatedMission, followRaw, ingestFiles, keepDeadLetters, missionPlan, watchFolder, type StreamClaim } from '@heavens/ingest'
import type { RoleStart } from './messages.js'
import { serveOutside } from './serve-outside.js'
import { underClaim } from './under-claim.js'

export interface IngestRoleOptions {
  stores: Stores
  /** where several processes bring telemetry in: one at a time does each kind of work; absent: this is the only one */
  claims?: Claims
  start: RoleStart['ingest']
  signal: AbortSignal
  log(sentence: string): void
}

/** The ingest role: simulated mission, replayed files, a watched folder, and files that are handed in. */
export function createIngestRole(options: IngestRoleOptions): { run(): Promise<void>; ingest(files: readonly string[]): Promise<IngestAnswer> } {
  const { stores, claims, start, signal, log } = options
  /** Run `action` while no other process does the same; a signal that this one has lost it ends it. */
  const alone = async <T>(unit: string, action: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    if (!claims) return action(signal)
    const done = await underClaim(claims, unit, signal, async (either) => ({ value: await action(either) }))
    if (!done) throw new HeavensError('cancelled')
    return done.value
  }
  /** Streams that files are brought into here, where no other process does. */
  const held = new Set<string>()
  const take = async (stream: StreamId): Promise<StreamClaim | undefined> => {
    const unit = `ingest/files/${telemetryTopic(stream)}`
    if (claims) return claims.take(unit)
    if (held.has(unit)) return undefined
    held.add(unit)
    return { lost: new AbortController().signal, release: async () => void held.delete(unit) }
  }
  /** Files onto the log, each stream written by one process at a time. Who has lost one waits for it again, and goes on where its successor was. */
  const bring = async (files: readonly string[], speed: number, runPrefix: string, beside: boolean): Promise<IngestAnswer> => {
    for (;;) {
      const turn = new AbortController()
      try {
        const outcome = await ingestFiles(files, { stores, speed, runPrefix, beside, take, signal: AbortSignal.any([signal, turn.signal]), onLog: log })
        for (const r of outcome.refused) log(`refused ${r.file}: ${r.sentence} [${r.code}]`)
        return { accepted: outcome.accepted.map((a) => ({ file: a.file, instrument: a.instrument, run: a.run, events: a.rows })), refused: outcome.refused }
      } catch (error) {
        turn.abort()
        if (signal.aborted || !(error instanceof HeavensError && error.code === 'claim-lost')) throw error
        log(error.message)
      }
    }
  }
  // Files handed in go one batch after the other, but wait for no replay.
  let queue: Promise<unknown> = Promise.resolve()
  const ingest = (files: readonly string[]): Promise<IngestAnswer> => {
    const next = queue.then(async () => {
      const answer = await bring(files, Infinity, 'upload', true)
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
    await alone('ingest/simulated', async (either) => {
      await flySimulatedMission({
        stores, instruments: INSTRUMENTS.filter(plan.flies), sky: plan.sky, now, speed: plan.speed, liveStart: plan.liveStart, history: plan.history, signal: either, mayFinish: () => signal.aborted, log,
      })
      // It ends without an error when it is told to: who has lost the claim must wait for it again.
      if (either.aborted && !signal.aborted) throw new HeavensError('claim-lost', { unit: 'ingest/simulated', reason: 'it was not renewed in time' })
    })
  }

  const packets = { apids: new Map(start.apids), secondary: start.secondary ?? 0 }
  /** What came from outside goes on wherever it was received. */
  const follow = (): Promise<void> => alone('ingest/raw', async (either) => {
    await followRaw({ log: stores.log, packets, signal: either, say: log })
    if (either.aborted && !signal.aborted) throw new HeavensError('claim-lost', { unit: 'ingest/raw', reason: 'it was not renewed in time' })
  })

  return {
    ingest,
    async run() {
      const tasks = [simulate(), follow()]
      if (start.http || start.tcp) tasks.push(serveOutside({ log: stores.log, start, packets, token: process.env['HEAVENS_TOKEN'], signal, say: log }))
      if (start.replay.length > 0) tasks.push(bring(start.replay, start.replaySpeed, 'replay', false).then(() => log('replay: all files have been played')))
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
