import type { Direction } from '../simulation/direction.js'
import { energyTable } from './energy-table.js'

/** Photons/s that the whole sky would give on axis: those in the field of view and above the horizon, about an eighth, remain. */
const ISOTROPIC = 8
const GALACTIC = 8

const EXTRAGALACTIC_ENERGIES = energyTable(2.4).energy
const GALACTIC_ENERGIES = energyTable(2.5).energy

interface Random {
  uniform(): number
  normal(): number
  poisson(mean: number): number
}

/** Diffuse photons of one second over the whole sky, before anything is cut: what is isotropic, and the Milky Way. */
export function drawDiffuse(random: Random, take: (towards: Direction, energy: number) => void): void {
  for (let n = random.poisson(ISOTROPIC); n > 0; n--) {
    const z = 2 * random.uniform() - 1
    const around = 2 * Math.PI * random.uniform()
    const s = Math.sqrt(1 - z * z)
    take([s * Math.cos(around), s * Math.sin(around), z], pick(EXTRAGALACTIC_ENERGIES, random))
  }
  for (let n = random.poisson(GALACTIC); n > 0; n--) take(milkyWay(random), pick(GALACTIC_ENERGIES, random))
}

function pick(energies: Float64Array, random: Random): number {
  return energies[Math.floor(random.uniform() * energies.length)]!
}

/**
 * A direction of the Galaxy's diffuse light: half of it in the inner 60° of longitude, the rest all around; in latitude a thin
 * disc (1.5°), a thicker one (6°) and a broad local part (25°). Round figures that give the look of the LAT sky, not a model of it.
 */
function milkyWay(random: Random): Direction {
  const inner = random.uniform() < 0.5
  const l = (inner ? 30 * random.normal() : 360 * random.uniform()) * Math.PI / 180
  const which = random.uniform()
  const width = which < 0.35 ? 1.5 : which < 0.7 ? 6 : 25
  const b = Math.max(-90, Math.min(90, width * random.normal())) * Math.PI / 180
  const v = [Math.cos(b) * Math.cos(l), Math.cos(b) * Math.sin(l), Math.sin(b)] as const
  return [
    TO_ICRS[0][0] * v[0] + TO_ICRS[0][1] * v[1] + TO_ICRS[0][2] * v[2],
    TO_ICRS[1][0] * v[0] + TO_ICRS[1][1] * v[1] + TO_ICRS[1][2] * v[2],
    TO_ICRS[2][0] * v[0] + TO_ICRS[2][1] * v[1] + TO_ICRS[2][2] * v[2],
  ]
}

/** Galactic → ICRS: the transpose of the matrix of the Hipparcos catalogue (ESA SP-1200, vol. 1, eq. 1.5.11). */
const TO_ICRS = [
  [-0.0548755604, 0.4941094279, -0.8676661490],
  [-0.8734370902, -0.4448296300, -0.1980763734],
  [-0.4838350155, 0.7469822445, 0.4559837762],
] as const
