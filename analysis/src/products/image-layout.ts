import type { InstrumentDescriptor, RequestAsUsed } from '@heavens/schemas'
import { imageGrid } from './image-grid.js'
import type { ImageGrid } from './image-grid.js'

/** Where the pixels of a request's image lie. */
export interface ImageLayout {
  grid: ImageGrid
  /** degrees */
  pixel: number
  /** degrees, as asked for */
  size: number
  /** pixels; odd, so that the target lies in the middle of a pixel and not between four */
  side: number
}

/** The image that a request means for an instrument; the request has a target. */
export function imageLayout(used: RequestAsUsed, descriptor: InstrumentDescriptor): ImageLayout {
  const asked = used.request.products?.image
  const pixel = asked?.pixel ?? descriptor.defaults.pixel ?? 0.1
  const size = asked?.size ?? descriptor.defaults.size ?? 10
  const side = 2 * Math.floor(Math.round(size / pixel) / 2) + 1
  return { pixel, size, side, grid: imageGrid(asked?.projection ?? 'TAN', used.target!, pixel, side) }
}
