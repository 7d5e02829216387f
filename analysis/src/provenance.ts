import type { Provenance, RequestAsUsed } from '@heavens/schemas'
import { requestHash } from './prepare.js'
import type { Prepared } from './prepare.js'
import { middleOf, responseFor } from './products/response.js'

export function emptyProvenance(used: RequestAsUsed, version: string): Provenance {
  const { name, ra, dec, resolver } = used.target ?? {}
  const resolved = name === undefined || ra === undefined || dec === undefined || resolver === undefined ? {} : { resolved: { name, ra, dec, resolver } }
  return { software: { name: 'heavens', version }, requestSha256: requestHash(used), inputs: [], sources: [], calibration: [], ...resolved }
}

/** Add what an instrument's products are made from. */
export function note(provenance: Provenance, { context, plan }: Prepared): void {
  if (context === undefined) return
  provenance.inputs.push(...context.whole.inputs)
  provenance.sources.push(...context.whole.sources.filter((source) => !provenance.sources.includes(source)))
  for (const { file, sha256 } of context.response?.files ?? []) if (!provenance.calibration.some((c) => c.sha256 === sha256)) provenance.calibration.push({ file, sha256 })
  if (!plan.products.includes('spectrum')) return
  for (const group of context.whole.groups) {
    const item = responseFor(group.calibration, middleOf(context.intervals))
    if (item !== undefined && !provenance.calibration.some((c) => c.sha256 === item.sha256)) provenance.calibration.push({ file: item.file, sha256: item.sha256 })
  }
}
