/**
 * What is assumed of the LAT where no response files are configured: effective area and point-spread function of all events of the
 * class SOURCE. Round figures of P8R3_SOURCE_V2 (front and back together); the parts below are within 10 % of it on axis.
 */

/** On-axis effective area [cm²] at log10(E / MeV) of 1.5, 1.75, … */
const AREA_START = 1.5
const AREA_STEP = 0.25
const AREA = [800, 1950, 3450, 5050, 6200, 7500, 8450, 8900, 9200, 9100, 9250, 9200, 9220, 9200, 9150, 9000, 8850, 8800, 8750, 7700, 6300]

/** Largest angle from the boresight at which photons are simulated [deg]. */
export const FIELD_OF_VIEW = 66

/** Effective area on axis [cm²] at an energy [MeV]; 0 below 30 MeV. */
export function areaOnAxis(energy: number): number {
  const x = (Math.log10(energy) - AREA_START) / AREA_STEP
  if (x < 0) return 0
  const i = Math.min(Math.floor(x), AREA.length - 2)
  const f = Math.min(1, x - i)
  return AREA[i]! * (1 - f) + AREA[i + 1]! * f
}

/** Effective area at an angle of this cosine over that on axis: 0.71 at 45°, 0.29 at 66°, 0 beyond. From the 1–10 GeV columns. */
export function areaFactor(cosine: number): number {
  return cosine < Math.cos((FIELD_OF_VIEW * Math.PI) / 180) ? 0 : Math.max(0, 1.07 * cosine - 0.09)
}

/** Angle that holds 68 % of the photons of a point [deg] at an energy [MeV]. */
export function containment68(energy: number): number {
  return Math.hypot(5.0 * (energy / 100) ** -0.8, 0.1)
}
