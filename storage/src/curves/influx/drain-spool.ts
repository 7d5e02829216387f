import { setTimeout as sleep } from 'node:timers/promises'
import { HeavensError } from '@heavens/schemas'
import { headOf } from './curve-lines.js'
import { isAway, isUnwritable, type InfluxServer } from './influx-server.js'
import type { Piece, Spool } from './spool.js'

/** Bytes of pieces that are sent together, some 20,000 lines. */
const TOGETHER = 4 << 20
/** Wait between two tries of a server that is away, of one that refuses, and until nothing is on its way any more that it had taken in before it stood still [ms]. */
const AGAIN = 500
const REFUSED = 5000
const SETTLE = 1000

export interface Draining {
  spool: Spool
  server: InfluxServer
  /** requests at the same time */
  lanes: number
  signal: AbortSignal
  /** false of the owner of a piece that another process puts by now, and again from before: its pieces are left out */
  ours(owner: string): boolean
  /** Do something while no piece is on its way. */
  alone<T>(action: () => Promise<T>): Promise<T>
  /** so many lines have arrived */
  sent(lines: number): void
  /** it cannot be sent, for this reason; undefined when it can again */
  failing(why: unknown): void
  /** a piece was set aside, under this name */
  aside(name: string, why: string): void
  log(sentence: string): void
}

/**
 * Send what waits on disk, in order for each curve, until nothing does or `signal` aborts. A piece is removed when it has arrived; the pieces of one pass go
 * together, so that many small ones take as long as few large ones. What the server will never take is set aside, alone.
 */
export async function drainSpool(how: Draining): Promise<void> {
  const { spool, server, lanes, signal, log } = how
  const wait = (time: number): Promise<void> => sleep(time, undefined, { signal }).catch(() => undefined)
  log(`Light curves wait on disk for InfluxDB (${spool.pieces()} pieces).`)
  let most = TOGETHER
  let settled = false
  while (!signal.aborted && spool.pieces() > 0) {
    try {
      const sent = await how.alone(async (): Promise<{ pieces: readonly Piece[]; lines: string[] } | undefined> => {
        await spool.remove(spool.of((owner) => !how.ours(owner)))
        if (spool.pieces() === 0) return undefined
        const first = await spool.first(most)
        await Promise.all(inLanes(first.lines, lanes).map((lane) => server.write(lane)))
        return first
      })
      if (signal.aborted || !sent) return
      how.failing(undefined)
      if (!settled) {
        // A server that stood still goes on with what it had taken in, at the same time as with this: what is older must not come last.
        settled = true
        await wait(SETTLE)
        continue
      }
      await how.alone(() => spool.remove(sent.pieces))
      how.sent(sent.lines.length)
      most = TOGETHER
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      if (isUnwritable(error)) {
        // One of the pieces: it would keep all that comes behind it from arriving, for ever.
        if (most > 1) most = 1
        else how.aside(await how.alone(() => spool.setAside()), why)
        continue
      }
      settled = false
      how.failing(error)
      if (!(error instanceof HeavensError && isAway(error))) {
        log(`Light curves cannot be written: ${why}`)
        await wait(REFUSED)
      }
      await wait(AGAIN)
    }
  }
  if (spool.pieces() === 0) log('InfluxDB has all light curves again.')
}

/** Lines in rows of about equal length, all lines of a curve in one row and in order. */
function inLanes(lines: readonly string[], n: number): string[][] {
  const out: string[][] = Array.from({ length: n }, () => [])
  const place = new Map<string, string[]>()
  let head = ''
  let lane = out[0]!
  for (const line of lines) {
    // Lines of one curve stand together.
    if (head === '' || !line.startsWith(head)) {
      head = headOf(line)
      lane = place.get(head) ?? out.reduce((best, one) => (one.length < best.length ? one : best))
      place.set(head, lane)
    }
    lane.push(line)
  }
  return out.filter((one) => one.length > 0)
}
