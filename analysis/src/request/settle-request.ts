import type { RequestAsUsed } from '@heavens/schemas'
import type { Log } from '@heavens/storage'
import { closedRequest, isOpen } from './close-request.js'
import { dataUntil } from './data-until.js'
import { resolveRequest, type RequestContext } from './resolve-request.js'

/**
 * The request as used now: an open end is closed where the data are whole, and the request says so. What it makes is what the same
 * request with that end makes at any later time.
 *
 * @throws HeavensError as resolveRequest
 */
export async function settleRequest(input: unknown, context: RequestContext, log: Log): Promise<RequestAsUsed> {
  const used = resolveRequest(input, context)
  const until = isOpen(used) ? await dataUntil(used, context.coverage, log) : undefined
  return until === undefined ? used : resolveRequest(closedRequest(used, until), context)
}
