/** Sequence numbers that have come, as disjoint ranges [from, to] in ascending order. */
export type SequenceRanges = [number, number][]

/** More ranges than this are not kept: the oldest hole counts as filled, so that what is remembered of a source is bounded. */
const MOST_RANGES = 4096

/** Add a number. False where it is there already. */
export function addSequence(ranges: SequenceRanges, sequence: number): boolean {
  let i = ranges.length
  while (i > 0 && ranges[i - 1]![0] > sequence) i--
  const before = ranges[i - 1]
  if (before && sequence <= before[1]) return false
  const after = ranges[i]
  const joinsBefore = before !== undefined && before[1] + 1 === sequence
  const joinsAfter = after !== undefined && sequence + 1 === after[0]
  if (joinsBefore && joinsAfter) {
    before[1] = after[1]
    ranges.splice(i, 1)
  } else if (joinsBefore) before[1] = sequence
  else if (joinsAfter) after[0] = sequence
  else ranges.splice(i, 0, [sequence, sequence])
  if (ranges.length > MOST_RANGES) ranges.splice(0, 2, [ranges[0]![0], ranges[1]![1]])
  return true
}
