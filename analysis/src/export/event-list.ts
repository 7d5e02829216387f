import type { Instrument } from '@heavens/instruments'
import { writeFits } from '@heavens/science/fits'
import type { CardInput, ColumnInput, HduInput } from '@heavens/science/fits'
import { classCards, timeCards } from '../products/cards.js'
import { totalLength } from '../selection/intervals.js'
import type { Interval } from '../selection/intervals.js'
import type { SourceList } from './collect-lists.js'

/**
 * A list of events as a FITS file: EVENTS with all columns that the archive has (TIME in TT seconds since MJD 51544, ENERGY in keV, RA and DEC in degrees ICRS, each as it is kept, to the
 * bit), EBOUNDS where there are channels, GTI. The instrument's own decoder knows it again.
 */
export function eventList({ descriptor, eventListCards }: Instrument, list: SourceList, run: string, version: string): Uint8Array {
  const { events, good, bounds, group, source, pointings, cuts } = list
  const time = timeCards(hull(list))
  const origin: CardInput[] = [
    ['TELESCOP', descriptor.mission, 'mission'], ['INSTRUME', descriptor.name, 'instrument'], ['DETNAM', descriptor.groups[group]!.id, 'detector group'], ['FILTER', 'none', 'no filter'],
    ...(run.startsWith('simulated') ? [['SIMDATA', true, 'the telemetry is simulated'] satisfies CardInput] : []), ['ORIGIN', 'HEAVENS', 'who made this file'], ['CREATOR', `HEAVENS Quick-Look ${version}`, 'software that made this file'],
  ]
  const own = eventListCards?.({ group, pointings, cuts }) ?? []
  const cards = (...classes: string[]): CardInput[] => merged([...origin, ...time, ...classCards(...classes)], own)
  const columns: ColumnInput[] = [{ name: 'TIME', format: '1D', unit: 's', values: events.time }]
  if (events.channel) columns.push({ name: 'PHA', format: '1I', values: Int16Array.from(events.channel), comment: 'channel' })
  if (events.energy) columns.push({ name: 'ENERGY', format: '1E', unit: 'keV', values: events.energy })
  if (events.ra && events.dec) columns.push({ name: 'RA', format: '1E', unit: 'deg', values: events.ra }, { name: 'DEC', format: '1E', unit: 'deg', values: events.dec })
  if (events.x && events.y) columns.push({ name: 'RAWX', format: '1I', values: events.x }, { name: 'RAWY', format: '1I', values: events.y })
  if (events.flags) columns.push({ name: 'FLAGS', format: '1B', values: events.flags, comment: 'of the archive' })
  const hdus: HduInput[] = [
    { kind: 'image', cards: [...merged([...origin, ...time], own), ['HISTORY', `Exported from the archive of ${descriptor.id}, run ${run}`], ['HISTORY', `Source ${source}`]] },
    { kind: 'bintable', name: 'EVENTS', rows: events.time.length, columns, cards: merged([...cards('EVENTS', 'ALL'), ['ONTIME', totalLength(good), '[s] good time']], own) },
  ]
  if (bounds) {
    hdus.push({
      kind: 'bintable', name: 'EBOUNDS', rows: bounds.eMin.length, cards: [...merged([...origin, ...time, ...classCards('RESPONSE', 'EBOUNDS')], withoutClass(own)), ['CHANTYPE', 'PHA', 'channels as they were sent'], ['DETCHANS', bounds.eMin.length, 'channels']],
      columns: [
        { name: 'CHANNEL', format: '1I', values: Int16Array.from({ length: bounds.eMin.length }, (_, i) => bounds.first + i) },
        { name: 'E_MIN', format: '1E', unit: 'keV', values: bounds.eMin }, { name: 'E_MAX', format: '1E', unit: 'keV', values: bounds.eMax },
      ],
    })
  }
  hdus.push({
    kind: 'bintable', name: 'GTI', rows: good.length, cards: merged([...origin, ...time, ...classCards('GTI', 'STANDARD')], withoutClass(own)),
    columns: [{ name: 'START', format: '1D', unit: 's', values: Float64Array.from(good, ([from]) => from) }, { name: 'STOP', format: '1D', unit: 's', values: Float64Array.from(good, ([, to]) => to) }],
  })
  return writeFits(hdus)
}

/** First and last second that the file speaks of. */
function hull({ events: { time }, good }: SourceList): Interval {
  const start = Math.min(time[0] ?? Infinity, good[0]?.[0] ?? Infinity)
  const stop = Math.max(time.at(-1) ?? -Infinity, good.at(-1)?.[1] ?? -Infinity)
  return [start, stop]
}

/** Cards in which those of the instrument take the place of ours of the same keyword. */
function merged(ours: readonly CardInput[], own: readonly CardInput[]): CardInput[] {
  const names = new Set(own.map(([keyword]) => keyword))
  return [...ours.filter(([keyword]) => !names.has(keyword)), ...own]
}

/** Keywords that class an HDU belong to the events only. */
const withoutClass = (cards: readonly CardInput[]): CardInput[] => cards.filter(([keyword]) => !keyword.startsWith('HDUCLAS'))
