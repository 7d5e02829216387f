import { directionOf, separation, turn, unitVector } from './geometry.js'

export interface Circle {
  ra: number
  dec: number
  radius: number
}

type Place = readonly [ra: number, dec: number]

/** Steps along each side of a range. */
const STEPS = 32

/**
 * A circle around a range of right ascension and declination: it holds all of it, and is centred on its middle.
 *
 * @param ra  degrees; the first may be above the second, over 0
 * @param dec degrees, −90 … 90, ascending
 */
export function circleOfRange([west, east]: readonly [number, number], [south, north]: readonly [number, number]): Circle {
  const width = east - west >= 360 ? 360 : turn(east - west)
  const places: Place[] = []
  for (let i = 0; i <= STEPS; i++) for (let k = 0; k <= STEPS; k++) places.push([west + (width * i) / STEPS, south + ((north - south) * k) / STEPS])
  return enclose(places)
}

/** A circle around a polygon given by its corners: it holds all of them, hence all of it where it is less than a hemisphere. */
export function circleOfPolygon(corners: readonly Place[]): Circle {
  return enclose(corners)
}

function enclose(places: readonly Place[]): Circle {
  const sum = [0, 0, 0]
  for (const [ra, dec] of places) {
    // Places on a grid are the denser the closer to a pole.
    const weight = Math.max(Math.cos((dec * Math.PI) / 180), 1e-6)
    unitVector(ra, dec).forEach((v, i) => (sum[i]! += v * weight))
  }
  const [x, y, z] = sum as [number, number, number]
  const [ra, dec] = directionOf(x, y, z)
  const radius = Math.max(...places.map((place) => separation(ra, dec, place[0], place[1])))
  const round = (v: number): number => Number(v.toFixed(9))
  return { ra: round(ra), dec: round(dec), radius: Math.min(180, Math.max(1e-9, round(radius + 5e-10))) }
}
