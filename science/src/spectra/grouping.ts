/** Channels joined to bins, as OGIP writes it: GROUPING 1 begins a bin, −1 goes on with it; QUALITY 2 marks a bin that falls short. */
export interface Groups {
  grouping: Int16Array
  quality: Int16Array
}

/**
 * The least bins, from the first channel on, of at least `least` counts. Channels of quality > 0 stand alone and end a bin. A bin that falls
 * short before a bad channel or at the end gets quality 2, as grppha does.
 *
 * @param quality as in the file; what is marked there stays so
 */
export function groupByCounts(counts: ArrayLike<number>, quality: ArrayLike<number>, least: number): Groups {
  const size = counts.length
  const out: Groups = { grouping: new Int16Array(size).fill(1), quality: Int16Array.from(quality) }
  const short = (first: number, end: number): void => void out.quality.fill(2, first, end)
  let first = -1
  let sum = 0
  for (let c = 0; c < size; c++) {
    if (quality[c]! > 0) {
      if (first >= 0) short(first, c)
      first = -1
      continue
    }
    if (first < 0) {
      first = c
      sum = 0
    } else out.grouping[c] = -1
    sum += counts[c]!
    if (sum >= least) first = -1
  }
  if (first >= 0) short(first, size)
  return out
}

/** Counts of a resolution element over those within the FWHM, of a Gaussian response. */
const ELEMENT = 1.314
/** Below this ln of counts a bin is as wide as the resolution. */
const FEW = 2.119

/**
 * Optimal bins of Kaastra & Bleeker (2016, A&A 587, A151): as wide as loses no information, for the resolution and the counts. With x = ln(N (1 +
 * 0.2 ln R)), N counts of a resolution element and R elements, the width over the FWHM is 1 for x ≤ 2.119, else
 * (0.08 x + 7.0 + 1.8 / x) / (x + 5.9).
 *
 * @param fwhm of each channel, in channels, ≥ 1
 */
export function optimalGroups(counts: ArrayLike<number>, quality: ArrayLike<number>, fwhm: ArrayLike<number>): Groups {
  const size = counts.length
  const total = new Float64Array(size + 1)
  let elements = 0
  for (let c = 0; c < size; c++) {
    total[c + 1] = total[c]! + Math.max(0, counts[c]!)
    elements += 1 / fwhm[c]!
  }
  const many = 1 + 0.2 * Math.log(1 + elements)
  const wide = Int32Array.from({ length: size }, (_, c) => {
    const [low, high] = [Math.max(0, Math.round(c - fwhm[c]! / 2)), Math.min(size - 1, Math.round(c + fwhm[c]! / 2))]
    const x = Math.log(ELEMENT * (total[high + 1]! - total[low]!) * many)
    const share = x > FEW ? (0.08 * x + 7 + 1.8 / x) / (x + 5.9) : 1
    return Math.max(1, Math.floor(fwhm[c]! * share))
  })
  const out: Groups = { grouping: new Int16Array(size).fill(1), quality: Int16Array.from(quality) }
  for (let first = 0, end = 0; first < size; first = end) {
    // No channel of a bin wants a narrower one than reaches the bin's end.
    end = Math.min(size, first + wide[first]!)
    for (let c = first + 1; c < end; c++) end = Math.min(end, c + wide[c]!)
    for (let c = first + 1; c < end; c++) {
      if (quality[c]! > 0 || quality[c - 1]! > 0) end = c
      else out.grouping[c] = -1
    }
  }
  return out
}
