import { HeavensError } from '@heavens/schemas'

/** Codes and sentences by which the operating system and LMDB say that there is no room. */
const FULL_CODES = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])
const FULL = /MDB_MAP_FULL|No space left|File too large|quota exceeded|mapsize limit/i

/** What a failing write means to the caller: store-full where there is no room, log-unreachable otherwise. */
export function asStoreError(what: string, error: unknown): HeavensError {
  if (error instanceof HeavensError) return error
  const reason = error instanceof Error ? error.message : String(error)
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (FULL_CODES.has(code) || FULL.test(reason)) return new HeavensError('store-full', { what, reason }, { cause: error })
  return new HeavensError('log-unreachable', { reason: `${what}: ${reason}` }, { cause: error })
}
