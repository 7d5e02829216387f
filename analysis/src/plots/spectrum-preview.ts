import { KEV } from '@heavens/science/energy'
import { isSimulated } from '../products/cards.js'
import type { GroupContext } from '../products/product-context.js'
import type { Spectrum } from '../products/spectrum.js'
import { drawAxes, drawLegend, drawSteps, PAPER, SERIES } from './axes.js'
import type { Axis } from './axes.js'
import { makeRaster, png } from './raster.js'

const WIDTH = 560
const HEIGHT = 400

type Bins = Parameters<typeof drawSteps>[3]

/**
 * A spectrum as a picture: counts/s/keV against energy, both logarithmic, with its background where there is one.
 *
 * @param regions how many times the source's region the background was counted in: it is drawn as it is expected in one
 */
export function spectrumPreview(context: GroupContext, total: Spectrum, background: Spectrum | undefined, regions = 1): Uint8Array {
  const unit = context.whole.descriptor.energyUnit
  const shown = [density(total, unit, 1), ...(background === undefined ? [] : [density(background, unit, regions)])]
  const values = shown.flatMap(({ value }) => Array.from(value).filter((v) => v > 0))
  const energies = Array.from(total.eMin, (e) => e / KEV[unit]).filter((e) => e > 0)
  const most = total.eMax.at(-1)! / KEV[unit]
  const raster = makeRaster(WIDTH, HEIGHT, PAPER)
  const x: Axis = { low: Math.min(...energies, most / 10), high: most, log: true, from: 64, to: WIDTH - 16 }
  const high = values.length > 0 ? Math.max(...values) * 2 : 1
  const y: Axis = { low: values.length > 0 ? Math.min(Math.min(...values) / 2, high / 10) : 0.1, high, log: true, from: HEIGHT - 40, to: 36 }
  drawAxes(raster, x, y, { title: `${context.whole.descriptor.name} ${context.group.id}, ${total.exposure.toFixed(3)} s${isSimulated(context) ? ' (simulated)' : ''}`, x: `energy (${unit})`, y: `counts/s/${unit}` })
  shown.toReversed().forEach((bins, i) => drawSteps(raster, x, y, bins, SERIES[shown.length - 1 - i]!, true))
  drawLegend(raster, x, y, background === undefined ? ['total'] : ['total', 'background'])
  return png(raster)
}

function density({ eMin, eMax, counts, exposure }: Spectrum, unit: keyof typeof KEV, regions: number): Bins {
  const scale = (i: number): number => KEV[unit] / (exposure * regions * (eMax[i]! - eMin[i]!))
  return {
    start: Float64Array.from(eMin, (e) => e / KEV[unit]), stop: Float64Array.from(eMax, (e) => e / KEV[unit]),
    value: Float64Array.from(counts, (n, i) => (n > 0 ? n * scale(i) : NaN)),
    error: Float64Array.from(counts, (n, i) => Math.sqrt(n) * scale(i)),
  }
}
