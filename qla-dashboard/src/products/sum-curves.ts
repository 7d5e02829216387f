import type { CurveTable } from './read-curves.js'

/**
 * Curves of several detectors, or of several bands, added bin by bin: rates and counts are summed, errors in quadrature, live time is the mean, so that counts
 * over live time is the summed rate. Only bins that all of them have are kept; bins are the same where their middles are within a hundredth of their width.
 * Upper limits of the files are left out: they do not add.
 *
 * @param curves  at least one, of one unit
 */
export function sumCurves(curves: readonly CurveTable[], name: string): CurveTable {
  const [first, ...others] = curves as [CurveTable, ...CurveTable[]]
  if (others.length === 0) return { ...first, name }
  const at = curves.map(() => 0)
  const rows: number[][] = []
  for (let i = 0; i < first.time.length; i++) {
    const near = first.width[i]! * 0.01
    at[0] = i
    const all = others.every((c, k) => {
      while (at[k + 1]! < c.time.length && c.time[at[k + 1]!]! < first.time[i]! - near) at[k + 1]!++
      return Math.abs((c.time[at[k + 1]!] ?? Infinity) - first.time[i]!) <= near
    })
    if (all) rows.push([...at])
  }
  const sum = (value: (c: CurveTable, i: number) => number): Float64Array => Float64Array.from(rows, (row) => curves.reduce((total, c, k) => total + value(c, row[k]!), 0))
  const counted = curves.every((c) => c.counts)
  const off = curves.every((c) => c.off) ? { counts: sum((c, i) => c.off!.counts[i]!), expected: sum((c, i) => c.off!.counts[i]! * c.off!.alpha[i]!) } : null
  return {
    ...first, name, time: Float64Array.from(rows, (r) => first.time[r[0]!]!), width: Float64Array.from(rows, (r) => first.width[r[0]!]!),
    rate: sum((c, i) => c.rate[i]!), error: sum((c, i) => c.error[i]! ** 2).map(Math.sqrt), live: sum((c, i) => c.live[i]! / curves.length),
    counts: counted ? sum((c, i) => c.counts![i]!) : null, upper: null, subtracted: curves.some((c) => c.subtracted),
    off: off && { counts: off.counts, alpha: off.expected.map((v, i) => (off.counts[i]! > 0 ? v / off.counts[i]! : 0)) },
  }
}
