import { separation } from '@heavens/science/sky'
import type { InstrumentPlan, Plan } from '../plan.js'
import { ringRadii } from '../products/ring-context.js'
import { imageLayout } from '../products/image-layout.js'

/** Images that reach further than this [deg] are not looked at closely: their whole sky is read. */
const WIDEST = 60
/** Added to every reach [deg]. */
const ROUNDING = 1e-6

/**
 * How far from the target [deg] the events lie that the products of an instrument look at; undefined: anywhere. The dead time of
 * all events, channels whose bounds are those in force at the first event, and reflected regions need the whole field.
 */
export function reachOf(plan: Plan, { descriptor, products, options }: InstrumentPlan): number | undefined {
  const { target } = plan.used
  const has = (name: 'ra' | 'dec' | 'energy'): boolean => descriptor.columns.includes(name)
  if (target === undefined || !has('ra') || !has('dec') || !has('energy') || descriptor.deadTime > 0 || descriptor.reflected !== undefined) return undefined
  const radius = target.radius ?? descriptor.defaults.radius
  if (radius === undefined) return undefined
  const image = products.includes('image') ? imageReach(plan, descriptor) : 0
  return image === undefined ? undefined : Math.max(radius, image, ringRadii(options)?.outer ?? 0) + ROUNDING
}

/** Separation of the furthest corner of an image's pixels from its middle; undefined where a part of it is off the sky, or very far. */
function imageReach({ used }: Plan, descriptor: InstrumentPlan['descriptor']): number | undefined {
  const { grid, pixel, side } = imageLayout(used, descriptor)
  const { ra, dec } = used.target!
  if (!(side * pixel <= WIDEST)) return undefined
  let most = 0
  for (let k = 0; k <= side; k++) {
    const [low, high] = [-0.5, side - 0.5]
    for (const [x, y] of [[k - 0.5, low], [k - 0.5, high], [low, k - 0.5], [high, k - 0.5]] as const) {
      const at = grid.skyOf(x, y)
      if (at === undefined) return undefined
      most = Math.max(most, separation(ra, dec, at[0], at[1]))
    }
  }
  // Between the corners that were tried an edge may bulge by less than a pixel.
  return most + pixel
}
