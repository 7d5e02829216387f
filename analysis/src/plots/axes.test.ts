import { expect, it } from 'vitest'
import { ticks, type Axis } from './axes.js'

const axis = (low: number, high: number, log: boolean): Axis => ({ low, high, log, from: 0, to: 100 })

it('puts numbers on a logarithmic axis of any length', () => {
  expect(ticks(axis(50, 900, true), 8)).toEqual([50, 100, 200, 500])
  expect(ticks(axis(0.1, 4000, true), 8)).toEqual([0.1, 1, 10, 100, 1000].map((value) => expect.closeTo(value, 9) as number))
})

it('puts round multiples on a linear one', () => {
  expect(ticks(axis(1, 19, false), 8)).toEqual([5, 10, 15])
})
