import { HeavensError } from '@heavens/schemas'

/** Where the elements of one column lie: `rows` rows of `stride` bytes, `perRow` elements from byte `offset` of each. */
export interface Layout {
  rows: number
  stride: number
  offset: number
  perRow: number
}

/** Places in a block, and in a result, are 32-bit integers: see below. Throws too-large beyond. */
export function refuseBeyondIntegers(what: string, size: number): void {
  if (size >= 2 ** 31) throw new HeavensError('too-large', { what, size, limit: 2 ** 31 - 1 })
}

/** The same bytes as a DataView. Throws too-large where places in it would not fit 32-bit integers. */
export function viewOf(bytes: Uint8Array): DataView {
  refuseBeyondIntegers('one row of a table', bytes.length)
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/**
 * Moves `count` elements: from byte `from` of the view in steps of `step` bytes, to `out` from index `at` in steps of `outStep`.
 * The bits of `toggle` are turned over on the way: the highest one adds half the range, as the unsigned conventions want. For doubles it is a number to add.
 */
type Move<T> = (view: DataView, from: number, step: number, count: number, out: T, at: number, outStep: number, toggle: number) => void

/**
 * Elements of `size` bytes gathered from rows into `out`, from element `at` on. The long way of the block is walked in
 * the inner loop: along the column where rows are short (one element each, mostly), along the row where it holds many.
 */
function gather<T>(move: Move<T>, size: number, view: DataView, { rows, stride, offset, perRow }: Layout, out: T, at: number, toggle: number): void {
  if (perRow <= rows) for (let k = 0; k < perRow; k++) move(view, offset + k * size, stride, rows, out, at + k, perRow, toggle)
  else for (let r = 0; r < rows; r++) move(view, offset + r * stride, size, perRow, out, at + r * perRow, 1, toggle)
}

/** Single bytes of every row of a layout. */
export function gather1(view: DataView, layout: Layout, out: Uint8Array, at: number, toggle = 0): void {
  gather(move1, 1, view, layout, out, at, toggle)
}

/** 16-bit integers of every row of a layout. */
export function gather2(view: DataView, layout: Layout, out: Int16Array, at: number, toggle = 0): void {
  gather(move2, 2, view, layout, out, at, toggle)
}

/** Also for float32, over the same memory: moved as integers, no bit of a NaN is lost. */
export function gather4(view: DataView, layout: Layout, out: Int32Array, at: number, toggle = 0): void {
  gather(move4, 4, view, layout, out, at, toggle)
}

/** 64-bit integers as halves: `out` has two places for each element, `at` counts elements, `toggle` is for the high half. A bigint for each would be slow. */
export function gather8(view: DataView, layout: Layout, out: Int32Array, at: number, toggle = 0): void {
  gather(moveHalves, 8, view, layout, out, at, toggle)
}

/** Adds `zero` on the way; -0 leaves every number as it is, also -0, which 0 would not. */
export function gatherDouble(view: DataView, layout: Layout, out: Float64Array, at: number, zero = -0): void {
  gather(moveDouble, 8, view, layout, out, at, zero)
}

// A DataView read compiles to a load and a byte swap. Four of them in one turn of the loop took two thirds of the time of
// one by one, and less than putting single bytes together or swapping copied bytes in bulk. `| 0` says that places are
// 32-bit integers, which spares the checks for overflow: without it a loop took three times as long (measured with Node 20).

function move1(view: DataView, from: number, step: number, count: number, out: Uint8Array, at: number, outStep: number, toggle: number): void {
  const s = step | 0
  const d = outStep | 0
  let p = from | 0
  let o = at | 0
  for (let turns = count >> 2; turns > 0; turns--) {
    out[o] = view.getUint8(p) ^ toggle
    p = (p + s) | 0
    o = (o + d) | 0
    out[o] = view.getUint8(p) ^ toggle
    p = (p + s) | 0
    o = (o + d) | 0
    out[o] = view.getUint8(p) ^ toggle
    p = (p + s) | 0
    o = (o + d) | 0
    out[o] = view.getUint8(p) ^ toggle
    p = (p + s) | 0
    o = (o + d) | 0
  }
  for (let i = 0; i < (count & 3); i++) {
    out[o] = view.getUint8(p) ^ toggle
    p = (p + s) | 0
    o = (o + d) | 0
  }
}

function move2(view: DataView, from: number, step: number, count: number, out: Int16Array, at: number, outStep: number, toggle: number): void {
  const s = step | 0
  const d = outStep | 0
  let p = from | 0
  let o = at | 0
  for (let turns = count >> 2; turns > 0; turns--) {
    out[o] = view.getInt16(p) ^ toggle
    p = (p + s) | 0
    o = (o + d) | 0
    out[o] = view.getInt16(p) ^ toggle
    p = (p + s) | 0
    o = (o + d) | 0
    out[o] = view.getInt16(p) ^ toggle
    p = (p + s) | 0
    o = (o + d) | 0
    out[o] = view.getInt16(p) ^ toggle
    p = (p + s) | 0
    o = (o + d) | 0
  }
  for (let i = 0; i < (count & 3); i++) {
    out[o] = view.getInt16(p) ^ toggle
    p = (p + s) | 0
    o = (o + d) | 0
  }
}

function move4(view: DataView, from: number, step: number, count: number, out: Int32Array, at: number, outStep: number, toggle: number): void {
  const s = step | 0
  const d = outStep | 0
  let p = from | 0
  let o = at | 0
  for (let turns = count >> 2; turns > 0; turns--) {
    out[o] = view.getInt32(p) ^ toggle
    p = (p + s) | 0
    o = (o + d) | 0
    out[o] = view.getInt32(p) ^ toggle
    p = (p + s) | 0
    o = (o + d) | 0
    out[o] = view.getInt32(p) ^ toggle
    p = (p + s) | 0
    o = (o + d) | 0
    out[o] = view.getInt32(p) ^ toggle
    p = (p + s) | 0
    o = (o + d) | 0
  }
  for (let i = 0; i < (count & 3); i++) {
    out[o] = view.getInt32(p) ^ toggle
    p = (p + s) | 0
    o = (o + d) | 0
  }
}

function moveDouble(view: DataView, from: number, step: number, count: number, out: Float64Array, at: number, outStep: number, zero: number): void {
  const s = step | 0
  const d = outStep | 0
  let p = from | 0
  let o = at | 0
  for (let turns = count >> 2; turns > 0; turns--) {
    out[o] = view.getFloat64(p) + zero
    p = (p + s) | 0
    o = (o + d) | 0
    out[o] = view.getFloat64(p) + zero
    p = (p + s) | 0
    o = (o + d) | 0
    out[o] = view.getFloat64(p) + zero
    p = (p + s) | 0
    o = (o + d) | 0
    out[o] = view.getFloat64(p) + zero
    p = (p + s) | 0
    o = (o + d) | 0
  }
  for (let i = 0; i < (count & 3); i++) {
    out[o] = view.getFloat64(p) + zero
    p = (p + s) | 0
    o = (o + d) | 0
  }
}

function moveHalves(view: DataView, from: number, step: number, count: number, out: Int32Array, at: number, outStep: number, toggle: number): void {
  for (let i = 0, p = from, o = 2 * at; i < count; i++, p += step, o += 2 * outStep) {
    out[o + HIGH] = view.getInt32(p) ^ toggle
    out[o + LOW] = view.getInt32(p + 4)
  }
}

/** Which half of 8 bytes stands first in this machine. */
const LOW = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? 0 : 1
const HIGH = 1 - LOW
