import type { CurveTable, SpectrumTable } from './read-product.js'

/** Lines to draw; null breaks them. */
export interface PlotLines {
  x: number[]
  y: (number | null)[]
  second: (number | null)[]
  errors: [x: number, low: number, high: number][]
  log: boolean
}

const MOST_BARS = 400

/** Steps of a light curve, x from the start of its first bin [s]; bins without exposure are gaps. */
export function curveLines(c: CurveTable): PlotLines {
  const out: PlotLines = { x: [], y: [], second: [], errors: [], log: false }
  const zero = c.time.length ? c.time[0]! - c.width[0]! / 2 : 0
  for (let i = 0; i < c.time.length; i++) {
    const start = c.time[i]! - c.width[i]! / 2 - zero
    const rate = Number.isNaN(c.rate[i]!) ? null : c.rate[i]!
    if (out.x.length && start - out.x.at(-1)! > c.width[i]! * 0.01) push(out, (out.x.at(-1)! + start) / 2, null)
    push(out, start, rate)
    push(out, start + c.width[i]!, rate)
    if (rate !== null && c.time.length <= MOST_BARS) out.errors.push([start + c.width[i]! / 2, rate - c.error[i]!, rate + c.error[i]!])
  }
  return out
}

/** Most points of a spectrum: neighbouring channels are added until there are no more than these. */
const MOST_CHANNELS = 160

/** Steps of a spectrum [counts/s/keV] with √n errors, both axes logarithmic; empty channels are breaks. */
export function spectrumLines(s: SpectrumTable): PlotLines {
  const out: PlotLines = { x: [], y: [], second: [], errors: [], log: true }
  const step = Math.max(1, Math.ceil(s.counts.length / MOST_CHANNELS))
  const exposure = s.exposure > 0 ? s.exposure : 1
  for (let i = 0; i < s.counts.length; i += step) {
    const last = Math.min(s.counts.length, i + step) - 1
    const [low, high] = [s.eMin[i]!, s.eMax[last]!]
    // An energy of 0 has no place on a logarithmic axis.
    if (!(low > 0) || !(high > low)) continue
    const sum = (values: Float64Array): number => values.subarray(i, last + 1).reduce((a, b) => a + b, 0)
    const n = sum(s.counts)
    const per = 1 / (exposure * (high - low))
    const y = n > 0 ? n * per : null
    const off = s.background && s.background.exposure > 0 ? sum(s.background.counts) / (s.background.exposure * (high - low)) : null
    push(out, low, y, off && off > 0 ? off : null)
    push(out, high, y, off && off > 0 ? off : null)
    if (n > 0) out.errors.push([Math.sqrt(low * high), Math.max(n - Math.sqrt(n), n * 0.1) * per, (n + Math.sqrt(n)) * per])
  }
  return out
}

/** An energy in keV as people write it: 50 keV, 1 MeV, 100 GeV. */
export function energyText(keV: number): string {
  const [unit, name] = keV >= 1e9 ? [1e9, 'TeV'] : keV >= 1e6 ? [1e6, 'GeV'] : keV >= 1e3 ? [1e3, 'MeV'] : [1, 'keV']
  return `${Number((keV / (unit as number)).toPrecision(3))} ${name}`
}

function push(out: PlotLines, x: number, y: number | null, second: number | null = null): void {
  out.x.push(x)
  out.y.push(y)
  out.second.push(second)
}
