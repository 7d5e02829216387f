import { writeFits } from '@heavens/science/fits'
import type { CardInput } from '@heavens/science/fits'
import type { SimulatedSky } from '../instrument.js'
import type { Intervals } from '../reading/good-time.js'
import { fermiMet, fermiTimeCards } from '../simulation/fermi-clock.js'

/** Columns of equal length: TT seconds, MeV, degrees (angle from the boresight and from the zenith last). */
export interface Photons {
  time: number[]
  energy: number[]
  ra: number[]
  dec: number[]
  theta: number[]
  zenith: number[]
}

export interface AttitudeRow {
  start: number
  stop: number
  /** seconds */
  live: number
  state: ReturnType<SimulatedSky['spacecraft']>
}

function cards(start: number, stop: number): CardInput[] {
  return [['TELESCOP', 'GLAST', 'name of the mission'], ['INSTRUME', 'LAT', 'instrument'], ['ORIGIN', 'HEAVENS simulator', 'not real data'], ...fermiTimeCards(start, stop)]
}

/** FT1 as the Fermi Science Support Center gives it (the columns that are read here): EVENTS in MeV, then GTI. */
export function ft1File(photons: Photons, start: number, stop: number, good: Intervals): Uint8Array {
  const common = cards(start, stop)
  const real = (values: number[]): Float32Array => Float32Array.from(values)
  return writeFits([
    { kind: 'image', cards: common },
    {
      kind: 'bintable', name: 'EVENTS', rows: photons.time.length, cards: [...common, ['HDUCLASS', 'OGIP'], ['HDUCLAS1', 'EVENTS'], ['HDUCLAS2', 'ALL']],
      columns: [
        { name: 'ENERGY', format: 'E', unit: 'MeV', values: real(photons.energy) },
        { name: 'RA', format: 'E', unit: 'deg', values: real(photons.ra) },
        { name: 'DEC', format: 'E', unit: 'deg', values: real(photons.dec) },
        { name: 'THETA', format: 'E', unit: 'deg', values: real(photons.theta) },
        { name: 'ZENITH_ANGLE', format: 'E', unit: 'deg', values: real(photons.zenith) },
        { name: 'TIME', format: 'D', unit: 's', values: Float64Array.from(photons.time, fermiMet) },
      ],
    },
    {
      kind: 'bintable', name: 'GTI', rows: good.start.length, cards: [...common, ['HDUCLASS', 'OGIP'], ['HDUCLAS1', 'GTI'], ['HDUCLAS2', 'ALL']],
      columns: [
        { name: 'START', format: 'D', unit: 's', values: good.start.map(fermiMet) },
        { name: 'STOP', format: 'D', unit: 's', values: good.stop.map(fermiMet) },
      ],
    },
  ])
}

/** FT2: SC_DATA with the columns that are read here. */
export function ft2File(rows: readonly AttitudeRow[]): Uint8Array {
  const common = cards(rows[0]!.start, rows.at(-1)!.stop)
  const angle = (name: string, of: (row: AttitudeRow) => number) => ({ name, format: 'E', unit: 'deg', values: Float32Array.from(rows, of) })
  return writeFits([
    { kind: 'image', cards: common },
    {
      kind: 'bintable', name: 'SC_DATA', rows: rows.length, cards: common,
      columns: [
        { name: 'START', format: 'D', unit: 's', values: Float64Array.from(rows, row => fermiMet(row.start)) },
        { name: 'STOP', format: 'D', unit: 's', values: Float64Array.from(rows, row => fermiMet(row.stop)) },
        angle('RA_ZENITH', row => row.state.raZenith), angle('DEC_ZENITH', row => row.state.decZenith),
        { name: 'IN_SAA', format: 'L', values: Uint8Array.from(rows, row => (row.state.inSaa ? 1 : 0)) },
        angle('RA_SCZ', row => row.state.ra), angle('DEC_SCZ', row => row.state.dec),
        angle('RA_SCX', row => row.state.raX), angle('DEC_SCX', row => row.state.decX),
        { name: 'LIVETIME', format: 'D', unit: 's', values: Float64Array.from(rows, row => row.live) },
      ],
    },
  ])
}
