import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createHistogram, HISTOGRAM_BOUNDS, mergeHistogram, observe, quantile, type Histogram } from './duration-histogram.js'
import { createStageLatency, noteLatency, stageRecord } from './stage-latency.js'

const seed = 20261127
const duration = fc.double({ min: 0, max: 9e5, noNaN: true }).map((x) => x ** 3 / 9e5 ** 2)
const durations = fc.array(duration, { maxLength: 300 })

function of(values: readonly number[]): Histogram {
  const histogram = createHistogram()
  for (const value of values) observe(histogram, value)
  return histogram
}

describe('histograms of durations', () => {
  it('have ascending bounds, a factor below 1.81 apart, that hold their own value', () => {
    expect(HISTOGRAM_BOUNDS[0]).toBe(0.001)
    expect(HISTOGRAM_BOUNDS.at(-1)).toBe(1e6)
    HISTOGRAM_BOUNDS.slice(1).forEach((bound, i) => expect(bound / HISTOGRAM_BOUNDS[i]!).toSatisfy((r: number) => r > 1 && r < 1.81))
    HISTOGRAM_BOUNDS.forEach((bound, i) => expect(of([bound]).counts[i]).toBe(1))
    expect(of([2e6]).counts.at(-1)).toBe(1)
  })

  it('merge to the histogram of all values, in whatever parts and order', () => {
    fc.assert(fc.property(fc.array(durations, { maxLength: 8 }), (parts) => {
      const merged = createHistogram()
      for (const part of [...parts].reverse()) mergeHistogram(merged, of(part))
      const whole = of(parts.flat())
      expect(merged.counts).toEqual(whole.counts)
      expect(merged.sum).toBeCloseTo(whole.sum, 3)
    }), { seed })
  })

  it('tell a quantile that lies in the bucket of the true one', () => {
    fc.assert(fc.property(fc.array(duration, { minLength: 1, maxLength: 300 }), fc.constantFrom(0.01, 0.5, 0.9, 0.99, 1), (values, q) => {
      const told = quantile(of(values), q)
      const exact = values.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(q * values.length) - 1)]!
      const i = HISTOGRAM_BOUNDS.findIndex((bound) => exact <= bound)
      expect(told).toBeGreaterThanOrEqual(i > 0 ? HISTOGRAM_BOUNDS[i - 1]! : 0)
      expect(told).toBeLessThanOrEqual(HISTOGRAM_BOUNDS[i]!)
    }), { seed })
    expect(quantile(createHistogram(), 0.5)).toBeNaN()
    expect(quantile(of([5e6]), 0.5)).toBe(1e6)
  })
})

describe('a stage', () => {
  const AT = 1_764_000_000_000

  it('tells percentiles of ten minutes and counts of all, in bounded memory', () => {
    const stage = createStageLatency()
    for (let minute = 0; minute < 500; minute++) noteLatency(stage, minute < 495 ? 100 : 0.01, AT + minute * 60_000)
    expect(stage.recent.length).toBeLessThanOrEqual(10)
    const now = stageRecord('append', stage, AT + 499 * 60_000)
    expect(now.recent).toMatchObject({ blocks: 10 })
    expect(now.recent!.p50).toBeLessThan(0.02)
    expect(now.recent!.p90).toBeGreaterThan(50)
    expect(now.counts.reduce((a, b) => a + b)).toBe(500)
    expect(stageRecord('append', stage, AT + 600 * 60_000)).toMatchObject({ recent: null })
    // The clock was put back by hours: what it told before is forgotten, not waited for.
    noteLatency(stage, 3, AT)
    expect(stageRecord('append', stage, AT)).toMatchObject({ recent: { blocks: 1 } })
  })

  it('counts what ended before it began, and by how much', () => {
    const stage = createStageLatency()
    for (const seconds of [0.2, -0.004, -60.5, 0.3, -60.2]) noteLatency(stage, seconds, AT)
    expect(stageRecord('processing', stage, AT)).toMatchObject({ skewed: 3, ahead: 60.5, sum: 0.5 })
    expect(stageRecord('processing', stage, AT).counts[0]).toBe(3)
  })
})
