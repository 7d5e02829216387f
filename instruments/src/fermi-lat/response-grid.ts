import { HeavensError } from '@heavens/schemas'
import { readTable } from '@heavens/science/fits'
import type { FitsFile } from '@heavens/science/fits'

/** Quantities on a grid of energy and angle: `columns[name][a * energies + e]`. */
export interface ResponseGrid {
  /** log10(E / MeV) of the middles of the bins, ascending */
  logEnergy: Float64Array
  /** cosines of the middles of the bins, ascending */
  cosine: Float64Array
  /** where the bins begin and end: MeV, cosine */
  limits: { lowest: number; highest: number; least: number }
  columns: Readonly<Record<string, Float64Array>>
}

/**
 * Reads a table of the form CAL/GEN/92-019 as the LAT uses it: one row with ENERG_LO, ENERG_HI [MeV], CTHETA_LO, CTHETA_HI and
 * the quantities, energy running fastest.
 *
 * @throws HeavensError file-unusable: no such table, or a column that is missing or of another size than the axes say
 */
export async function readResponseGrid(file: FitsFile, extension: string, names: readonly string[]): Promise<ResponseGrid> {
  const numbers = await firstRow(file, extension)
  const axis = (name: string): [Float64Array, Float64Array] => [numbers(`${name}_LO`), numbers(`${name}_HI`)]
  const [low, high] = axis('ENERG')
  const [least, most] = axis('CTHETA')
  const columns: Record<string, Float64Array> = {}
  for (const name of names) {
    const values = numbers(name)
    if (values.length !== low.length * least.length) throw unusable(file, extension, `${name} has ${values.length} values, its axes ${low.length} × ${least.length}`)
    columns[name] = values
  }
  return {
    logEnergy: low.map((value, i) => Math.log10(value * high[i]!) / 2), cosine: least.map((value, i) => (value + most[i]!) / 2),
    limits: { lowest: low[0]!, highest: high.at(-1)!, least: least[0]! }, columns,
  }
}

/** A column of parameters, rows one after the other. Throws file-unusable as readResponseGrid. */
export async function readParameters(file: FitsFile, extension: string, name: string, count: number): Promise<Float64Array> {
  const values = (await firstRow(file, extension, false))(name)
  if (values.length !== count) throw unusable(file, extension, `${name} has ${values.length} values and not ${count}`)
  return values
}

async function firstRow(file: FitsFile, extension: string, one = true): Promise<(name: string) => Float64Array> {
  const hdu = file.hdu(extension)
  if (hdu === undefined || hdu.kind !== 'bintable') throw unusable(file, extension, 'there is no such table')
  const { columns } = await readTable(file, hdu, one ? { to: 1 } : {})
  return (name) => {
    const found = Object.values(columns).find(column => column.name.trim().toUpperCase() === name)
    if (found === undefined || Array.isArray(found.values)) throw unusable(file, extension, `it has no numeric column ${name}`)
    return Float64Array.from(found.values as ArrayLike<number>)
  }
}

function unusable(file: FitsFile, extension: string, reason: string): HeavensError {
  return new HeavensError('file-unusable', { file: file.name, reason: `${extension}: ${reason}` })
}

/** The four nodes around a place of a grid, as indices into its columns, with their weights (they add up to 1); beyond the outermost nodes, those count. */
export function nodesAround({ logEnergy, cosine }: Pick<ResponseGrid, 'logEnergy' | 'cosine'>, logE: number, c: number): readonly (readonly [index: number, weight: number])[] {
  const e = between(logEnergy, logE)
  const a = between(cosine, c)
  const n = logEnergy.length
  return [
    [a.at * n + e.at, (1 - a.share) * (1 - e.share)], [a.at * n + e.at + 1, (1 - a.share) * e.share],
    [(a.at + 1) * n + e.at, a.share * (1 - e.share)], [(a.at + 1) * n + e.at + 1, a.share * e.share],
  ]
}

function between(nodes: Float64Array, value: number): { at: number; share: number } {
  let at = 0
  while (at < nodes.length - 2 && nodes[at + 1]! <= value) at++
  return { at, share: Math.min(1, Math.max(0, (value - nodes[at]!) / (nodes[at + 1]! - nodes[at]!))) }
}
