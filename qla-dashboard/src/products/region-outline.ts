import { directionOf, unitVector } from '@heavens/science/sky'
import type { Region } from './image-region.js'
import type { Picture } from './read-product.js'
import { axesAt } from './region-mask.js'

const DEGREE = Math.PI / 180
const POINTS = 72
/** Points along each side of a box: sides of large ones are bent. */
const SIDE = 8

type Point = [x: number, y: number]

/** The rims of a region in pixels of the picture (centres from 1): one, or the outer and the inner one of an annulus. Points off the picture's plane are left out. */
export function regionOutline(picture: Picture, region: Region): Point[][] {
  if (region.shape === 'box') return [boxPoints(picture, region)]
  const radii = region.shape === 'circle' ? [region.radius] : [region.outer, ...(region.inner > 0 ? [region.inner] : [])]
  return radii.map((radius) => Array.from({ length: POINTS }, (_, k) => (2 * Math.PI * k) / POINTS).flatMap((angle) => {
    // On the sky all points of a circle are equally far from the middle; on the touching plane their distance is tan r.
    const reach = picture.directions ? Math.tan(Math.min(radius, 89) * DEGREE) / DEGREE : radius
    return pointAt(picture, region, reach * Math.cos(angle), reach * Math.sin(angle))
  }))
}

function boxPoints(picture: Picture, region: Extract<Region, { shape: 'box' }>): Point[] {
  const [w, h] = [region.width / 2, region.height / 2]
  const corners: Point[] = [[-w, -h], [w, -h], [w, h], [-w, h]]
  const [cos, sin] = [Math.cos((region.angle ?? 0) * DEGREE), Math.sin((region.angle ?? 0) * DEGREE)]
  return corners.flatMap(([x, y], k) => {
    const [u, v] = corners[(k + 1) % 4]!
    return Array.from({ length: SIDE }, (_, i) => [x + ((u - x) * i) / SIDE, y + ((v - y) * i) / SIDE] as const)
  }).flatMap(([x, y]) => pointAt(picture, region, x * cos - y * sin, x * sin + y * cos))
}

/** The pixel that lies `right` (west) and `up` (north) of a point, degrees on the plane that touches the sky there; pixels without coordinates. */
function pointAt(picture: Picture, { lon, lat }: Pick<Region, 'lon' | 'lat'>, right: number, up: number): Point[] {
  if (!picture.directions) return [[lon + right, lat + up]]
  const c = unitVector(lon, lat)
  const { east, north } = axesAt(lon, lat)
  const [x, y, z] = c.map((v, k) => v - right * DEGREE * east[k]! + up * DEGREE * north[k]!) as [number, number, number]
  const at = picture.pixelOf(...directionOf(x, y, z))
  return at ? [at] : []
}

/** By how much north is turned on the picture from straight up, counter-clockwise [deg]: a box that lies along the picture has the opposite angle. 0 without coordinates. */
export function northAngle(picture: Picture, lon: number, lat: number): number {
  if (!picture.directions) return 0
  const [from, to] = [picture.pixelOf(lon, lat), pointAt(picture, { lon, lat }, 0, picture.scale)[0]]
  return from && to ? Math.atan2(from[0] - to[0], to[1] - from[1]) / DEGREE : 0
}
