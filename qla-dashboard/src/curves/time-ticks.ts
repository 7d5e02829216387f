import { ttFromUnix, unixFromTt } from '@heavens/science/time'

const STEPS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800, 2_592_000, 31_536_000]

/** Spacing of ticks [s] so that at most `most` fit into the span. */
export function tickStep(span: number, most: number): number {
  return STEPS.find((s) => span / s <= most) ?? STEPS.at(-1)!
}

/** Ticks at round UTC times in [start, stop] (TT s), as TT s; a leap second inside moves the later ones by one. */
export function utcTicks(start: number, stop: number, most: number): number[] {
  const step = tickStep(stop - start, most)
  const unix = unixFromTt(start) / 1000
  const ticks: number[] = []
  for (let k = Math.ceil(unix / step - 1e-6); ticks.length <= most + 1; k++) {
    const t = ttFromUnix(k * step * 1000)
    if (t > stop) break
    if (t >= start) ticks.push(t)
  }
  return ticks
}

/** Text of a tick: the date at midnight and where ticks are days apart, else the time with the digits that the step needs. */
export function tickText(t: number, step: number): string {
  const iso = new Date(Math.round(unixFromTt(t))).toISOString()
  if (step >= 86_400) return iso.slice(0, 10)
  if (iso.slice(11, 23) === '00:00:00.000') return iso.slice(5, 10)
  if (step >= 60) return iso.slice(11, 16)
  if (step >= 1) return iso.slice(11, 19)
  return iso.slice(11, step >= 0.1 ? 21 : step >= 0.01 ? 22 : 23)
}
