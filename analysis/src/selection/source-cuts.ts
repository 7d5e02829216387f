import type { SourceCuts } from '@heavens/schemas'
import { bandText, energyText } from '@heavens/science/energy'
import { separation } from '@heavens/science/sky'

/** The tighter of two in each respect: products of several sources are cut alike. */
export function tightest(a: SourceCuts, b: SourceCuts): SourceCuts {
  const least = (...values: (number | undefined)[]): number => values.reduce<number>((low, value) => Math.min(low, value ?? Infinity), Infinity)
  const zenith = least(a.zenith, b.zenith)
  const eMax = least(a.eMax, b.eMax)
  const eMin = Math.max(a.eMin ?? 0, b.eMin ?? 0)
  const discs = [...(a.discs ?? []), ...(b.discs ?? [])].filter((disc, i, all) => all.findIndex((one) => one.ra === disc.ra && one.dec === disc.dec && one.radius === disc.radius) === i)
  return { ...(discs.length > 0 ? { discs } : {}), ...(zenith < Infinity ? { zenith } : {}), ...(eMin > 0 ? { eMin } : {}), ...(eMax < Infinity ? { eMax } : {}) }
}

/** Whether a place [deg] lies in all discs to which sources had cut their events. */
export function held(ra: number, dec: number, { discs = [] }: SourceCuts): boolean {
  return discs.every((disc) => separation(ra, dec, disc.ra, disc.dec) <= disc.radius)
}

/** The energies to which sources had cut their events, in words; undefined where they had not. */
export function keptEnergies({ eMin, eMax }: SourceCuts): string | undefined {
  if (eMin !== undefined && eMax !== undefined) return `at ${bandText(eMin, eMax)}`
  if (eMin !== undefined) return `above ${energyText(eMin)}`
  return eMax === undefined ? undefined : `below ${energyText(eMax)}`
}
