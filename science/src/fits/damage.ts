import { HeavensError } from '@heavens/schemas'

/** What a header or a table says contradicts itself or the file. */
export function damaged(file: string, reason: string): HeavensError {
  return new HeavensError('fits-damaged', { file, reason })
}

/** The file ends before what its headers announce. */
export function truncated(file: string, reason: string): HeavensError {
  return new HeavensError('fits-truncated', { file, reason })
}

/** Valid FITS, but a part that this reader does not know. */
export function unsupported(file: string, reason: string): HeavensError {
  return new HeavensError('fits-unsupported', { file, reason })
}
