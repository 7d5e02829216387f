import fc from 'fast-check'
import { expect, it } from 'vitest'
import { addSequence, type SequenceRanges } from './sequence-ranges.js'

it('knows each number that has come, as a set does, in as few ranges as there can be', () => {
  fc.assert(fc.property(fc.array(fc.nat({ max: 60 }), { maxLength: 200 }), (numbers) => {
    const ranges: SequenceRanges = []
    const set = new Set<number>()
    for (const n of numbers) {
      expect(addSequence(ranges, n)).toBe(!set.has(n))
      set.add(n)
    }
    expect(ranges.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, i) => from + i))).toEqual([...set].sort((a, b) => a - b))
    for (let i = 1; i < ranges.length; i++) expect(ranges[i]![0]).toBeGreaterThan(ranges[i - 1]![1] + 1)
  }), { seed: 20261127 })
})

it('remembers a bounded number of holes: the oldest count as filled', () => {
  const ranges: SequenceRanges = []
  for (let i = 0; i < 5000; i++) addSequence(ranges, 2 * i)
  expect(ranges).toHaveLength(4096)
  expect(addSequence(ranges, 1)).toBe(false)
  expect(addSequence(ranges, 9997)).toBe(true)
})
