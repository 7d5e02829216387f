import { areaOnAxis } from './response.js'

/** Energies of the photons that the LAT sees of a power law, by probability. */
export interface EnergyTable {
  /** MeV at equal steps of probability */
  energy: Float64Array
  /** detected photons/s on axis per unit of flux [photons cm⁻² s⁻¹, 0.1–100 GeV], i.e. the mean area [cm²] */
  area: number
}

const LOWEST = 60
const HIGHEST = 500_000
const STEPS = 400
const LENGTH = 512

/** Tables of the indices 1.5, 1.6 … 3.0, which catalogues round to: made once, as a second of telemetry needs a dozen. */
const PREPARED: ReadonlyMap<number, EnergyTable> = new Map(Array.from({ length: 16 }, (_, i) => [15 + i, tableOf((15 + i) / 10)]))

/** @param index photon index Γ of dN/dE ∝ E^−Γ, between 1 and 4 */
export function energyTable(index: number): EnergyTable {
  const tenths = Math.round(index * 10)
  return (Math.abs(index * 10 - tenths) < 1e-9 ? PREPARED.get(tenths) : undefined) ?? tableOf(index)
}

function tableOf(index: number): EnergyTable {
  const step = Math.log(HIGHEST / LOWEST) / STEPS
  const cumulative = new Float64Array(STEPS + 1)
  let flux = 0
  for (let i = 0; i < STEPS; i++) {
    const e = LOWEST * Math.exp((i + 0.5) * step)
    const photons = e ** (1 - index) * step
    if (e >= 100 && e < 100_000) flux += photons
    cumulative[i + 1] = cumulative[i]! + photons * areaOnAxis(e)
  }
  const total = cumulative[STEPS]!
  const energy = new Float64Array(LENGTH)
  let i = 0
  for (let k = 0; k < LENGTH; k++) {
    const target = ((k + 0.5) / LENGTH) * total
    while (cumulative[i + 1]! < target) i++
    energy[k] = LOWEST * Math.exp((i + (target - cumulative[i]!) / (cumulative[i + 1]! - cumulative[i]!)) * step)
  }
  return { energy, area: total / flux }
}
