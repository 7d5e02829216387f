import type { FitAnswer } from '@heavens/schemas'
import { drawAxes, drawSteps, INK, PAPER, pixel, SERIES } from './axes.js'
import type { Axis } from './axes.js'
import { label } from './axes.js'
import { makeRaster, png, segment, write } from './raster.js'

const WIDTH = 560
const HEIGHT = 460
/** pixels between which the data, and the residuals below them, are drawn */
const DATA = { top: 36, bottom: 280 }
const RESIDUAL = { top: 314, bottom: HEIGHT - 40 }

/** A fit as a picture: data and folded model of every spectrum, counts/s/keV, and below them the residuals in standard deviations. */
export function fitPreview({ spectra, model, statistic, value, dof, parameters }: FitAnswer): Uint8Array {
  const raster = makeRaster(WIDTH, HEIGHT, PAPER)
  const x: Axis = { low: Math.max(1e-30, least(spectra.flatMap((s) => s.energyLow))), high: most(spectra.flatMap((s) => s.energyHigh)), log: true, from: 64, to: WIDTH - 16 }
  const drawn = spectra.flatMap((s) => [...s.model, ...s.rate]).filter((v) => v > 0)
  const top = drawn.length > 0 ? most(drawn) * 2 : 1
  const y: Axis = { low: drawn.length > 0 ? Math.max(least(drawn) / 2, top / 1e6) : 0.1, high: top, log: true, from: DATA.bottom, to: DATA.top }
  const free = parameters.filter((p) => !p.frozen).slice(0, 4).map((p) => `${p.name} ${label(Number(p.value.toPrecision(4)))}`).join('  ')
  drawAxes(raster, x, y, { title: `${model}: ${statistic} ${value.toFixed(1)} / ${dof}  ${free}`, x: '', y: 'counts/s/keV' })
  const reach = Math.max(3, ...spectra.flatMap((s) => s.residual.map(Math.abs))) * 1.1
  const below: Axis = { low: -reach, high: reach, log: false, from: RESIDUAL.bottom, to: RESIDUAL.top }
  drawAxes(raster, x, below, { title: 'residuals (sigma)', x: 'energy (keV)', y: '' })
  segment(raster, x.from, pixel(below, 0), x.to, pixel(below, 0), INK)
  spectra.forEach(({ energyLow, energyHigh, rate, rateError, model: folded, residual }, i) => {
    const colour = SERIES[i % SERIES.length]!
    const bins = (values: readonly number[], errors: readonly number[]): Parameters<typeof drawSteps>[3] => ({
      start: Float64Array.from(energyLow), stop: Float64Array.from(energyHigh), value: Float64Array.from(values, (v) => (v > 0 ? v : NaN)), error: Float64Array.from(errors),
    })
    drawSteps(raster, x, y, bins(rate, rateError), colour, true)
    drawSteps(raster, x, y, bins(folded, folded.map(() => 0)), INK, false)
    drawSteps(raster, x, below, { ...bins(residual, residual.map(() => 1)), value: Float64Array.from(residual) }, colour, residual.length < 200)
  })
  if (spectra.length > 1) spectra.forEach(({ path }, i) => write(raster, x.from + 8, DATA.bottom - 8 - 12 * (spectra.length - i), path.slice(-40), SERIES[i % SERIES.length]!))
  return png(raster)
}

const least = (values: readonly number[]): number => values.reduce((a, b) => (b > 0 ? Math.min(a, b) : a), Infinity)
const most = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b), -Infinity)
