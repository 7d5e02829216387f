import type { ProductStore } from '@heavens/storage'
import { numberOption } from '../request/resolve-options.js'
import { acceptanceImages, pixelVectors } from './acceptance-image.js'
import { fieldCounts } from './field-counts.js'
import type { ImageGrid } from './image-grid.js'
import type { ProductBand, ProductContext } from './product-context.js'
import { ringBackground } from './ring-background.js'
import type { RingBackground } from './ring-background.js'
import { runParts } from './run-parts.js'
import { separation } from '@heavens/science/sky'

/** Radii of the ring method [deg]. */
export interface RingRadii {
  on: number
  inner: number
  outer: number
  exclusion: number
}

/** Ring backgrounds of an image, one for each set of bands, and what they were made with. */
export interface FieldRing {
  rings: RingBackground[]
  radii: RingRadii
}

/**
 * Ring backgrounds where the runs tell how their background falls off over the field (responses of type `irf`) and the
 * instrument has the options of rings. The shape is that of each run's table, its height that of the run's counts outside the excluded disc
 * around the target. Undefined: there is no such table for all of the time, or there are no such options.
 *
 * @param pixel degrees
 */
export async function fieldRing(context: ProductContext, sets: readonly { bands: readonly ProductBand[] }[], grid: ImageGrid, side: number, pixel: number, products: ProductStore): Promise<FieldRing | undefined> {
  const { limits, options, radius } = context
  const { target } = context.used
  const [inner, outer, exclusion] = [numberOption(options, 'ring-inner'), numberOption(options, 'ring-outer'), numberOption(options, 'exclusion') ?? 0]
  if (limits === undefined || target === undefined || radius === undefined || inner === undefined || outer === undefined) return undefined
  const radii: RingRadii = { on: radius, inner: Math.max(inner, radius), outer: Math.max(outer, inner + pixel), exclusion }
  const places = pixelVectors(grid, side)
  const allowed = new Float64Array(side * side)
  for (let i = 0; i < allowed.length; i++) {
    const place = grid.skyOf(i % side, Math.floor(i / side))
    if (place !== undefined && separation(target.ra, target.dec, place[0], place[1]) > exclusion) allowed[i] = 1
  }
  const counts = sets.map(() => new Float64Array(side * side))
  const expected = sets.map(() => new Float64Array(side * side))
  for (const [g, all] of context.whole.groups.entries()) {
    const parts = await runParts({ ...context, all, group: context.region.groups[g]! }, products, 'image')
    if (parts.length === 0) return undefined
    for (const part of parts) {
      const shapes = acceptanceImages(part, places, sets, limits.fieldOfView)
      if (shapes === undefined) return undefined
      fieldCounts(part, all.events, sets, grid, side, limits.fieldOfView).forEach((seen, s) => {
        const shape = shapes[s]!
        const [n, model] = [seen, shape].map((image) => image.reduce((sum, value, i) => sum + value * allowed[i]!, 0)) as [number, number]
        const scale = model > 0 && n > 0 ? n / model : 1
        for (let i = 0; i < seen.length; i++) {
          counts[s]![i]! += seen[i]!
          expected[s]![i]! += scale * shape[i]!
        }
      })
    }
  }
  const pixels = { on: radii.on / pixel, inner: radii.inner / pixel, outer: radii.outer / pixel }
  return { radii, rings: sets.map((_, s) => ringBackground(counts[s]!, expected[s]!, allowed, side, side, pixels)) }
}
