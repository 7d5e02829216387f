import type { CurveBins } from '@heavens/schemas'

/**
 * Add the curves of several groups (same run, band and width) bin by bin. Counts, background and revision are sums, so that
 * any change of a part raises the revision; exposure is the mean over the groups that have the bin, so that counts / exposure
 * is the rate of all of them together; completeness is the least; a bin is provisional when any part is. A background that
 * one part does not know is not known.
 *
 * @param parts at least one; a bin that a part leaves out counts 0 there
 */
export function sumGroups(parts: readonly CurveBins[]): CurveBins {
  if (parts.length === 1) return parts[0]!
  const index = Float64Array.from(new Set(parts.flatMap((part) => [...part.index]))).sort()
  const n = index.length
  const out: CurveBins = {
    phase: parts[0]?.phase ?? 0, index, counts: new Float64Array(n), exposure: new Float32Array(n), background: new Float32Array(n),
    revision: new Uint16Array(n), completeness: new Float32Array(n).fill(1), flags: new Uint8Array(n),
  }
  const members = new Uint16Array(n)
  for (const part of parts) {
    // Both ascend: one walk through the union finds every bin of the part.
    let at = 0
    for (let i = 0; i < part.index.length; i++) {
      while (index[at]! < part.index[i]!) at++
      out.counts[at]! += part.counts[i]!
      out.exposure[at]! += part.exposure[i]!
      out.background[at]! += part.background[i]!
      out.revision[at]! += part.revision[i]!
      out.completeness[at] = Math.min(out.completeness[at]!, part.completeness[i]!)
      out.flags[at]! |= part.flags[i]!
      members[at]! += 1
    }
  }
  for (let i = 0; i < n; i++) out.exposure[i]! /= members[i]!
  return out
}
