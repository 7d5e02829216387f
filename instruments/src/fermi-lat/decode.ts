import { HeavensError } from '@heavens/schemas'
import type { SourceCuts } from '@heavens/schemas'
import { tableRows } from '@heavens/science/fits'
import type { FitsFile, FitsHdu } from '@heavens/science/fits'
import type { DecodeContext, DecodedItem, FileKind } from '../instrument.js'
import { goodTime } from '../reading/good-time.js'
import type { Intervals } from '../reading/good-time.js'
import { identity } from '../reading/keyword.js'
import { orderedRows } from '../reading/ordered-rows.js'
import { tableColumns } from '../reading/table-columns.js'
import { timesOfFile } from '../reading/times-of-file.js'
import { decodePointing } from './decode-pointing.js'
import { sourceCuts } from './source-cuts.js'
import { unseenFlags } from './unseen-flags.js'
import { decodeResponse, responseType } from './decode-response.js'

/** FT1 (photons: EVENTS with ENERGY, RA, DEC, TIME) → events; FT2 (attitude: SC_DATA) → pointing; effective area, point-spread function and energy dispersion → calibration. Cubes and maps are not telemetry. */
export function recognise(file: FitsFile): FileKind | undefined {
  const { telescope, instrument } = identity(file)
  if ((telescope !== 'GLAST' && telescope !== 'FERMI') || instrument !== 'LAT') return undefined
  const events = file.hdu('EVENTS')
  if (events !== undefined && events.kind === 'bintable' && tableColumns(events).some(name => name.toUpperCase() === 'ENERGY')) return 'events'
  if (file.hdu('SC_DATA')?.kind === 'bintable') return 'pointing'
  return responseType(file) === undefined ? undefined : 'calibration'
}

export async function* decode(file: FitsFile, kind: FileKind, context: DecodeContext): AsyncIterable<DecodedItem> {
  if (kind === 'events') yield* decodePhotons(file, context)
  else if (kind === 'pointing') yield* decodePointing(file, context)
  else if (kind === 'calibration') yield await decodeResponse(file, context)
  else throw new HeavensError('file-unusable', { file: file.name, reason: `fermi-lat has no ${kind} files` })
}

/** Energies stand in MeV in every FT1 file, on the log in keV. */
const KEV_PER_UNIT: Readonly<Record<string, number>> = { mev: 1e3, gev: 1e6, kev: 1 }

async function* decodePhotons(file: FitsFile, context: DecodeContext): AsyncIterable<DecodedItem> {
  const events = file.hdu('EVENTS')
  if (events === undefined || events.kind !== 'bintable') throw new HeavensError('file-unusable', { file: file.name, reason: 'no table EVENTS' })
  const times = timesOfFile(file, events)
  const good = await goodTime(file, timesOfFile(file, file.hdu('GTI') ?? events).toTt)
  const perUnit = energyUnit(file, events)
  const cuts = sourceCuts(events)
  const unseen = unseenFlags(events)
  if (tableRows(events) === 0) {
    yield* emptyObservation(file, good, cuts)
    return
  }
  let announced = false
  for await (const piece of orderedRows(file, events, { time: 'TIME', columns: ['ENERGY', 'RA', 'DEC', ...unseen.columns], ...times, context })) {
    if (!announced && good !== undefined) yield { kind: 'gti', group: -1, ...good, cuts }
    announced = true
    const raw = piece.values('ENERGY')
    const energy = new Float32Array(piece.count)
    for (let row = 0; row < piece.count; row++) energy[row] = raw[row]! * perUnit
    const ra = Float32Array.from(piece.values('RA') as Float32Array)
    const dec = Float32Array.from(piece.values('DEC') as Float32Array)
    yield { kind: 'events', start: piece.start, stop: piece.stop, count: piece.count, columns: { time: piece.time, energy, ra, dec, flags: unseen.of(piece.count, name => piece.values(name)) } }
  }
}

/** With 2 to 3 photons a second, a list of no photons is believable for this long only [s]. */
const LONGEST_EMPTY = 60

/** A short stretch of good time in which no photon came is data too: its exposure counts. Anything else without rows is refused. */
async function* emptyObservation(file: FitsFile, good: Intervals | undefined, cuts: SourceCuts): AsyncIterable<DecodedItem> {
  const first = good?.start[0]
  const last = good?.stop.at(-1)
  if (good === undefined || first === undefined || last === undefined || last - first > LONGEST_EMPTY) {
    throw new HeavensError('file-unusable', { file: file.name, reason: 'no rows in EVENTS' })
  }
  yield { kind: 'gti', group: -1, ...good, cuts }
  const columns = { time: new Float64Array(0), energy: new Float32Array(0), ra: new Float32Array(0), dec: new Float32Array(0), flags: new Uint8Array(0) }
  yield { kind: 'events', start: first, stop: last, count: 0, columns }
}

function energyUnit(file: FitsFile, events: FitsHdu): number {
  const index = tableColumns(events).findIndex(name => name.toUpperCase() === 'ENERGY')
  const unit = events.header.string(`TUNIT${index + 1}`, 'MeV').trim()
  const perUnit = KEV_PER_UNIT[unit.toLowerCase()]
  if (perUnit === undefined) throw new HeavensError('file-unusable', { file: file.name, reason: `the energies have the unknown unit ${unit}` })
  return perUnit
}
