import { describe, expect, it } from 'vitest'
import { mergeRange } from './merge-range.js'
import type { TimeRange } from './merge-range.js'

const merge = (most: number, ...list: [number, number][]): [number, number][] =>
  list.reduce<TimeRange[]>((ranges, [start, stop]) => mergeRange(ranges, { start, stop }, most), []).map(({ start, stop }) => [start, stop])

describe('mergeRange', () => {
  it('keeps apart what is apart, in order', () => expect(merge(9, [5, 6], [1, 2], [8, 9])).toEqual([[1, 2], [5, 6], [8, 9]]))
  it('joins what overlaps or touches', () => expect(merge(9, [1, 2], [3, 4], [6, 7], [2, 3.5])).toEqual([[1, 4], [6, 7]]))
  it('joins the closest when there are too many', () => expect(merge(2, [1, 2], [10, 11], [12, 13])).toEqual([[1, 2], [10, 13]]))
})
