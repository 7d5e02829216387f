import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { Provenance, telemetryTopic } from '@heavens/schemas'
import type { Job, RequestAsUsed } from '@heavens/schemas'
import type { Instrument } from '@heavens/instruments'
import type { Stores } from '@heavens/storage'
import { makePlan } from '../plan.js'
import { requestContext } from '../request/resolve-request.js'

/**
 * Whether a finished analysis, with its files in `folder`, would come out the same now: same request, same code, and nothing has come
 * into its time since it read. Streams only grow, so what was read before is what would be read again.
 */
export async function answeredBy({ read }: Pick<Job, 'read'>, folder: string, used: RequestAsUsed, stores: Stores, instruments: readonly Instrument[], version: string): Promise<boolean> {
  if (read === undefined) return false
  let before: Provenance
  try {
    before = Provenance.parse(JSON.parse(await readFile(path.join(folder, 'provenance.json'), 'utf8')))
  } catch (cause) {
    // Its files were cleared away: then it answers nothing any more.
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw cause
  }
  if (before.software.version !== version) return false
  const { wanted } = makePlan(used, await requestContext(stores, instruments))
  for (const { id: instrument, run } of used.instruments) {
    const stream = { instrument, run }
    const topic = telemetryTopic(stream)
    const from = read.find((one) => one.topic === topic)?.next
    if (from === undefined) return false
    const { next } = await stores.log.bounds(topic)
    // A topic that ends before what was read is another topic of the same name.
    if (next < from) return false
    if (next === from) continue
    for await (const { item } of stores.archive.blocks(stream, wanted[0]![0], wanted.at(-1)![1], { from })) if (item.kind !== 'housekeeping') return false
  }
  return true
}
