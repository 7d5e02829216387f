import { exposedTime } from '../selection/exposed-time.js'
import { held } from '../selection/source-cuts.js'
import { looksIn } from '../selection/looks-in.js'
import { exposureMap } from './exposure-map.js'
import { exposuresOf } from './exposures-of.js'
import type { ImageGrid } from './image-grid.js'
import type { ProductBand, ProductContext } from './product-context.js'

/** How long, and with which area, each pixel was seen. */
export interface ExposureImages {
  /** live seconds */
  live: Float32Array
  /** cm² s for each set of bands; undefined where the response by energy and angle is not known */
  exposures: Float32Array[] | undefined
}

/**
 * Exposure of each pixel; undefined where the pointing is not known.
 *
 * @param sky  1 where a pixel is a place on the sky
 * @param step pixels between the places where it is worked out; linear between
 */
export function exposureImages(context: ProductContext, grid: ImageGrid, sky: Float64Array, sets: readonly (readonly ProductBand[])[], side: number, step: number): ExposureImages | undefined {
  const { looks, limits, response, whole, photonIndex } = context
  if (looks === undefined || limits === undefined) return undefined
  const within = looksIn(looks, context.intervals)
  if (response === undefined) return { live: exposureMap((ra, dec) => [exposedTime(within, ra, dec, limits)], grid.skyOf, side, side, step)[0]!, exposures: undefined }
  const [live, ...exposures] = exposureMap(exposuresOf(response, within, limits, sets, photonIndex), grid.skyOf, side, side, step)
  // What a source had cut away was not exposed: an edge, which no interpolation may soften.
  if (whole.cuts.discs !== undefined) {
    sky.forEach((_, i) => {
      const place = grid.skyOf(i % side, Math.floor(i / side))
      if (place !== undefined && !held(place[0], place[1], whole.cuts)) for (const map of [live!, ...exposures]) map[i] = 0
    })
  }
  return { live: live!, exposures }
}
