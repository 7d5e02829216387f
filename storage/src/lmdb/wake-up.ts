import { BroadcastChannel } from 'node:worker_threads'

/** How often a waiting reader looks for what other processes have written [ms]. */
const POLL_INTERVAL = 60

/**
 * Tells readers that something was appended. Threads of this process hear of it at once by a channel named after the
 * folder; what other processes append is found by looking. Neither keeps a process alive.
 */
export interface WakeUp {
  tell(): void
  /** Resolves at the next append anywhere, at the latest after one poll interval, or when `signal` aborts. */
  wait(signal: AbortSignal | undefined): Promise<void>
  close(): void
}

export function createWakeUp(path: string): WakeUp {
  const waiting = new Set<() => void>()
  const wake = (): void => {
    const all = [...waiting]
    waiting.clear()
    for (const resolve of all) resolve()
  }
  const channel = new BroadcastChannel(`heavens-log:${path}`)
  channel.onmessage = wake
  channel.unref()
  const timer = setInterval(wake, POLL_INTERVAL)
  timer.unref()
  let closed = false
  return {
    tell(): void {
      if (closed) return
      channel.postMessage(0)
      wake()
    },
    wait(signal: AbortSignal | undefined): Promise<void> {
      if (closed || signal?.aborted) return Promise.resolve()
      return new Promise((resolve) => {
        const finish = (): void => {
          signal?.removeEventListener('abort', finish)
          waiting.delete(finish)
          resolve()
        }
        waiting.add(finish)
        signal?.addEventListener('abort', finish, { once: true })
      })
    },
    close(): void {
      closed = true
      clearInterval(timer)
      channel.close()
      wake()
    },
  }
}
