import type { PositionForm } from '../state/formats.js'

/** Coordinates that a frame shows; longitudes go on across 360. `stepsOf` fills in the steps. */
export interface SeenCoordinates {
  lon: [low: number, high: number]
  lat: [low: number, high: number]
  lonStep: number
  latStep: number
}

const DECIMAL = [30, 20, 10, 5, 2, 1] as const
/** Steps of degrees, minutes and seconds. */
const SIXTIETHS = [30, 20, 10, 5, 2, 1] as const

/** Steps to choose from, largest first [deg]: decimal, or parts of sixty; of hours for right ascensions in sexagesimal form. */
function choices(form: PositionForm, of: 'lon' | 'lat'): number[] {
  if (form !== 'sexagesimal') return [90, 60, 45, 30, 20, 10, 5, 2, 1, ...[10, 100, 1000, 1e4, 1e5].flatMap((p) => DECIMAL.filter((d) => d < 10).map((d) => d / p))]
  const unit = of === 'lon' ? 15 : 1
  const whole = of === 'lon' ? [6, 4, 3, 2, 1] : [45, 30, 20, 10, 5, 2, 1]
  return [...whole, ...SIXTIETHS.map((s) => s / 60), ...SIXTIETHS.map((s) => s / 3600), ...[0.5, 0.2, 0.1, 0.05, 0.02, 0.01].map((s) => s / 3600)].map((v) => v * unit)
}

/** Longitudes and latitudes to draw so that there are at most so many of each; the steps are written into `seen`. */
export function stepsOf(seen: SeenCoordinates, mostLats: number, mostLons: number, form: PositionForm): { lons: number[]; lats: number[] } {
  const step = ([low, high]: readonly [number, number], most: number, of: 'lon' | 'lat'): number => choices(form, of).findLast((s) => (high - low) / s <= most) ?? 90
  seen.latStep = step(seen.lat, mostLats, 'lat')
  seen.lonStep = step(seen.lon, mostLons, 'lon')
  const multiples = ([low, high]: readonly [number, number], by: number): number[] => {
    const out: number[] = []
    for (let k = Math.ceil(low / by - 1e-9); k * by <= high * (1 + 1e-12) + 1e-12 && out.length < 200; k++) out.push(Number((k * by).toPrecision(12)))
    return out
  }
  const around = seen.lon[1] - seen.lon[0] >= 360 - 1e-9
  return { lats: multiples(seen.lat, seen.latStep).filter((b) => Math.abs(b) < 90), lons: multiples(seen.lon, seen.lonStep).slice(0, around ? Math.round(360 / seen.lonStep) : undefined) }
}

/** A label: `83.5°`, `+22.0°`, `l 184°`, `5h34m`, `+22°10′`; as many digits as the step has. */
export function tickText(value: number, of: 'lon' | 'lat', form: PositionForm, step: number): string {
  const v = of === 'lon' ? ((value % 360) + 360) % 360 : value
  const sign = of === 'lat' ? (v < 0 ? '−' : '+') : ''
  if (form === 'sexagesimal') return sign + parts(Math.abs(v) / (of === 'lon' ? 15 : 1), step / (of === 'lon' ? 15 : 1), of === 'lon' ? 'hms' : '°′″')
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9))
  return `${form === 'galactic' ? (of === 'lon' ? 'l ' : 'b ') : ''}${sign}${Math.abs(v).toFixed(digits)}°`
}

/** A value in its unit, sixtieths and sixtieths of those, down to the step. */
function parts(value: number, step: number, marks: string): string {
  const [a, b, c] = [...marks]
  const digits = Math.max(0, -Math.floor(Math.log10(step * 3600) + 1e-9))
  const seconds = Math.round(value * 3600 * 10 ** digits) / 10 ** digits
  const [whole, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  if (step >= 1 - 1e-9) return `${whole}${a}`
  const text = `${whole}${a}${String(minutes).padStart(2, '0')}${b}`
  return step >= 1 / 60 - 1e-9 ? text : `${text}${rest.toFixed(digits).padStart(digits ? 3 + digits : 2, '0')}${c}`
}
