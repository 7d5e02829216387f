import type { EventBlock, EventColumns } from '@heavens/schemas'

/** A block with the events at `rows` only, in that order; its times stay. */
export function takeEvents(block: EventBlock, rows: Uint32Array): EventBlock {
  const columns: Record<string, unknown> = {}
  for (const [name, values] of Object.entries(block.columns) as [string, Float64Array][]) {
    const picked = new (values.constructor as Float64ArrayConstructor)(rows.length)
    for (let n = 0; n < rows.length; n++) picked[n] = values[rows[n]!]!
    columns[name] = picked
  }
  return { ...block, count: rows.length, columns: columns as unknown as EventColumns }
}
