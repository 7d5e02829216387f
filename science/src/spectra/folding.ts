import { HeavensError } from '@heavens/schemas'
import type { SpectralBin } from './spectral-bins.js'
import type { EffectiveArea, Response, Spectrum } from './types.js'

/**
 * Response × area × exposure, summed over the channels of each bin, as runs of energies without the zeros between: bin b has
 * the runs runStart[b] … runStart[b + 1]; run r covers the energies from runFirst[r] with weights runOffset[r] … runOffset[r + 1].
 */
export interface Folding {
  energyLow: Float64Array
  energyHigh: Float64Array
  runStart: Int32Array
  runFirst: Int32Array
  runOffset: Int32Array
  /** counts per (photon/cm²/s) */
  weights: Float64Array
}

/** Zeros that a run bears rather than ending: cheaper to multiply than to begin anew. */
const GAP = 8

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
  const runStart = new Int32Array(bins.length + 1)
  const runs: { bin: number; first: number; length: number }[] = []
  const open: ({ bin: number; first: number; length: number } | undefined)[] = bins.map(() => undefined)
  visit((row, bin) => {
    const run = open[bin]
    if (run === undefined || row > run.first + run.length + GAP) runs.push((open[bin] = { bin, first: row, length: 1 }))
    else run.length = row + 1 - run.first
  })
  runs.sort((a, b) => a.bin - b.bin || a.first - b.first)
  const runOffset = new Int32Array(runs.length + 1)
  runs.forEach(({ bin, length }, r) => {
    runStart[bin + 1] = r + 1
    runOffset[r + 1] = runOffset[r]! + length
  })
  // Bins without any run begin where the one before ends.
  for (let bin = 0; bin < bins.length; bin++) runStart[bin + 1] = Math.max(runStart[bin]!, runStart[bin + 1]!)
  const runFirst = Int32Array.from(runs, ({ first }) => first)
  const weights = new Float64Array(runOffset[runs.length]!)
  const at = runStart.slice()
  visit((row, bin, channel, value) => {
    while (row >= runs[at[bin]!]!.first + runs[at[bin]!]!.length) at[bin]!++
    const r = at[bin]!
    weights[runOffset[r]! + row - runFirst[r]!]! += value * (area?.area[row] ?? 1) * spectrum.exposure * spectrum.areascal[channel]!
  })
  return { energyLow, energyHigh, runStart, runFirst, runOffset, weights }
}

/** Predicted counts of each bin for a flux [photons/cm²/s in each energy bin], into `out`. */
export function fold({ runStart, runFirst, runOffset, weights }: Folding, flux: Float64Array, out: Float64Array): Float64Array {
  for (let bin = 0; bin < out.length; bin++) {
    // Four sums that do not wait for each other.
    let a = 0
    let b = 0
    let c = 0
    let d = 0
    for (let r = runStart[bin]!; r < runStart[bin + 1]!; r++) {
      const end = runOffset[r + 1]!
      let k = runOffset[r]!
      let row = runFirst[r]!
      for (; k < end - 7; k += 8, row += 8) {
        a += weights[k]! * flux[row]! + weights[k + 4]! * flux[row + 4]!
        b += weights[k + 1]! * flux[row + 1]! + weights[k + 5]! * flux[row + 5]!
        c += weights[k + 2]! * flux[row + 2]! + weights[k + 6]! * flux[row + 6]!
        d += weights[k + 3]! * flux[row + 3]! + weights[k + 7]! * flux[row + 7]!
      }
      for (; k < end; k++, row++) a += weights[k]! * flux[row]!
    }
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
