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

/** Codes of a folder or file that this user may not use, or that is none; LMDB gives the number alone. */
const BARRED = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST', '13', '1', '30', '20'])

/** What a failure to open a data folder means to whoever named it: folder-unusable, store-full, or the error itself where it is neither. */
export function asFolderError(folder: string, error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof HeavensError) return error
  const code = 'code' in error ? String(error.code) : ''
  if (BARRED.has(code)) return new HeavensError('folder-unusable', { folder, reason: error.message.replace(/[.\s]+$/, '') }, { cause: error })
  return FULL_CODES.has(code) || FULL.test(error.message) ? asStoreError(`the data folder ${folder}`, error) : error
}
