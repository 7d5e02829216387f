import { HeavensError } from '@heavens/schemas'
import { withExposure } from './aperture-exposure.js'
import { bandSets } from './band-sets.js'
import { withBackground } from './curve-background.js'
import { reflectedContext } from './reflected-context.js'
import { ringContext } from './ring-context.js'
import { runCurves } from './run-curves.js'
import { eventLightCurves } from './light-curve.js'
import { lightCurveFile } from './light-curve-file.js'
import type { ProductStore } from '@heavens/storage'
import type { LightCurve } from './light-curve.js'
import type { GroupContext, MadeFile } from './product-context.js'
import { withRunFluxes } from './run-fluxes.js'
import { runParts } from './run-parts.js'
import { rateLightCurves } from './rate-light-curve.js'
import { lightCurvePreview } from '../plots/light-curve-preview.js'

/** The light curve of one group and its preview. */
export async function makeLightCurves(context: GroupContext, products: ProductStore): Promise<MadeFile[]> {
  const { descriptor } = context.whole
  const asked = context.used.request.products?.lightCurve?.bin
  const sets = bandSets(context.used, context.bands)
  const total = descriptor.data === 'rates' ? rateLightCurves(context, asked) : eventLightCurves(context, asked ?? descriptor.defaults.bin, sets)
  const reflected = descriptor.data === 'events' ? reflectedContext(context) : undefined
  const beside = reflected ?? (descriptor.data === 'events' ? ringContext(context) : undefined)
  const remarks: string[] = []
  const parts = reflected === undefined ? [] : await runParts(context, products, 'light-curve').catch((cause: unknown) => {
    // Counts need no responses: the curve is made, and says why it has no fluxes.
    if (!(cause instanceof HeavensError)) throw cause
    remarks.push(`No fluxes: ${cause.message}`)
    return []
  })
  const measured = (curve: LightCurve, i: number): LightCurve => {
    if (descriptor.data === 'rates') return curve
    return reflected === undefined ? withExposure(context, curve, sets[i]!.bands) : withRunFluxes(context, reflected, parts, curve, sets[i]!.bands, context.photonIndex)
  }
  const curves = (beside === undefined ? total : withBackground(beside, total, sets)).map(measured)
  const runs = reflected === undefined ? [] : withBackground(reflected, runCurves(context, reflected, sets), sets).map(measured)
  if (curves.length === 0) throw new HeavensError('no-product', { instrument: descriptor.id, product: 'light-curve', reason: `none of its bands (${descriptor.bands.map((b) => `${b.eMin}-${b.eMax} keV`).join(', ')}) has its centre in what was asked for` })
  const group = context.group.id
  return [
    { path: `${group}/light-curve.fits`, kind: 'light-curve', group, bytes: lightCurveFile(context, curves, runs, remarks) },
    { path: `${group}/light-curve.png`, kind: 'preview', group, bytes: lightCurvePreview(context, curves) },
  ]
}
