import type { Response } from './types.js'

/**
 * Full width at half maximum of the redistribution around each channel, in channels, at least 1: of the row of the matrix whose
 * energy is the channel's own. Channels that no row peaks at get the width of the nearest that one does.
 */
export function channelResolution(response: Response): Float64Array {
  const { channelLow, channelHigh, energyLow, energyHigh, rowStart, groupChannel, groupLength, groupOffset, matrix } = response
  const channels = channelLow.length
  const widths = new Float64Array(channels).fill(NaN)
  const line = new Float64Array(channels)
  let row = 0
  for (let c = 0; c < channels; c++) {
    const energy = Math.sqrt(Math.max(channelLow[c]!, 1e-12) * channelHigh[c]!)
    while (row < energyLow.length - 1 && energyHigh[row]! <= energy) row++
    while (row > 0 && energyLow[row]! > energy) row--
    if (energy < energyLow[row]! || energy >= energyHigh[row]!) continue
    line.fill(0)
    for (let g = rowStart[row]!; g < rowStart[row + 1]!; g++) {
      for (let k = 0; k < groupLength[g]!; k++) line[groupChannel[g]! + k]! += matrix[groupOffset[g]! + k]!
    }
    widths[c] = fullWidth(line)
  }
  const known = Array.from(widths, (w, c) => (Number.isFinite(w) ? c : -1)).filter((c) => c >= 0)
  return widths.map((w, c) => (Number.isFinite(w) ? w : known.length === 0 ? 1 : widths[known.reduce((best, k) => (Math.abs(k - c) < Math.abs(best - c) ? k : best))]!))
}

/** Width between the half maxima around the peak, by straight lines between channels; NaN of an empty line. */
function fullWidth(line: Float64Array): number {
  const peak = line.reduce((best, value, c) => (value > line[best]! ? c : best), 0)
  const half = line[peak]! / 2
  if (!(half > 0)) return NaN
  const reach = (step: 1 | -1): number => {
    let c = peak
    while (c + step >= 0 && c + step < line.length && line[c + step]! > half) c += step
    const next = line[c + step] ?? 0
    return Math.abs(c - peak) + (line[c]! - half) / (line[c]! - next)
  }
  return Math.max(1, reach(1) + reach(-1))
}
