import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { Provenance } from '@heavens/schemas'
import type { RequestAsUsed } from '@heavens/schemas'
import type { Instrument } from '@heavens/instruments'
import type { Stores } from '@heavens/storage'
import { makePlan } from '../plan.js'
import { prepare } from '../prepare.js'
import { emptyProvenance, note } from '../provenance.js'
import { requestContext } from '../request/resolve-request.js'

/** Whether a finished analysis in `folder` would come out the same now: same request, same data, same code. */
export async function answeredBy(folder: string, used: RequestAsUsed, stores: Stores, instruments: readonly Instrument[], version: string): Promise<boolean> {
  let before: Provenance
  try {
    before = Provenance.parse(JSON.parse(await readFile(path.join(folder, 'provenance.json'), 'utf8')))
  } catch (cause) {
    // Its files were cleared away: then it answers nothing any more.
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw cause
  }
  const plan = makePlan(used, await requestContext(stores, instruments))
  const after = emptyProvenance(used, version)
  for (const one of plan.instruments) if (one.products.length > 0) note(after, await prepare(stores, plan, one, version))
  return JSON.stringify(Provenance.parse(after)) === JSON.stringify(before)
}
