/** A column as VOTable describes it. Texts that a user may have written are `unicodeChar`; `char` holds ASCII only. */
export interface Column {
  name: string
  datatype: 'char' | 'unicodeChar' | 'double' | 'int' | 'long' | 'boolean'
  /** VOUnits */
  unit?: string
  ucd?: string
  utype?: string
  xtype?: string
  description: string
  /** which system its values are in; the table then declares it */
  system?: 'icrs' | 'mjd-tt' | 'seconds-tt'
}

export type Cell = string | number | boolean | null | undefined

/** Rows that can be answered as VOTable, CSV or JSON: cells in the order of the columns; null, undefined and NaN: not known. */
export interface Table {
  name: string
  description: string
  columns: readonly Column[]
  rows: readonly (readonly Cell[])[]
  /** true: there are more rows than were given */
  overflow?: boolean
}

/** Rows as objects; what is not known is null. */
export function tableObjects({ columns, rows }: Table): Record<string, string | number | boolean | null>[] {
  return rows.map((row) => Object.fromEntries(columns.map(({ name }, i) => [name, known(row[i]) ?? null])))
}

/** A cell, or undefined where nothing is known. */
export function known(cell: Cell): string | number | boolean | undefined {
  return cell === null || (typeof cell === 'number' && !Number.isFinite(cell)) ? undefined : cell
}
