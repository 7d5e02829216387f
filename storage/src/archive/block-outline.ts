import { EVENT_COLUMN_TYPES, type EventBlock, type EventColumns } from '@heavens/schemas'
import { booleanOf, fieldsOf, listOf, numberOf, stringOf } from '../codec/json-numbers.js'
import { cellsOf } from './sky-cells.js'

/** What must be known of a block of photons of which none is wanted: all but its events. */
export interface BlockOutline {
  source: string
  sequence: number
  count: number
  late: boolean
  /** names of its columns */
  columns: (keyof EventColumns)[]
  /** groups that have events in it, ascending; undefined without a detector column */
  detectors: number[] | undefined
  /** as `cellsOf` gives them */
  cells: Uint8Array
}

/** Undefined for a block whose events have no directions. */
export function outlineOf(block: EventBlock): BlockOutline | undefined {
  const { source, sequence, count, late } = block
  const { ra, dec, detector } = block.columns
  if (ra === undefined || dec === undefined) return undefined
  const columns = (Object.keys(EVENT_COLUMN_TYPES) as (keyof EventColumns)[]).filter((name) => block.columns[name] !== undefined)
  return { source, sequence, count, late, columns, detectors: detector && detectorsOf(detector), cells: cellsOf(ra, dec) }
}

/** Groups that have events, ascending. */
export function detectorsOf(detector: Uint8Array): number[] {
  const seen = new Uint8Array(256)
  for (let i = 0; i < detector.length; i++) seen[detector[i]!] = 1
  return Array.from(seen.keys()).filter((group) => seen[group] === 1)
}

/** All but the cells, as JSON. */
export function outlineText({ source, sequence, count, late, columns, detectors }: BlockOutline): string {
  return JSON.stringify({ source, sequence, count, late, columns, ...(detectors ? { detectors } : {}) })
}

/** Throws on a text that is no outline. */
export function readOutline(text: string, cells: Uint8Array): BlockOutline {
  const fields = fieldsOf(JSON.parse(text), 'the outline')
  const columns = listOf(fields['columns'], 'columns').map((name) => {
    if (!(stringOf(name, 'a column') in EVENT_COLUMN_TYPES)) throw new TypeError(`there is no column ${String(name)}`)
    return name as keyof EventColumns
  })
  return {
    source: stringOf(fields['source'], 'source'), sequence: numberOf(fields['sequence'], 'sequence'), count: numberOf(fields['count'], 'count'), late: booleanOf(fields['late'], 'late'), columns, cells,
    detectors: fields['detectors'] === undefined ? undefined : listOf(fields['detectors'], 'detectors').map((group) => numberOf(group, 'a detector')),
  }
}

/** Columns without rows; nothing can be written to them. */
const NONE = { float64: new Float64Array(), float32: new Float32Array(), uint16: new Uint16Array(), int16: new Int16Array(), uint8: new Uint8Array() }

/** The block without its events. */
export function emptyBlock({ source, sequence, late, columns }: BlockOutline, start: number, stop: number): EventBlock {
  const none = Object.fromEntries(columns.map((name) => [name, NONE[EVENT_COLUMN_TYPES[name]]]))
  return { kind: 'events', source, sequence, start, stop, count: 0, late, columns: none as unknown as EventColumns }
}
