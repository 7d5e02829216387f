import { HeavensError } from '@heavens/schemas'
import { writeFits, type CardInput, type ColumnInput } from '@heavens/science/fits'

/** What a text table in this form begins with. */
const SIGNATURE = '# %ECSV '

/** Whether bytes are those of an ECSV file. */
export function isEcsv(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, SIGNATURE.length)).toString('latin1') === SIGNATURE
}

interface Column {
  name: string
  unit: string
  text: boolean
}

/**
 * A text table of astropy (Enhanced Character-Separated Values) as the FITS file that says the same, so that instruments read one
 * kind of file: a header of lines that begin with `#` (its columns as `- {name: …, unit: …, datatype: …}`, its `meta` as
 * `- {key: value}`, the delimiter), a line of names, and rows. Numbers become D columns, text A columns; empty places
 * NaN. An entry of `meta` becomes a keyword of its first eight letters, as FITS allows them: `telescope` is TELESCOP.
 *
 * @returns bytes of a FITS file with one table, TABLE
 * @throws  HeavensError file-unusable: no columns, a row of another length, a value that is no number
 */
export function ecsvAsFits(text: string, name: string): Uint8Array {
  const refuse = (reason: string): never => {
    throw new HeavensError('file-unusable', { file: name, reason })
  }
  const lines = text.split(/\r?\n/)
  const header = lines.filter((line) => line.startsWith('#')).map((line) => line.slice(1).replace(/^ /, ''))
  const body = lines.filter((line) => line.trim() !== '' && !line.startsWith('#'))
  const delimiter = /^delimiter: '?(.)'?$/.exec(header.find((line) => line.startsWith('delimiter:')) ?? '')?.[1] ?? ' '
  const columns = header.flatMap((line): Column[] => {
    const entry = flowMap(line)
    return entry?.['name'] === undefined ? [] : [{ name: entry['name'], unit: entry['unit'] ?? '', text: entry['datatype'] === 'string' }]
  })
  const [names, ...rows] = body.map((line) => cells(line, delimiter))
  if (columns.length === 0 || names === undefined || names.join() !== columns.map((column) => column.name).join()) return refuse('its header names other columns than its first line')
  const short = rows.findIndex((row) => row.length !== columns.length)
  if (short >= 0) refuse(`row ${short + 1} has ${rows[short]!.length} values for ${columns.length} columns`)
  const inputs = columns.map((column, c): ColumnInput => {
    const values = rows.map((row) => row[c]!)
    if (column.text) return { name: column.name.toUpperCase(), format: `${Math.max(1, ...values.map((value) => value.length))}A`, values }
    return { name: column.name.toUpperCase(), format: 'D', unit: column.unit, values: Float64Array.from(values, (value, row) => number(value) ?? refuse(`${column.name} of row ${row + 1} is ${value}, which is no number`)) }
  })
  return writeFits([{ kind: 'image' }, { kind: 'bintable', name: 'TABLE', rows: rows.length, columns: inputs, cards: metaCards(header) }])
}

/** `- {key: value, …}` of one line; undefined for anything else, such as an entry that goes on in the next line. */
function flowMap(line: string): Record<string, string> | undefined {
  const inner = /^- \{(.*)\}$/.exec(line.trim())?.[1]
  if (inner === undefined) return undefined
  const entries = inner.split(/,(?=\s*\w+\s*:\s)/).map((part) => /^\s*(\w+):\s*(.*?)\s*$/.exec(part))
  return entries.some((entry) => entry === null) ? undefined : Object.fromEntries(entries.map((entry) => [entry![1]!, entry![2]!.replace(/^(['"])(.*)\1$/, '$2')]))
}

function metaCards(header: readonly string[]): CardInput[] {
  const from = header.findIndex((line) => line.startsWith('meta:'))
  if (from < 0) return []
  return header.slice(from + 1).flatMap((line) => Object.entries(flowMap(line) ?? {})).flatMap(([key, value]): CardInput[] => {
    const keyword = key.toUpperCase().replaceAll(/[^A-Z0-9_-]/g, '').slice(0, 8)
    // 68 characters are what one card holds.
    return keyword === '' ? [] : [[keyword, number(value) ?? value.replaceAll(/[^ -~]/g, '?').slice(0, 66)]]
  })
}

/** A number, NaN for an empty place; undefined for other text. */
function number(text: string): number | undefined {
  if (text === '' || /^[+-]?nan$/i.test(text)) return NaN
  const value = Number(text)
  return Number.isNaN(value) ? undefined : value
}

/** Cells of a line; a cell in double quotes may hold the delimiter, and a quote written twice. */
function cells(line: string, delimiter: string): string[] {
  const out: string[] = []
  const rest = line.trim()
  for (let at = 0; at <= rest.length; at++) {
    let cell = ''
    if (rest[at] === '"') {
      for (at++; at < rest.length && (rest[at] !== '"' || rest[at + 1] === '"'); at++) cell += rest[rest[at] === '"' ? at++ : at]!
      at++
    } else for (; at < rest.length && rest[at] !== delimiter; at++) cell += rest[at]!
    out.push(cell)
    if (delimiter === ' ') while (rest[at + 1] === ' ') at++
  }
  return out
}
