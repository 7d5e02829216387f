import { HeavensError } from '@heavens/schemas'
import type { Fetcher } from './fetcher.js'

/** Idle connections kept for the next reader. */
const KEPT = 4

/**
 * Connections for reading, one reader at a time on each: a broker answers the requests of a connection one after the other, so
 * that a reader that waits for news would hold up all others on the same connection.
 */
export interface FetcherPool {
  take(): Fetcher
  /** Hand back one that works and has no request under way. */
  give(fetcher: Fetcher): void
  /** Take one, use it within `limit` ms, hand it back; destroyed when `use` fails or takes too long. */
  with<T>(limit: number, use: (fetcher: Fetcher) => Promise<T>): Promise<T>
  close(): void
}

/** What `work` gives, or an error after `limit` ms. */
export async function within<T>(limit: number, work: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new HeavensError('log-unreachable', { reason: `${what} took longer than ${limit / 1000} s` })), limit)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

export function createFetcherPool(make: () => Fetcher): FetcherPool {
  const idle: Fetcher[] = []
  const taken = new Set<Fetcher>()
  let closed = false
  function take(): Fetcher {
    const fetcher = idle.pop() ?? make()
    taken.add(fetcher)
    return fetcher
  }
  function give(fetcher: Fetcher): void {
    taken.delete(fetcher)
    if (closed || idle.length >= KEPT) fetcher.destroy()
    else idle.push(fetcher)
  }
  return {
    take, give,
    async with<T>(limit: number, use: (fetcher: Fetcher) => Promise<T>): Promise<T> {
      const fetcher = take()
      try {
        const answer = await within(limit, use(fetcher), 'an answer of the broker')
        give(fetcher)
        return answer
      } catch (error) {
        taken.delete(fetcher)
        fetcher.destroy()
        throw error
      }
    },
    close(): void {
      closed = true
      for (const fetcher of [...idle, ...taken]) fetcher.destroy()
      idle.length = 0
      taken.clear()
    },
  }
}
