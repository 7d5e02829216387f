import { readTable, tableColumns, type FitsFile, type FitsHdu } from '../fits/index.js'
import { unusable } from './spectrum-hdus.js'

const KEV: Readonly<Record<string, number>> = { ev: 1e-3, kev: 1, mev: 1e3, gev: 1e6, tev: 1e9 }
const CM2: Readonly<Record<string, number>> = { cm2: 1, dm2: 100, m2: 1e4 }

/** A numeric column; var-length ones with the offsets of their rows. */
export interface Numbers {
  values: Float64Array
  /** row r is values[offsets[r] … offsets[r + 1]) */
  offsets: Uint32Array
  unit: string
}

/** A column as float64; undefined where the table has none of this name. Throws file-unusable for text columns. */
export async function columnNumbers(file: FitsFile, hdu: FitsHdu, name: string): Promise<Numbers | undefined> {
  if (!tableColumns(hdu, file.name).some((column) => column.name.toUpperCase() === name)) return undefined
  const { rows, columns } = await readTable(file, hdu, { columns: [name] })
  const column = columns[name]!
  if (Array.isArray(column.values)) unusable(file, `column ${name} of ${hdu.name} holds text`)
  const values = Float64Array.from(column.values as ArrayLike<number>, Number)
  return { values, offsets: column.offsets ?? Uint32Array.from({ length: rows + 1 }, (_, r) => r * column.repeat), unit: column.unit }
}

/** As `columnNumbers`; throws file-unusable where it is missing. */
export async function neededNumbers(file: FitsFile, hdu: FitsHdu, name: string): Promise<Numbers> {
  return (await columnNumbers(file, hdu, name)) ?? unusable(file, `${hdu.name} has no column ${name}`)
}

/** Energies in keV; a column without unit is taken as keV, as the format demands it. Throws file-unusable where one is not a number. */
export async function energies(file: FitsFile, hdu: FitsHdu, name: string): Promise<Float64Array> {
  const { values, unit } = await neededNumbers(file, hdu, name)
  const scale = KEV[unit.trim().toLowerCase() || 'kev'] ?? unusable(file, `column ${name} of ${hdu.name} is in ${unit}, not an energy`)
  if (!values.every(Number.isFinite)) unusable(file, `column ${name} of ${hdu.name} holds energies that are not numbers`)
  return scale === 1 ? values : values.map((value) => value * scale)
}

/** Areas in cm². */
export async function areas(file: FitsFile, hdu: FitsHdu, name: string): Promise<Float64Array> {
  const { values, unit } = await neededNumbers(file, hdu, name)
  const scale = CM2[unit.trim().toLowerCase().replace(/[*^ ]/g, '') || 'cm2'] ?? unusable(file, `column ${name} of ${hdu.name} is in ${unit}, not an area`)
  return scale === 1 ? values : values.map((value) => value * scale)
}

/** Lowest legal value of a column (TLMINn), which is also where channels begin to count. */
export function lowestValue(file: FitsFile, hdu: FitsHdu, name: string): number | undefined {
  const column = tableColumns(hdu, file.name).find((other) => other.name.toUpperCase() === name)
  if (column === undefined || !hdu.header.has(`TLMIN${column.index}`)) return undefined
  return hdu.header.number(`TLMIN${column.index}`)
}
