import { HeavensError } from '@heavens/schemas'
import type { SpectralBin } from './spectral-bins.js'
import type { EffectiveArea, Response, Spectrum } from './types.js'

/** Response × area × exposure, summed over the channels of each bin: of every bin the energies from `first`, `length` of them. */
export interface Folding {
  energyLow: Float64Array
  energyHigh: Float64Array
  first: Int32Array
  offset: Uint32Array
  /** counts per (photon/cm²/s) */
  weights: Float64Array
}

/** Relative difference up to which two energy grids are the same: files store float32. */
const SAME = 1e-3

/**
 * What turns photons/cm²/s in each energy bin into predicted counts: EXPOSURE · AREASCAL · ARF · RMF. Without an ARF the
 * matrix holds the area itself (an RSP).
 *
 * @throws file-unusable where ARF and RMF differ in their energies
 */
export function folding(response: Response, area: EffectiveArea | undefined, spectrum: Pick<Spectrum, 'exposure' | 'areascal'>, bins: readonly SpectralBin[]): Folding {
  const { energyLow, energyHigh, rowStart } = response
  const energies = energyLow.length
  if (area !== undefined) sameEnergies(response, area)
  const channels = response.channelLow.length
  const binOf = new Int32Array(channels).fill(-1)
  bins.forEach(({ first, end }, bin) => binOf.fill(bin, first, end))
  const dense = bins.map(() => ({ from: energies, to: 0 }))
  const visit = (use: (row: number, bin: number, channel: number, value: number) => void): void => {
    for (let row = 0; row < energies; row++) {
      for (let g = rowStart[row]!; g < rowStart[row + 1]!; g++) {
        for (let k = 0; k < response.groupLength[g]!; k++) {
          const channel = response.groupChannel[g]! + k
          const value = response.matrix[response.groupOffset[g]! + k]!
          if (binOf[channel]! >= 0 && value !== 0) use(row, binOf[channel]!, channel, value)
        }
      }
    }
  }
  visit((row, bin) => {
    dense[bin]!.from = Math.min(dense[bin]!.from, row)
    dense[bin]!.to = Math.max(dense[bin]!.to, row + 1)
  })
  const first = Int32Array.from(dense, ({ from }) => from)
  const offset = new Uint32Array(bins.length + 1)
  dense.forEach(({ from, to }, bin) => (offset[bin + 1] = offset[bin]! + Math.max(0, to - from)))
  const weights = new Float64Array(offset[bins.length]!)
  visit((row, bin, channel, value) => {
    weights[offset[bin]! + row - first[bin]!]! += value * (area?.area[row] ?? 1) * spectrum.exposure * spectrum.areascal[channel]!
  })
  return { energyLow, energyHigh, first, offset, weights }
}

/** Predicted counts of each bin for a flux [photons/cm²/s in each energy bin], into `out`. */
export function fold({ first, offset, weights }: Folding, flux: Float64Array, out: Float64Array): Float64Array {
  for (let bin = 0; bin < out.length; bin++) {
    const from = offset[bin]!
    const end = offset[bin + 1]!
    // Four sums that do not wait for each other.
    let a = 0
    let b = 0
    let c = 0
    let d = 0
    let k = from
    const shift = first[bin]! - from
    for (; k < end - 3; k += 4) {
      a += weights[k]! * flux[k + shift]!
      b += weights[k + 1]! * flux[k + shift + 1]!
      c += weights[k + 2]! * flux[k + shift + 2]!
      d += weights[k + 3]! * flux[k + shift + 3]!
    }
    for (; k < end; k++) a += weights[k]! * flux[k + shift]!
    out[bin] = a + b + (c + d)
  }
  return out
}

function sameEnergies(response: Response, area: EffectiveArea): void {
  const differ = (a: Float64Array, b: Float64Array): boolean => a.some((value, i) => Math.abs(value - b[i]!) > SAME * Math.max(value, 1e-6))
  if (area.area.length !== response.energyLow.length || differ(response.energyLow, area.energyLow) || differ(response.energyHigh, area.energyHigh)) {
    throw new HeavensError('file-unusable', { file: area.file, reason: `its energies are not those of the matrix in ${response.file} (${area.area.length} against ${response.energyLow.length} bins)` })
  }
}
