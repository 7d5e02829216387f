import { energyText } from '@heavens/science/energy'
import { numberText } from '../figures/axis-text.js'
import type { Figure, FigureBar, FigureLine, FigureRole } from '../figures/figure.js'
import { steps } from './curve-figure.js'
import type { SpectrumTable } from './read-product.js'

/** Most bins of a drawn spectrum: neighbouring channels are added until there are no more than these. */
const MOST_CHANNELS = 160

/** A spectrum as it is drawn: counts/s/keV in joined channels; arrays of one length. */
export interface SpectrumBins {
  low: Float64Array
  high: Float64Array
  /** all counts, or less the background scaled to the same time */
  rate: Float64Array
  error: Float64Array
  /** NaN without a background */
  background: Float64Array
}

/** Join channels and divide by time and energy. Channels without a positive energy have no place on a logarithmic axis and are left out. */
export function spectrumBins(s: SpectrumTable, net: boolean): SpectrumBins {
  const step = Math.max(1, Math.ceil(s.counts.length / MOST_CHANNELS))
  const exposure = s.exposure > 0 ? s.exposure : 1
  const rows: [low: number, high: number, rate: number, error: number, background: number][] = []
  for (let i = 0; i < s.counts.length; i += step) {
    const last = Math.min(s.counts.length, i + step) - 1
    const [low, high] = [s.eMin[i]!, s.eMax[last]!]
    if (!(low > 0) || !(high > low)) continue
    const sum = (values: Float64Array): number => values.subarray(i, last + 1).reduce((a, b) => a + b, 0)
    const n = sum(s.counts)
    const off = s.background && s.background.exposure > 0 ? { n: sum(s.background.counts), scale: (s.background.scale * exposure) / s.background.exposure } : null
    const per = 1 / (exposure * (high - low))
    const b = off ? off.n * off.scale : 0
    rows.push([low, high, (n - (net ? b : 0)) * per, Math.sqrt(n + (net && off ? off.n * off.scale ** 2 : 0)) * per, off ? b * per : NaN])
  }
  const of = (k: 0 | 1 | 2 | 3 | 4): Float64Array => Float64Array.from(rows, (r) => r[k])
  return { low: of(0), high: of(1), rate: of(2), error: of(3), background: of(4) }
}

/** Colours of spectra that are drawn over each other, in turn; that of backgrounds is left to them. */
export const SPECTRUM_ROLES: readonly FigureRole[] = ['data', 'second', 'blocks', 'model']

/** One spectrum of a figure. */
export interface DrawnSpectrum {
  /** as `fermi-gbm n0` */
  name: string
  bins: SpectrumBins
}

/** A figure of spectra one over the other, both axes logarithmic; bins without counts are breaks. The background that is drawn is that of the first. */
export function spectrumFigure(spectra: readonly DrawnSpectrum[], net: boolean): Figure {
  const positive = (values: Float64Array): Float64Array => values.map((v) => (v > 0 ? v : NaN))
  const lines: FigureLine[] = []
  const bars: FigureBar[] = []
  spectra.forEach(({ bins: { low, high, rate, error, background } }, k) => {
    const role = SPECTRUM_ROLES[k % SPECTRUM_ROLES.length]!
    if (k === 0 && background.some((b) => b > 0)) lines.push({ role: 'background', ...steps(low, high, positive(background)) })
    lines.push({ role, ...steps(low, high, positive(rate)) })
    bars.push(...[...rate].flatMap((v, i) => (v > 0 ? [{ x: Math.sqrt(low[i]! * high[i]!), low: v - error[i]!, high: v + error[i]!, ...(spectra.length > 1 ? { role } : {}) }] : [])))
  })
  const first = spectra[0]?.bins
  return {
    axis: 'energy', log: true, stops: first ? [...first.low].map((l, i) => Math.sqrt(l * first.high[i]!)) : [],
    rows: [{ label: net ? 'net counts/s/keV' : 'counts/s/keV', height: 280, log: true, bars, lines }],
    read: (x) => readAt(x, spectra),
  }
}

function readAt(x: number, spectra: readonly DrawnSpectrum[]): string {
  const parts = spectra.flatMap(({ name, bins: { low, high, rate, error, background } }, k) => {
    const i = low.findIndex((l, n) => x >= l && x < high[n]!)
    if (i < 0) return []
    const where = k === 0 ? `${energyText(low[i]!)} … ${energyText(high[i]!)} · ` : ''
    return [`${where}${spectra.length > 1 ? `${name}: ` : ''}${numberText(Number(rate[i]!.toPrecision(4)))} ± ${numberText(Number(error[i]!.toPrecision(2)))} counts/s/keV${background[i]! > 0 ? ` · background ${numberText(Number(background[i]!.toPrecision(3)))}` : ''}`]
  })
  return parts.length ? parts.join(' · ') : energyText(x)
}
