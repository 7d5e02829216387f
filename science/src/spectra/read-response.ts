import type { FitsFile } from '../fits/index.js'
import { columnNumbers, energies, lowestValue, neededNumbers, type Numbers } from './column-numbers.js'
import { eboundsHdu, matrixHdus, unusable } from './spectrum-hdus.js'
import type { Response } from './types.js'

/**
 * Reads a redistribution matrix and its EBOUNDS (CAL/GEN/92-002): rows of fixed or variable length, several groups in a
 * row, channels that count from TLMIN of F_CHAN (where the header has none, see `firstChannel`). EBOUNDS are taken in the order of their rows: some files number them from another first channel than the matrix.
 *
 * @param version which matrix of a file with several, from 1
 * @throws file-unusable: no matrix or EBOUNDS, no such version, several and none chosen, groups outside the channels, values that are not numbers
 */
export async function readResponse(file: FitsFile, version?: number): Promise<Response> {
  const matrices = matrixHdus(file)
  const ebounds = eboundsHdu(file) ?? unusable(file, 'it has no EBOUNDS table')
  if (matrices.length > 1 && version === undefined) unusable(file, `it holds ${matrices.length} matrices; choose one by its number, as in ${file.name}{1}`)
  const hdu = matrices[(version ?? 1) - 1] ?? unusable(file, matrices.length === 0 ? 'it has no MATRIX table' : `it has no matrix ${version}, only ${matrices.length}`)
  const [energyLow, energyHigh] = [await energies(file, hdu, 'ENERG_LO'), await energies(file, hdu, 'ENERG_HI')]
  const [first, second] = [await energies(file, ebounds, 'E_MIN'), await energies(file, ebounds, 'E_MAX')]
  const groups = (await neededNumbers(file, hdu, 'N_GRP')).values
  const firsts = await neededNumbers(file, hdu, 'F_CHAN')
  const lengths = await neededNumbers(file, hdu, 'N_CHAN')
  const matrix = await neededNumbers(file, hdu, 'MATRIX')
  if (!matrix.values.every(Number.isFinite)) unusable(file, 'its matrix holds values that are not numbers')
  const offset = lowestValue(file, hdu, 'F_CHAN') ?? firstChannel(first.length, (await columnNumbers(file, ebounds, 'CHANNEL'))?.values[0], groups, firsts, lengths)
  const rowStart = new Uint32Array(groups.length + 1)
  const groupChannel: number[] = []
  const groupLength: number[] = []
  const groupOffset: number[] = []
  for (let row = 0; row < groups.length; row++) {
    let at = matrix.offsets[row]!
    for (let g = 0; g < groups[row]!; g++) {
      const channel = firsts.values[firsts.offsets[row]! + g]! - offset
      const length = lengths.values[lengths.offsets[row]! + g]!
      if (length === 0) continue
      if (!(channel >= 0 && length > 0 && channel + length <= first.length)) unusable(file, `row ${row + 1} of its matrix names channels ${channel + offset} … ${channel + offset + length - 1}, outside the ${first.length} of EBOUNDS`)
      if (at + length > matrix.offsets[row + 1]!) unusable(file, `row ${row + 1} of its matrix is shorter than its groups`)
      groupChannel.push(channel)
      groupLength.push(length)
      groupOffset.push(at)
      at += length
    }
    rowStart[row + 1] = groupChannel.length
  }
  return {
    file: file.name, energyLow, energyHigh,
    channelLow: first.map((low, i) => Math.min(low, second[i]!)), channelHigh: first.map((low, i) => Math.max(low, second[i]!)),
    rowStart, groupChannel: Int32Array.from(groupChannel), groupLength: Int32Array.from(groupLength), groupOffset: Uint32Array.from(groupOffset), matrix: matrix.values,
  }
}

/**
 * Where channels begin to count in a matrix that does not say so: as EBOUNDS do, unless groups would then lie outside them; from 0 if a group begins
 * there; else from 1, as the format says.
 */
function firstChannel(channels: number, ofBounds: number | undefined, groups: Float64Array, firsts: Numbers, lengths: Numbers): number {
  let [least, most] = [Infinity, 0]
  groups.forEach((count, row) => {
    for (let g = 0; g < count; g++) {
      const [first, length] = [firsts.values[firsts.offsets[row]! + g]!, lengths.values[lengths.offsets[row]! + g]!]
      if (length > 0) [least, most] = [Math.min(least, first), Math.max(most, first + length)]
    }
  })
  const fits = (from: number): boolean => least >= from && most <= from + channels
  return [ofBounds ?? 1, 0, 1].find(fits) ?? 1
}
