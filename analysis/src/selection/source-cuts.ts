import type { SourceCuts } from '@heavens/schemas'

/** The tighter of two in each respect: products of several sources are cut alike. */
export function tightest(a: SourceCuts, b: SourceCuts): SourceCuts {
  const least = (...values: (number | undefined)[]): number => values.reduce<number>((low, value) => Math.min(low, value ?? Infinity), Infinity)
  const zenith = least(a.zenith, b.zenith)
  const eMax = least(a.eMax, b.eMax)
  const eMin = Math.max(a.eMin ?? 0, b.eMin ?? 0)
  return { ...(zenith < Infinity ? { zenith } : {}), ...(eMin > 0 ? { eMin } : {}), ...(eMax < Infinity ? { eMax } : {}) }
}
