import type { StreamHealth } from '@heavens/schemas'
import { type ConsoleState, streamKey } from './console-state.js'

/** A stream that flows gives a sign every second; after this much silence it is stale [ms]. */
const PATIENCE = 5000

/** The runs that streams belong to, the one that moved last first. */
export function runsOf(streams: Iterable<StreamHealth>): string[] {
  const newest = new Map<string, number>()
  for (const s of streams) {
    // A run that still flows comes before one that has ended, whatever the dates of their data.
    const rank = (s.ended ? 0 : 1e12) + (s.watermark ?? -1e12)
    newest.set(s.run, Math.max(newest.get(s.run) ?? -Infinity, rank))
  }
  return [...newest].sort((a, b) => b[1] - a[1]).map(([run]) => run)
}

/** The run that is looked at: the chosen one where it exists, else the one that moves; null without any data. */
export function currentRun(state: ConsoleState): string | null {
  const runs = runsOf(state.streams.values())
  return state.view.run !== null && (runs.includes(state.view.run) || runs.length === 0) ? state.view.run : runs[0] ?? null
}

/** Streams of the run that is looked at, in the order of the instruments. */
export function currentStreams(state: ConsoleState): StreamHealth[] {
  const run = currentRun(state)
  const place = (id: string): number => state.instruments.findIndex((d) => d.id === id)
  return [...state.streams.values()].filter((s) => s.run === run).sort((a, b) => place(a.instrument) - place(b.instrument))
}

/** Newest data time of the run that is looked at [TT s]. */
export function newestTime(state: ConsoleState): number | null {
  const times = currentStreams(state).map((s) => s.watermark).filter((t) => t !== null)
  return times.length ? Math.max(...times) : null
}

/** How long a stream that should flow has been silent [s]; null while it is not, or when it has ended. @param now performance.now() */
export function silence(state: ConsoleState, instrument: string, run: string, now: number): number | null {
  const key = streamKey(instrument, run)
  const heard = state.heard.get(key)
  if (heard === undefined || state.streams.get(key)?.ended || state.connection.phase !== 'live') return null
  // After a reconnect the count begins anew: what was not heard while away is not the stream's silence.
  const since = now - Math.max(heard, state.connection.since)
  return since > PATIENCE ? Math.round(since / 1000) : null
}
