import { expect, test } from 'vitest'
import { mocCells } from './sky-moc.js'

const covering = (order: number, pixels: readonly number[]): Uint8Array => {
  const out = new Uint8Array(12 * 4 ** order)
  for (const p of pixels) out[p] = 1
  return out
}

test('four pixels of one cell are that cell, again and again', () => {
  // Pixels 16…31 of order 2 are base pixel 1: NUNIQ 4 + 1. Pixel 3 stands alone: 64 + 3. Pixels 32…35 are pixel 8 of order 1: 16 + 8.
  expect(mocCells(covering(2, [3, ...Array.from({ length: 20 }, (_, i) => 16 + i)]), 2)).toEqual([5n, 24n, 67n])
})

test('nothing is no cell, the whole sky is twelve', () => {
  expect(mocCells(covering(3, []), 3)).toEqual([])
  expect(mocCells(new Uint8Array(768).fill(1), 3)).toEqual(Array.from({ length: 12 }, (_, i) => BigInt(4 + i)))
})
