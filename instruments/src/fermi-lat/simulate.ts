import type { SimulatedFile, SimulatedSky, SimulatedSource } from '../instrument.js'
import { cellRandom } from '../simulation/cell-random.js'
import { angles, combine, cross, direction, dot } from '../simulation/direction.js'
import type { Direction } from '../simulation/direction.js'
import { fluxFactor } from '../simulation/flux-factor.js'
import { goodSeconds } from '../simulation/good-seconds.js'
import { drawDiffuse } from './diffuse-sky.js'
import { energyTable } from './energy-table.js'
import type { EnergyTable } from './energy-table.js'
import { ft1File, ft2File } from './fits-files.js'
import type { AttitudeRow, Photons } from './fits-files.js'
import { areaFactor, containment68 } from './response.js'

/** Length of an attitude row [s]; rows begin on whole multiples of it. */
export const ATTITUDE_STEP = 30
const LIVETIME = 0.92
/** Photons from further from the zenith are cut, as Earth's limb outshines the sky there [deg]. */
const ZENITH_CUT = 100
const SOURCE = 'lat-ft1'

/**
 * Photons (FT1) of [start, stop), and the attitude (FT2) of the 30-s rows that begin in it. Inside the SAA neither
 * photons nor good time; an interval wholly inside gives the FT2 file only.
 */
export function simulate(sky: SimulatedSky, start: number, stop: number): SimulatedFile[] {
  const files: SimulatedFile[] = []
  const sequence = Math.round(start - sky.epoch)
  const good = goodSeconds(sky, start, stop)
  const rows = attitudeRows(sky, start, stop)
  if (rows.length > 0) {
    const last = rows.at(-1)!
    files.push({ name: `lat_spacecraft_sim_${sequence}.fits`, source: 'lat-ft2', sequence, start: rows[0]!.start, stop: last.start + ATTITUDE_STEP, bytes: ft2File(rows) })
  }
  if (good.start.length > 0) {
    const photons: Photons = { time: [], energy: [], ra: [], dec: [], theta: [], zenith: [] }
    const tables = sourceTables(sky.sources)
    let view: View | undefined
    for (let i = 0; i < good.start.length; i++) {
      for (let second = Math.floor(good.start[i]!); second < good.stop[i]!; second++) {
        const step = Math.floor(second / ATTITUDE_STEP)
        if (view?.step !== step) view = viewOf(sky, tables, step)
        drawSecond(sky.seed, second, view, tables, photons)
      }
    }
    files.push({ name: `lat_photon_sim_${sequence}.fits`, source: SOURCE, sequence, start, stop, bytes: ft1File(within(photons, start, stop), start, stop, good) })
  }
  return files
}

interface SourceTable {
  source: SimulatedSource
  towards: Direction
  energies: EnergyTable
}

function sourceTables(sources: readonly SimulatedSource[]): SourceTable[] {
  const byIndex = new Map<number, EnergyTable>()
  return sources.filter(source => source.gevFlux > 0).map(source => {
    const energies = byIndex.get(source.gevIndex) ?? energyTable(source.gevIndex)
    byIndex.set(source.gevIndex, energies)
    return { source, towards: direction(source.ra, source.dec), energies }
  })
}

/** What the LAT sees during one attitude row. */
interface View {
  step: number
  z: Direction
  zenith: Direction
  /** photons/s of each source, cumulative */
  cumulative: Float64Array
}

function viewOf(sky: SimulatedSky, tables: readonly SourceTable[], step: number): View {
  const middle = (step + 0.5) * ATTITUDE_STEP
  const state = sky.spacecraft(middle)
  const z = direction(state.ra, state.dec)
  const zenith = direction(state.raZenith, state.decZenith)
  const cumulative = new Float64Array(tables.length)
  let total = 0
  tables.forEach(({ source, towards, energies }, i) => {
    total += source.gevFlux * fluxFactor(source, middle) * energies.area * seen(towards, z, zenith)
    cumulative[i] = total
  })
  return { step, z, zenith, cumulative }
}

const ZENITH_LIMIT = Math.cos((ZENITH_CUT * Math.PI) / 180)

