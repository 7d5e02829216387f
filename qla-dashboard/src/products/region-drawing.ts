import { separation } from '@heavens/science/sky'
import type { Region, Shape } from './image-region.js'
import type { Picture } from './read-product.js'
import { northAngle } from './region-outline.js'

type Point = readonly [x: number, y: number]

/** Inner radius of an annulus that is drawn, as a share of its outer one. */
const INNER = 0.6

/**
 * The region between two pixels: from the middle to the rim of a circle or an annulus, from corner to corner of a box, which lies along
 * the picture. Null where it is smaller than a pixel or off the sky.
 */
export function drawnRegion(picture: Picture, shape: Shape, from: Point, to: Point): Region | null {
  const [dx, dy] = [Math.abs(to[0] - from[0]), Math.abs(to[1] - from[1])]
  if (Math.max(dx, dy) < 0.7) return null
  const middle = shape === 'box' ? [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2] as const : from
  const world = picture.worldOf(middle[0], middle[1])
  if (!world) return null
  const [lon, lat] = world
  if (shape === 'box') {
    const [width, height] = [Math.max(1, dx) * picture.scale, Math.max(1, dy) * picture.scale]
    const angle = Number((-northAngle(picture, lon, lat)).toFixed(2))
    return { shape, lon, lat, width, height, ...(angle ? { angle } : {}) }
  }
  const rim = picture.worldOf(to[0], to[1])
  const radius = rim && picture.wcs ? separation(lon, lat, ...rim) : Math.hypot(dx, dy) * picture.scale
  return shape === 'circle' ? { shape, lon, lat, radius } : { shape, lon, lat, inner: radius * INNER, outer: radius }
}

/** Whether a pixel is in a region; what is inside an annulus' hole is not. */
export function isInRegion(picture: Picture, region: Region, [x, y]: Point): boolean {
  const world = picture.worldOf(x, y)
  if (!world) return false
  if (region.shape === 'box') {
    const middle = picture.pixelOf(region.lon, region.lat)
    if (!middle) return false
    const turned = (((region.angle ?? 0) + northAngle(picture, region.lon, region.lat)) * Math.PI) / 180
    const [dx, dy] = [(x - middle[0]) * picture.scale, (y - middle[1]) * picture.scale]
    return Math.abs(dx * Math.cos(turned) + dy * Math.sin(turned)) <= region.width / 2 && Math.abs(dy * Math.cos(turned) - dx * Math.sin(turned)) <= region.height / 2
  }
  const far = picture.wcs ? separation(region.lon, region.lat, ...world) : Math.hypot(world[0] - region.lon, world[1] - region.lat)
  return region.shape === 'circle' ? far <= region.radius : far >= region.inner && far <= region.outer
}
