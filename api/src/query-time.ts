import { HeavensError } from '@heavens/schemas'
import { ttFromUtcIso } from '@heavens/science/time'

/** A time of a query: a number is TT seconds since MJD 51544.0, anything else ISO-8601 UTC. Throws bad-time with `path`. */
export function queryTime(text: string, path: string): number {
  if (/^[+-]?\d+(\.\d*)?(e\d+)?$/i.test(text)) return Number(text)
  try {
    return ttFromUtcIso(text)
  } catch (error) {
    if (error instanceof HeavensError) throw new HeavensError(error.code, error.fields, { path, cause: error })
    throw error
  }
}
