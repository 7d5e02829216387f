import { circleOfPolygon, circleOfRange, type Circle } from './enclosing-circle.js'
import { turn, unitVector } from './geometry.js'

/**
 * A part of the sky, ICRS degrees: a range of right ascension (eastwards from the first to the second; over 0 where the first is the larger) and of declination, or a
 * polygon of great circles between its corners, less than a hemisphere.
 */
export type SkyShape = { range: readonly [west: number, east: number, south: number, north: number] } | { polygon: readonly (readonly [ra: number, dec: number])[] }

/** A circle that holds the shape. A radius of 90° or more of a polygon: it is none that can be used. */
export function circleOfShape(shape: SkyShape): Circle {
  if ('polygon' in shape) return circleOfPolygon(shape.polygon)
  const [west, east, south, north] = shape.range
  return circleOfRange([west, east], [south, north])
}

/** Whether a position [deg] is in a shape. Edges of a range belong to it; a position that is not a number is in none. */
export function shapeTest(shape: SkyShape): (ra: number, dec: number) => boolean {
  return 'polygon' in shape ? polygonTest(shape.polygon) : rangeTest(shape.range)
}

function rangeTest([west, east, south, north]: readonly [number, number, number, number]): (ra: number, dec: number) => boolean {
  const width = east - west >= 360 ? 360 : turn(east - west)
  return (ra, dec) => dec >= south && dec <= north && (width === 360 ? Number.isFinite(ra) : turn(ra - west) <= width)
}

/**
 * On the plane that touches the sphere in the middle of the polygon great circles are straight lines (gnomonic projection), so that the
 * rule of even and odd crossings holds for them as on paper.
 */
function polygonTest(corners: readonly (readonly [number, number])[]): (ra: number, dec: number) => boolean {
  const middle = circleOfPolygon(corners)
  const centre = unitVector(middle.ra, middle.dec)
  const east = unitVector(middle.ra + 90, 0)
  const north = unitVector(middle.ra, middle.dec + 90)
  const dot = (a: readonly number[], b: readonly number[]): number => a[0]! * b[0]! + a[1]! * b[1]! + a[2]! * b[2]!
  const project = (ra: number, dec: number): readonly [number, number] | undefined => {
    const v = unitVector(ra, dec)
    const depth = dot(v, centre)
    // What lies 90° or more from the middle is on no plane, and in no such polygon.
    return depth > 0 ? [dot(v, east) / depth, dot(v, north) / depth] : undefined
  }
  const flat = corners.map(([ra, dec]) => project(ra, dec))
  if (flat.some((place) => place === undefined)) return () => false
  const edges = flat.map((to, i) => [flat[(i + flat.length - 1) % flat.length]!, to!] as const)
  return (ra, dec) => {
    const place = project(ra, dec)
    if (place === undefined) return false
    const [x, y] = place
    let inside = false
    for (const [[x1, y1], [x2, y2]] of edges) if (y1 > y !== y2 > y && x < x1 + ((y - y1) * (x2 - x1)) / (y2 - y1)) inside = !inside
    return inside
  }
}