/** Live fraction times the relative area in a direction; 0 outside the field of view and towards Earth. */
function seen(towards: Direction, z: Direction, zenith: Direction): number {
  return dot(towards, zenith) < ZENITH_LIMIT ? 0 : LIVETIME * areaFactor(dot(towards, z))
}

function drawSecond(seed: number, second: number, view: View, tables: readonly SourceTable[], photons: Photons): void {
  const random = cellRandom(seed, SOURCE, second)
  const first = photons.time.length
  const add = (towards: Direction, energy: number): void => {
    const { ra, dec } = angles(towards)
    photons.time.push(second + random.uniform() * 0.999999)
    photons.energy.push(energy)
    photons.ra.push(ra)
    photons.dec.push(dec)
    photons.theta.push(degreesBetween(towards, view.z))
    photons.zenith.push(degreesBetween(towards, view.zenith))
  }
  const count = random.poisson(view.cumulative.at(-1) ?? 0)
  for (let i = 0; i < count; i++) {
    const pick = random.uniform() * view.cumulative.at(-1)!
    const table = tables[view.cumulative.findIndex(each => pick < each)] ?? tables.at(-1)!
    const energy = table.energies.energy[Math.floor(random.uniform() * table.energies.energy.length)]!
    add(smear(table.towards, energy, random), energy)
  }
  drawDiffuse(random, (towards, energy) => {
    if (random.uniform() < seen(towards, view.z, view.zenith)) add(towards, energy)
  })
  if (photons.time.length - first > 1) sortFrom(photons, first)
}

/** A direction off by the point-spread function: 85 % in a Gaussian core, 15 % in a tail twice as wide. */
function smear(towards: Direction, energy: number, random: { uniform(): number }): Direction {
  const width = (containment68(energy) / 1.7) * (random.uniform() < 0.15 ? 2 : 1)
  const angle = Math.min(Math.PI / 3, (width * Math.PI / 180) * Math.sqrt(-2 * Math.log(1 - random.uniform())))
  const around = 2 * Math.PI * random.uniform()
  const helper: Direction = Math.abs(towards[2]) < 0.9 ? [0, 0, 1] : [1, 0, 0]
  const side = cross(towards, helper)
  const norm = Math.hypot(...side)
  const x: Direction = [side[0] / norm, side[1] / norm, side[2] / norm]
  const s = Math.sin(angle)
  return combine(Math.cos(angle), towards, s * Math.cos(around), x, s * Math.sin(around), cross(towards, x))
}

function degreesBetween(a: Direction, b: Direction): number {
  return (Math.acos(Math.max(-1, Math.min(1, dot(a, b)))) * 180) / Math.PI
}

function sortFrom(photons: Photons, first: number): void {
  const order = photons.time.slice(first).map((time, i) => ({ time, i: first + i })).sort((a, b) => a.time - b.time)
  for (const column of Object.values(photons) as number[][]) {
    const sorted = order.map(({ i }) => column[i]!)
    sorted.forEach((value, i) => { column[first + i] = value })
  }
}

function within(photons: Photons, start: number, stop: number): Photons {
  const keep = photons.time.map(t => t >= start && t < stop)
  const pick = (column: number[]): number[] => column.filter((_, i) => keep[i])
  return { time: pick(photons.time), energy: pick(photons.energy), ra: pick(photons.ra), dec: pick(photons.dec), theta: pick(photons.theta), zenith: pick(photons.zenith) }
}

function attitudeRows(sky: SimulatedSky, start: number, stop: number): AttitudeRow[] {
  const rows: AttitudeRow[] = []
  for (let step = Math.ceil(start / ATTITUDE_STEP); step * ATTITUDE_STEP < stop; step++) {
    const from = step * ATTITUDE_STEP
    let live = 0
    for (let second = from; second < from + ATTITUDE_STEP; second++) if (!sky.spacecraft(second + 0.5).inSaa) live++
    rows.push({ start: from, stop: from + ATTITUDE_STEP, live: live * LIVETIME, state: sky.spacecraft(from + ATTITUDE_STEP / 2) })
  }
  return rows
}
