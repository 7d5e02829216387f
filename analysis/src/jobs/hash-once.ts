import type { RequestAsUsed } from '@heavens/schemas'
import { requestHash } from '../prepare.js'

/** `requestHash` that takes each request once: among ten thousand jobs an identical one is sought at every submission. Requests of jobs are replaced, never changed. */
export function hashOnce(): (used: RequestAsUsed) => string {
  const known = new WeakMap<RequestAsUsed, string>()
  return (used) => {
    const found = known.get(used)
    if (found !== undefined) return found
    const hash = requestHash(used)
    known.set(used, hash)
    return hash
  }
}
