import { expect, it } from 'vitest'
import { pageOf } from './page-of.js'

const list = ['a', 'b', 'c', 'd', 'e'].map((id) => ({ id }))
const ids = (page?: Parameters<typeof pageOf>[1]): string => pageOf(list, page).map(({ id }) => id).join('')

it('goes backwards through a list, page by page, until nothing is left', () => {
  expect([ids(), ids({ limit: 2 }), ids({ limit: 2, before: 'd' }), ids({ limit: 2, before: 'b' }), ids({ limit: 2, before: 'a' })]).toEqual(['abcde', 'de', 'bc', 'a', ''])
  expect([ids({ before: 'c' }), ids({ limit: 99 }), ids({ limit: 2, before: 'gone' })]).toEqual(['ab', 'abcde', ''])
  expect(ids({ limit: 2, where: ({ id }) => id < 'd' }) + ids({ limit: 9, before: 'c', where: ({ id }) => id !== 'a' })).toBe('bcb')
  expect(pageOf([], { limit: 3 })).toEqual([])
})
