import { known, type Cell, type Table } from './table.js'

/** RFC 4180 with a header line; what is not known is empty. */
export function tableCsv({ columns, rows }: Table): string {
  return `${[columns.map(({ name }) => name), ...rows].map((row) => row.map(csvCell).join(',')).join('\n')}\n`
}

function csvCell(cell: Cell): string {
  const text = String(known(cell) ?? '')
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
