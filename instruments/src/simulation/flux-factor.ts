import type { SimulatedSource } from '../instrument.js'

/** By how much a source is brighter than usual at t (TT s): linear rise to `factor`, exponential decay back to 1. */
export function fluxFactor(source: SimulatedSource, t: number): number {
  const change = source.variation
  if (change === undefined || t < change.start) return 1
  const since = t - change.start
  const shape = since < change.rise ? since / change.rise : Math.exp(-(since - change.rise) / change.decay)
  return 1 + (change.factor - 1) * shape
}
