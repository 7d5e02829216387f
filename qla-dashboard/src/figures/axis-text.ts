import { energyText } from '@heavens/science/energy'
import type { FigureAxis } from './figure.js'

/** A number on an axis: short, with a true minus, powers of ten beyond five digits. */
export function numberText(v: number): string {
  const text = v !== 0 && (Math.abs(v) >= 100_000 || Math.abs(v) < 0.001) ? Number(v.toPrecision(3)).toExponential().replace('e+', 'e') : String(Number(v.toPrecision(4)))
  return text.replaceAll('-', '−')
}

/** A tick of the x axis with its unit; `span` is the length of the axis. */
export function axisText(v: number, axis: FigureAxis, span: number): string {
  if (axis === 'energy') return energyText(v)
  if (axis === 'angle') return `${numberText(Number(v.toFixed(6)))}°`
  const [unit, name] = timeUnit(span)
  return `${numberText(Number((v / unit).toFixed(6)))} ${name}`
}

/** The unit in which a length of time is written on an axis [s]. */
function timeUnit(span: number): readonly [seconds: number, name: string] {
  return span > 5 * 86_400 ? [86_400, 'd'] : span > 5 * 3600 ? [3600, 'h'] : [1, 's']
}

/** About `count` ticks at round numbers of the unit in which the axis is written. */
export function roundTicks(low: number, high: number, axis: FigureAxis, count: number): number[] {
  const unit = axis === 'seconds' ? timeUnit(high - low)[0] : 1
  const rough = (high - low) / unit / Math.max(1, count)
  if (!(rough > 0)) return []
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].find((f) => f * power >= rough * (1 - 1e-9))! * power
  const out: number[] = []
  for (let k = Math.ceil(low / unit / step - 1e-9); k * step * unit <= high * (1 + 1e-12); k++) out.push(Number((k * step).toPrecision(12)) * unit)
  return out
}

/** A value with its error, both to the second digit of the error: 2.082 ± 0.026. */
export function withError(value: number, error: number): string {
  if (!(error > 0) || !Number.isFinite(error)) return numberText(Number(value.toPrecision(5)))
  const digits = Math.max(0, 1 - Math.floor(Math.log10(error)))
  if (digits > 6 || Math.abs(value) >= 1e6) {
    const power = Math.floor(Math.log10(Math.max(Math.abs(value), error)))
    return `(${(value / 10 ** power).toFixed(Math.max(0, digits + power))} ± ${(error / 10 ** power).toFixed(Math.max(0, digits + power))})e${power}`.replaceAll('-', '−')
  }
  return `${value.toFixed(digits)} ± ${error.toFixed(digits)}`.replaceAll('-', '−')
}
