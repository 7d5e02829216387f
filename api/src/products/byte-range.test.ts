import { expect, it } from 'vitest'
import { byteRange } from './byte-range.js'

it('reads what a Range header asks for', () => {
  expect(byteRange('bytes=0-99', 1000)).toEqual({ start: 0, end: 99 })
  expect(byteRange('bytes=900-', 1000)).toEqual({ start: 900, end: 999 })
  expect(byteRange('bytes=900-5000', 1000)).toEqual({ start: 900, end: 999 })
  expect(byteRange('bytes=-50', 1000)).toEqual({ start: 950, end: 999 })
  expect(byteRange('bytes=-5000', 1000)).toEqual({ start: 0, end: 999 })
})
it('says when nothing of the file is in it', () => {
  for (const header of ['bytes=1000-', 'bytes=5000-6000', 'bytes=-0']) expect(byteRange(header, 1000)).toBe('outside')
  expect(byteRange('bytes=0-', 0)).toBe('outside')
})
it('passes over what it does not understand', () => {
  for (const header of [undefined, '', 'bytes=', 'bytes=-', 'lines=1-2', 'bytes=1-2,5-6', 'bytes=9-2', 'bytes=a-b']) expect(byteRange(header, 1000)).toBeNull()
})
