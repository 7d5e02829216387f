import { HeavensError } from '@heavens/schemas'
import type { FitsFile, FitsHdu } from '@heavens/science/fits'
import type { DecodeContext, DecodedItem, FileKind } from '../instrument.js'
import { goodTime, joinIntervals } from '../reading/good-time.js'
import { keyword } from '../reading/keyword.js'
import { orderedRows } from '../reading/ordered-rows.js'
import { tableColumns } from '../reading/table-columns.js'
import { timesOfFile } from '../reading/times-of-file.js'
import { wholeFile } from '../reading/whole-file.js'
import { pointingOfRun } from './pointing-of-run.js'

/** A run of level DL3: an EVENTS table of HDUCLASS GADF (whichever the telescopes) with ENERGY, RA and DEC. Index tables are not telemetry. */
export function recognise(file: FitsFile): FileKind | undefined {
  const events = file.hdu('EVENTS')
  if (events === undefined || events.kind !== 'bintable' || keyword(file, 'HDUCLASS', events) !== 'GADF') return undefined
  const names = tableColumns(events).map(name => name.toUpperCase())
  return ['TIME', 'ENERGY', 'RA', 'DEC'].every(name => names.includes(name)) ? 'events' : undefined
}

/** Good time, pointing and the file itself (for its responses) before the events of a run. */
export async function* decode(file: FitsFile, kind: FileKind, context: DecodeContext): AsyncIterable<DecodedItem> {
  const events = file.hdu('EVENTS')
  if (kind !== 'events' || events === undefined || events.kind !== 'bintable') throw new HeavensError('file-unusable', { file: file.name, reason: `iact has no ${kind} files` })
  const times = timesOfFile(file, events)
  const perUnit = energyUnit(file, events)
  const { start, stop } = times.limits
  const header = start !== undefined && stop !== undefined ? joinIntervals([{ start, stop }]) : undefined
  const good = (await goodTime(file, timesOfFile(file, file.hdu('GTI') ?? events).toTt)) ?? header
  if (good === undefined || good.start.length === 0) throw new HeavensError('file-unusable', { file: file.name, reason: 'neither GTI nor TSTART and TSTOP say when it observed' })
  const pointing = pointingOfRun(file, events, good)
  let announced = false
  for await (const piece of orderedRows(file, events, { time: 'TIME', columns: ['ENERGY', 'RA', 'DEC'], ...times, context })) {
    if (!announced) {
      yield { kind: 'gti', group: -1, ...good }
      yield pointing
      if (file.hdu('AEFF') !== undefined) yield await keepResponses(file, context, good.start[0]!, good.stop.at(-1)!)
      announced = true
    }
    yield {
      kind: 'events', start: piece.start, stop: piece.stop, count: piece.count,
      columns: {
        time: piece.time, energy: Float32Array.from(piece.values('ENERGY'), value => value * perUnit),
        ra: Float32Array.from(piece.values('RA')), dec: Float32Array.from(piece.values('DEC')),
      },
    }
  }
}

/** Responses (AEFF, EDISP, PSF, BKG) stand in the file of the run and hold for it alone: the file is kept whole. */
async function keepResponses(file: FitsFile, context: DecodeContext, from: number, until: number): Promise<DecodedItem> {
  const bytes = await wholeFile(file)
  return { kind: 'calibration', group: 0, type: 'irf', file: file.name, sha256: await context.keep(file.name, bytes), bytes: bytes.length, from, until }
}

const KEV_PER_UNIT: Readonly<Record<string, number>> = { tev: 1e9, gev: 1e6, mev: 1e3, kev: 1 }

function energyUnit(file: FitsFile, events: FitsHdu): number {
  const index = tableColumns(events).findIndex(name => name.toUpperCase() === 'ENERGY')
  const unit = events.header.string(`TUNIT${index + 1}`, 'TeV').trim()
  const perUnit = KEV_PER_UNIT[unit.toLowerCase()]
  if (perUnit === undefined) throw new HeavensError('file-unusable', { file: file.name, reason: `the energies have the unknown unit ${unit}` })
  return perUnit
}
