import { expect, it } from 'vitest'
import { candidateExample } from '@heavens/schemas'
import { announcement, className, farText } from './describe-event.js'
import { sparklinePath } from './sparkline.js'

it('says what an event is thought to be', () => {
  expect(className(candidateExample)).toBe('burst 0.93')
  expect(className({ class: 'known-source-flare', classProbability: 0.8, knownSource: 'Mkn 421', state: 'open' })).toBe('flare of Mkn 421 0.80')
  expect(className({ state: 'retracted' })).toBe('retracted')
  expect(className({ state: 'open' })).toBe('unclassified')
})

it('says how often chance would do it', () => {
  expect(farText(1e-12)).toBe('FAR 1e−12 Hz')
  expect(farText(1e-7)).toBe('FAR 3.2 a year')
  expect(farText(1e-4)).toBe('FAR 8.6 a day')
})

it('announces an event in one sentence, and that it is simulated', () => {
  expect(announcement({ ...candidateExample, simulated: true }, 'GBM', '10:19:08 UTC')).toBe('New event: simulated burst 0.93, GBM, 87.2 sigma, at 10:19:08 UTC.')
})

it('draws a sparkline that stays inside its box', () => {
  expect(sparklinePath([], 84, 30)).toBe('')
  const path = sparklinePath([4, 4, 20, 4], 80, 30)
  const heights = [...path.matchAll(/[ML][\d.]+ ([\d.]+)/g)].map((m) => Number(m[1]))
  expect(heights).toHaveLength(4)
  expect(Math.min(...heights)).toBeGreaterThanOrEqual(0)
  expect(Math.max(...heights)).toBeLessThanOrEqual(30)
  expect(heights[2]).toBeLessThan(heights[0]!)
})
