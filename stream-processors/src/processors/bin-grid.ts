import type { LightCurveState } from './light-curve-state.js'

/** What says which bins are closed. */
export type ClosedUntil = Pick<LightCurveState, 'descriptor' | 'phase' | 'watermark'>

/** Bin of the finest width in which a time lies. */
export function fineIndex(state: Pick<LightCurveState, 'descriptor' | 'phase'>, time: number): number {
  const { widths, phase } = state.descriptor.curves
  return phase === 'native' ? Math.round((time - state.phase) / widths[0]!) : Math.floor(time / widths[0]!)
}

/** First bin of the finest width that the watermark has not closed. */
export function firstOpen(state: ClosedUntil): number {
  const { widths, phase } = state.descriptor.curves
  if (phase !== 'native') return Math.floor(state.watermark / widths[0]!)
  return Number.isNaN(state.phase) ? -Infinity : Math.floor((state.watermark - state.phase) / widths[0]! + 1e-6)
}

/** First bin of a width (by its level) that the watermark has not closed. */
export function firstOpenOf(state: ClosedUntil, level: number): number {
  if (level === 0) return firstOpen(state)
  const width = state.descriptor.curves.widths[level]!
  const phase = Number.isNaN(state.phase) ? 0 : state.phase
  let index = Math.floor((state.watermark - phase) / width)
  while ((index + 1) * width + phase <= state.watermark) index++
  while (index * width + phase > state.watermark) index--
  return index
}
