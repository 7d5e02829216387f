import { channelResolution } from './channel-resolution.js'
import { groupByCounts, optimalGroups, type Groups } from './grouping.js'
import type { Response, Spectrum } from './types.js'

/** Channels first … end − 1 that are fitted as one point. */
export interface SpectralBin {
  first: number
  end: number
  /** nominal edges [keV] */
  low: number
  high: number
}

/** Counts from which on Gaussian statistics are trusted in a channel. */
const GAUSSIAN_COUNTS = 25

export type Grouping = 'auto' | 'file' | 'none' | 'optimal' | { minimumCounts: number }

/**
 * The points of a fit: groups of the file, or single channels, that overlap the energy interval and hold no channel of bad
 * quality (> 0). A bin is taken when some of it lies inside (its upper edge above `min`, its lower edge below `max`), as
 * Sherpa's notice() does.
 *
 * @param grouping file: GROUPING as written; none: every channel; auto: GROUPING only where it is needed for Gaussian
 *   statistics, that is when a channel of the interval holds fewer than 25 counts or the file gives rates; optimal and least
 *   counts: made here from the counts of the source region, whatever the file says
 */
export function spectralBins(spectrum: Spectrum, response: Response, min: number, max: number, grouping: Grouping = 'file'): SpectralBin[] {
  const made = madeGroups(spectrum, response, grouping)
  if (made !== undefined) return spectralBins({ ...spectrum, ...made }, response, min, max, 'file')
  const { channelLow, channelHigh } = response
  const flags = spectrum.grouping
  const inside = (first: number, end: number): boolean => {
    let overlaps = false
    for (let c = first; c < end; c++) {
      if (spectrum.quality[c]! > 0) return false
      if (channelHigh[c]! > min && channelLow[c]! < max) overlaps = true
    }
    return overlaps
  }
  const bins = (grouped: boolean): SpectralBin[] => {
    const found: SpectralBin[] = []
    const size = spectrum.counts.length
    for (let first = 0, end = 0; first < size; first = end) {
      end = first + 1
      if (grouped && flags![first] !== 0) while (end < size && flags![end]! < 0) end++
      if (!inside(first, end)) continue
      let [low, high] = [Infinity, -Infinity]
      for (let c = first; c < end; c++) {
        low = Math.min(low, channelLow[c]!)
        high = Math.max(high, channelHigh[c]!)
      }
      found.push({ first, end, low, high })
    }
    return found
  }
  if (flags === undefined || grouping === 'none') return bins(false)
  if (grouping === 'file') return bins(true)
  const single = bins(false)
  return spectrum.counted && single.every(({ first }) => spectrum.counts[first]! >= GAUSSIAN_COUNTS) ? single : bins(true)
}

/** Groups that are asked for in place of the file's. */
function madeGroups({ counts, quality }: Spectrum, response: Response, grouping: Grouping): Groups | undefined {
  if (grouping === 'optimal') return optimalGroups(counts, quality, channelResolution(response))
  return typeof grouping === 'object' ? groupByCounts(counts, quality, grouping.minimumCounts) : undefined
}

/** Sum of a column over each bin. */
export function sumOver(bins: readonly SpectralBin[], values: ArrayLike<number>): Float64Array {
  return Float64Array.from(bins, ({ first, end }) => {
    let sum = 0
    for (let c = first; c < end; c++) sum += values[c]!
    return sum
  })
}
