import { HeavensError } from '@heavens/schemas'
import type { CalibrationFile } from '@heavens/schemas'
import { bytesSource, openFits } from '@heavens/science/fits'
import { readRunResponse } from '@heavens/science/gadf'
import type { RunResponse } from '@heavens/science/gadf'
import { separation } from '@heavens/science/sky'
import type { ProductStore } from '@heavens/storage'
import { intersect } from '../selection/intervals.js'
import type { Interval } from '../selection/intervals.js'
import { boresightOf } from '../selection/exposed-time.js'
import type { GroupContext } from './product-context.js'

/** Time of a run within the request, with the responses that hold for it and how it looked at the target. */
export interface RunPart {
  interval: Interval
  /** live seconds */
  live: number
  /** degrees from the pointing to the target */
  offset: number
  boresight: { ra: number; dec: number }
  response: RunResponse
  calibration: CalibrationFile
}

/**
 * The parts of the runs that see the target, ascending. Empty where not all of them have their responses (calibration of the
 * type `irf`): an average over some of the runs would not belong to the counts.
 *
 * @throws HeavensError no-product where responses are there but cannot be read: other products do not need them
 */
export async function runParts(context: GroupContext, products: ProductStore, product: 'spectrum' | 'image' | 'light-curve'): Promise<RunPart[]> {
  const { looks } = context
  const { target } = context.used
  const files = context.all.calibration.filter((item) => item.type === 'irf')
  if (looks === undefined || target === undefined || files.length === 0) return []
  const read = new Map<string, RunResponse>()
  const parts: RunPart[] = []
  for (const [i, look] of looks.intervals.entries()) {
    const boresight = boresightOf(looks, i)
    const offset = separation(boresight.ra, boresight.dec, target.ra, target.dec)
    if (offset > (context.limits?.fieldOfView ?? 180)) continue
    for (const interval of intersect([look], context.intervals)) {
      const middle = (interval[0] + interval[1]) / 2
      const calibration = files.find((item) => item.from <= middle && item.until >= middle)
      if (calibration === undefined) return []
      let response = read.get(calibration.sha256)
      if (response === undefined) {
        response = await readResponses(calibration, products, context.whole.descriptor.id, product)
        read.set(calibration.sha256, response)
      }
      parts.push({ interval, live: (interval[1] - interval[0]) * looks.live[i]!, offset, boresight, response, calibration })
    }
  }
  return parts
}

async function readResponses(calibration: CalibrationFile, products: ProductStore, instrument: string, product: string): Promise<RunResponse> {
  const bytes = await products.get(calibration.sha256)
  try {
    return await readRunResponse(await openFits(bytesSource(bytes), calibration.file))
  } catch (cause) {
    if (!(cause instanceof HeavensError)) throw cause
    throw new HeavensError('no-product', { instrument, product, reason: `the responses of a run cannot be read: ${cause.message}` }, { cause })
  }
}
