import type { EventColumns } from '@heavens/schemas'
import { writeFits } from '@heavens/science/fits'
import type { ColumnInput, HduInput } from '@heavens/science/fits'
import { intersect, lowerBound, totalLength, unite } from '../selection/intervals.js'
import { joinColumns, rowsWhere, sliceColumns, sortByTime, takeRows } from '../selection/columns.js'
import { boundsAt } from '../selection/selection.js'
import { eventMask } from './band-mask.js'
import { classCards, originCards, provenanceCards, seconds, span, timeCards } from './cards.js'
import { gtiHdu } from './gti-hdu.js'
import type { ProductContext } from './product-context.js'

/** The selected events of all groups: within the intervals, the region, and any of the bands where bands were asked for. */
export function selectedEvents(context: ProductContext): EventColumns {
  const parts: EventColumns[] = []
  for (const group of context.region.groups) {
    for (const [start, stop] of context.intervals) {
      const events = sliceColumns(group.events, lowerBound(group.events.time, start), lowerBound(group.events.time, stop))
      if (events.time.length === 0) continue
      const mask = context.used.bands === undefined ? undefined : eventMask(events, context.bands, boundsAt(group, events.time[0]!))
      const kept = mask === undefined ? events : takeRows(events, rowsWhere(mask.length, (i) => mask[i] === 1))
      parts.push({ ...kept, detector: new Uint8Array(kept.time.length).fill(group.index) })
    }
  }
  return sortByTime(joinColumns(parts))
}

/** An event list with its good time: TIME and whatever the instrument's events carry. */
export function eventsFile(context: ProductContext, events: EventColumns): Uint8Array {
  const { groups } = context.region
  const good = unite(groups.flatMap((group) => intersect(group.good, context.intervals)))
  const time = timeCards(span(context.intervals))
  const columns: ColumnInput[] = [{ name: 'TIME', format: '1D', unit: 's', values: events.time }]
  if (events.channel) columns.push({ name: 'PHA', format: '1I', values: Int16Array.from(events.channel), comment: 'channel' })
  if (events.energy) columns.push({ name: 'ENERGY', format: '1E', unit: 'keV', values: events.energy })
  if (events.ra && events.dec) columns.push({ name: 'RA', format: '1E', unit: 'deg', values: events.ra }, { name: 'DEC', format: '1E', unit: 'deg', values: events.dec })
  if (events.x && events.y) columns.push({ name: 'RAWX', format: '1I', values: events.x }, { name: 'RAWY', format: '1I', values: events.y })
  if (events.detector && context.whole.descriptor.groups.length > 1) {
    const names = context.whole.descriptor.groups.map((group) => group.id)
    const width = Math.max(...names.map((name) => name.length))
    columns.push({ name: 'DETNAM', format: `${width}A`, values: Array.from(events.detector, (index) => names[index]!), comment: 'detector group' })
  }
  const table: HduInput = {
    kind: 'bintable', name: 'EVENTS', rows: events.time.length, columns,
    cards: [...originCards(context), ...time, ['ONTIME', seconds(totalLength(good)), '[s] good time'], ...classCards('EVENTS', 'ALL')],
  }
  return writeFits([{ kind: 'image', cards: [...originCards(context), ...time, ...provenanceCards(context)] }, table, gtiHdu(context, good)])
}
