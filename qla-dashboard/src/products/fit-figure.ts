import type { FitAnswer } from '@heavens/schemas'
import { energyText } from '@heavens/science/energy'
import { numberText } from '../figures/axis-text.js'
import type { Figure, FigureBar, FigureLine, FigureRole } from '../figures/figure.js'

export type FitPlot = 'folded' | 'unfolded'
type Spectrum = FitAnswer['spectra'][number]

/** One colour for each spectrum of a joint fit, in turn. */
export const ROLES: readonly FigureRole[] = ['data', 'second', 'blocks', 'background']

/** Data with the model over them, folded or unfolded, and the residuals below. */
export function fitFigure(answer: Pick<FitAnswer, 'spectra'>, plot: FitPlot): Figure {
  const { spectra } = answer
  const unfolded = plot === 'unfolded'
  const values = (s: Spectrum): readonly [number[], number[], number[]] => (unfolded ? [s.unfolded, s.unfoldedError, s.unfoldedModel] : [s.rate, s.rateError, s.model])
  const bars = spectra.flatMap((s, k) => crosses(s, values(s)[0], values(s)[1], k, true))
  const models: FigureLine[] = spectra.map((s) => ({ role: 'model', ...modelLine(s, values(s)[2], !unfolded) }))
  const residuals = spectra.flatMap((s, k) => crosses(s, s.residual, s.residual.map(() => 1), k, false))
  const most = Math.max(3, ...residuals.map((b) => Math.max(Math.abs(b.low), Math.abs(b.high))))
  return {
    axis: 'energy', log: true, stops: spectra[0] ? spectra[0].energyLow.map((l, i) => middle(l, spectra[0]!.energyHigh[i]!)) : [],
    rows: [
      { label: unfolded ? 'E² N(E) · keV/cm²/s' : 'net counts/s/keV', height: 240, log: true, bars, lines: models, barRole: 'data' },
      { label: '(data − model) / error', height: 110, log: false, bars: residuals, lines: [], barRole: 'data', level: 0, bounds: [-most * 1.05, most * 1.05] },
    ],
    read: (x) => readFit(x, spectra, values),
  }
}

const middle = (low: number, high: number): number => Math.sqrt(low * high)

/** Points with errors and bin widths; on a logarithmic axis only those above 0, an insignificant one as an upper limit. */
function crosses(s: Spectrum, value: readonly number[], error: readonly number[], index: number, log: boolean): FigureBar[] {
  const role = ROLES[index % ROLES.length]!
  return value.flatMap((v, i): FigureBar[] => {
    const [from, to] = [s.energyLow[i]!, s.energyHigh[i]!]
    const x = middle(from, to)
    if (!Number.isFinite(v) || !(from > 0)) return []
    if (log && v - error[i]! <= 0) return v + 2 * error[i]! > 0 ? [{ x, low: 0, high: v + 2 * error[i]!, from, to, limit: true, role }] : []
    return [{ x, low: v - error[i]!, high: v + error[i]!, from, to, role }]
  })
}

/** The folded model is a number of counts in each bin: steps. The unfolded one is a curve through the middles. */
function modelLine(s: Spectrum, model: readonly number[], stepped: boolean): { x: number[]; y: (number | null)[] } {
  const [x, y]: [number[], (number | null)[]] = [[], []]
  model.forEach((value, i) => {
    const [low, high] = [s.energyLow[i]!, s.energyHigh[i]!]
    if (i > 0 && low > s.energyHigh[i - 1]! * 1.0001) { x.push(low); y.push(null) }
    x.push(...(stepped ? [low, high] : [middle(low, high)]))
    y.push(...(stepped ? [value, value] : [value]))
  })
  return { x, y }
}

function readFit(x: number, spectra: readonly Spectrum[], values: (s: Spectrum) => readonly [number[], number[], number[]]): string {
  const parts = spectra.flatMap((s) => {
    const i = s.energyLow.findIndex((l, k) => x >= l && x < s.energyHigh[k]!)
    if (i < 0) return []
    const [data, error, model] = values(s)
    return [`${spectra.length > 1 ? `${placeOfPath(s.path)}: ` : ''}${short(data[i]!)} ± ${short(error[i]!)}, model ${short(model[i]!)}, ${numberText(Number(s.residual[i]!.toFixed(2)))} σ`]
  })
  return [energyText(x), ...parts].join(' · ')
}

const short = (v: number): string => numberText(Number(v.toPrecision(3)))

/** `fermi-gbm/n0/spectrum.pha` → `fermi-gbm n0`. */
export const placeOfPath = (path: string): string => path.split('/').slice(0, -1).join(' ') || path
