import { HeavensError } from '@heavens/schemas'
import { readTable } from '../fits/index.js'
import type { FitsFile } from '../fits/index.js'

/** One axis of a response: bins [low, high), or nodes where low = high. Energies keV, angles degrees, migra a ratio. */
export interface ResponseAxis {
  low: Float64Array
  high: Float64Array
}

/** One response of a run, on a grid; the first axis runs fastest. */
export interface ResponseTable {
  axes: readonly ResponseAxis[]
  values: Float64Array
  /** of the values, as the file spells it */
  unit: string
}

const TO_OURS: Readonly<Record<string, number>> = { kev: 1, mev: 1e3, gev: 1e6, tev: 1e9, deg: 1, '': 1 }

/**
 * Reads a table of the form GADF: its first row holds the axes (NAME_LO, NAME_HI) and the values.
 *
 * @param axes   names of the axes in the order of the format, fastest first
 * @returns      undefined where the file has no such table
 * @throws       HeavensError file-unusable: a column is missing, of another size than its axes say, or in an unknown unit
 */
export async function readResponseTable(file: FitsFile, extension: string, axes: readonly string[], column: string): Promise<ResponseTable | undefined> {
  const hdu = file.hdu(extension)
  if (hdu === undefined) return undefined
  const refuse = (reason: string): never => {
    throw new HeavensError('file-unusable', { file: file.name, reason: `${extension}: ${reason}` })
  }
  const { columns } = await readTable(file, hdu, { to: 1 })
  const numbers = (name: string): { values: Float64Array; unit: string } => {
    const found = Object.values(columns).find((each) => each.name.trim().toUpperCase() === name)
    if (found === undefined || Array.isArray(found.values)) return refuse(`it has no numeric column ${name}`)
    if (found.values instanceof BigInt64Array || found.values instanceof BigUint64Array) return refuse(`${name} holds whole numbers of 64 bits`)
    return { values: Float64Array.from(found.values), unit: found.unit.trim() }
  }
  const bound = (name: string): Float64Array => {
    const { values, unit } = numbers(name)
    const scale = TO_OURS[unit.toLowerCase()] ?? refuse(`${name} is in ${unit}, which is no unit of energy or angle known here`)
    return values.map((value) => value * scale)
  }
  const read = axes.map((name): ResponseAxis => ({ low: bound(`${name}_LO`), high: bound(`${name}_HI`) }))
  const { values, unit } = numbers(column)
  const size = read.reduce((product, { low }) => product * low.length, 1)
  if (read.some(({ low, high }) => low.length === 0 || low.length !== high.length) || values.length !== size) refuse(`${column} has ${values.length} values, its axes ${read.map(({ low }) => low.length).join(' × ')}`)
  return { axes: read, values, unit }
}
