import { HeavensError } from '@heavens/schemas'
import { asLogError, isRefused } from './kafka-errors.js'
import type { Fetched, Fetcher, FetchLimits } from './fetcher.js'
import { within, type FetcherPool } from './fetcher-pool.js'
import { orAborted, pause } from './pause.js'

/** How long the broker may hold back its answer when there is nothing new [ms]. */
const WAIT = 500
/** How often a reader looks whether its topic has come to be [ms]. */
const TOPIC_POLL = 200
/** A topic that is gone, or shorter than it was, must stay so for this long before it is believed [ms]. */
const CONFIRM = 3000
const [FIRST_PAUSE, LONGEST_PAUSE] = [50, 1000]

export interface FollowOptions {
  /** the topic as the caller knows it, for sentences */
  name: string
  pool: FetcherPool
  /** aborts when the caller stops or the log is closed */
  signal: AbortSignal
  follow: boolean
  /** bytes */
  maxBytes: number
  /** ms */
  stallAfter: number
  /** ms */
  patience: number
  /** the watchdog gave the read a new connection: why, in words */
  rebuilt(reason: string): void
}

export type Piece = Extract<Fetched, { state: 'read' }>

/**
 * What the partition holds from `from` on, one answer of the broker after the other, each asked for when the last was used up.
 * Rides out connections that break and brokers that restart. The watchdog looks at offsets only: a connection that gives
 * nothing while the topic is longer than what was read, or no answer at all, is cut and made anew.
 */
export async function* followPartition(topic: string, partition: number, from: number, options: FollowOptions): AsyncGenerator<Piece, void, void> {
  const { name, pool, signal, follow, stallAfter, patience, rebuilt } = options
  const what = `reading ${name}`
  let offset = from
  let fetcher: Fetcher | undefined
  let moved = performance.now()
  let answered = moved
  let doubtful: number | undefined
  let delay = FIRST_PAUSE

  const drop = (): void => {
    fetcher?.destroy()
    fetcher = undefined
  }

  /** One answer; undefined when `signal` aborted first. The connection then goes back to the pool once it is free again. */
  async function ask(limits: FetchLimits): Promise<Fetched | undefined> {
    const held = (fetcher ??= pool.take())
    const answer = held.fetch(topic, partition, offset, limits)
    const got = await within(limits.wait + stallAfter, orAborted(answer, signal), 'an answer')
    if (got === undefined) {
      fetcher = undefined
      answer.then(() => pool.give(held), () => held.destroy())
    }
    return got
  }

  /** The topic cannot be read at this offset; throws once that has been so for a while. Absent topics are waited for. */
  async function settle(state: 'absent' | 'out-of-range'): Promise<void> {
    if (state === 'absent') {
      if (offset > 0) doubt(new HeavensError('topic-unfit', { topic: name, reason: 'it is not there (any more), although it was read before' }))
      return pause(TOPIC_POLL, signal)
    }
    const bounds = await orAborted(pool.with(stallAfter, (other) => other.bounds(topic, partition)), signal)
    if (signal.aborted) return
    if (bounds === undefined) return settle('absent')
    if (offset < bounds.first) throw new HeavensError('log-offset', { topic: name, offset, first: bounds.first })
    if (offset > bounds.next) doubt(new HeavensError('log-cut', { topic: name, offset, next: bounds.next }))
    return pause(TOPIC_POLL, signal)
  }

  function doubt(error: HeavensError): void {
    doubtful ??= performance.now()
    if (performance.now() - doubtful >= CONFIRM) throw error
  }

  /** Nothing came for a while: is the topic longer than what was read, and does this connection still not give it? */
  async function checkProgress(): Promise<void> {
    moved = performance.now()
    const bounds = await orAborted(pool.with(stallAfter, (other) => other.bounds(topic, partition)), signal)
    if (signal.aborted) return
    if (bounds === undefined || bounds.next <= offset) return
    const again = await ask({ maxBytes: options.maxBytes, wait: 0 })
    if (again?.state !== 'read' || again.next > offset) return
    rebuilt(`${name} ends at ${bounds.next}, but nothing came from ${offset} on for ${stallAfter / 1000} s`)
    drop()
  }

  try {
    while (!signal.aborted) {
      try {
        const got = await ask({ maxBytes: options.maxBytes, wait: follow ? WAIT : 0 })
        if (got === undefined) return
        answered = performance.now()
        delay = FIRST_PAUSE
        if (got.state !== 'read') {
          if (got.state === 'absent' && !follow && offset === 0) return
          await settle(got.state)
          continue
        }
        doubtful = undefined
        if (got.next > offset) {
          offset = got.next
          if (got.records.length > 0) yield got
          moved = performance.now()
          answered = moved
        } else if (!follow && offset >= got.end) return
        else if (performance.now() - moved > stallAfter) await checkProgress()
      } catch (error) {
        if (signal.aborted) return
        if (error instanceof HeavensError && error.code !== 'log-unreachable') throw error
        if (isRefused(error) || performance.now() - answered > patience) throw asLogError(what, error)
        if (error instanceof HeavensError) rebuilt(`${name}: ${error.fields['reason']}`)
        drop()
        await pause(delay, signal)
        delay = Math.min(2 * delay, LONGEST_PAUSE)
      }
    }
  } finally {
    if (fetcher) pool.give(fetcher)
  }
}
