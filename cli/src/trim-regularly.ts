import { setTimeout as sleep } from 'node:timers/promises'
import { HeavensError, type StreamId } from '@heavens/schemas'
import type { Stores } from '@heavens/storage'
import { PASSING } from './roles/passing.js'
import { trimLog } from './trim-log.js'

export interface TrimRegularlyOptions {
  stores: Pick<Stores, 'log' | 'archive'>
  /** minutes between two looks */
  minutes: number
  /** streams that are ours to trim, at each look */
  streams(): Promise<readonly StreamId[]>
  log(sentence: string): void
  signal: AbortSignal
}

/** Trim streams again and again until `signal` aborts. Servers that are away are waited for; any other error rejects. */
export async function trimRegularly({ stores, minutes, streams, log, signal }: TrimRegularlyOptions): Promise<void> {
  for (;;) {
    await sleep(minutes * 60_000, undefined, { signal }).catch(() => undefined)
    if (signal.aborted) return
    try {
      for (const stream of await streams()) {
        const { first, trimmed, damaged } = await trimLog(stores, stream)
        const name = `${stream.instrument}/${stream.run}`
        if (trimmed > first) log(`${name}: ${trimmed - first} records are archived and verified, and leave the log; it begins with offset ${trimmed} now`)
        for (const { file, reason } of damaged) log(`${name}: the slice ${file} of the archive is damaged (${reason}); the log keeps what it should hold`)
      }
    } catch (error) {
      if (signal.aborted) return
      if (!(error instanceof HeavensError && PASSING.has(error.code))) throw error
      log(`${error.message} The log is trimmed later.`)
    }
  }
}
