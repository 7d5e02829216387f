import { expect, it } from 'vitest'
import { jobExample, type Job } from '@heavens/schemas'
import { nextJob } from './job-order.js'

const job = (id: string, created: number, owner: string, priority?: Job['priority']): Job => ({ ...jobExample, id, created: new Date(created * 1000).toISOString(), owner, started: undefined, ...(priority ? { priority } : {}) })

/** Begin and end jobs one after the other on `places` places; answers the order in which they began. */
function begun(jobs: readonly Job[], places: number): string[] {
  const waiting = jobs.map((one) => ({ ...one }))
  const executing: Job[] = []
  const known: Job[] = []
  const order: string[] = []
  while (waiting.length > 0) {
    if (executing.length === places) executing.shift()
    const next = nextJob(waiting, executing, known)!
    waiting.splice(waiting.indexOf(next), 1)
    next.started = new Date(1e6 * order.length).toISOString()
    executing.push(next)
    known.push(next)
    order.push(next.id)
  }
  return order
}

it('takes the oldest first where nobody is more urgent and all belong to one', () => {
  expect(begun([job('b', 2, 'me'), job('a', 1, 'me'), job('c', 3, 'me')], 1)).toEqual(['a', 'b', 'c'])
  expect(nextJob([], [])).toBeUndefined()
})

it('takes duty before the archive, however old that is', () => {
  expect(begun([job('old', 1, 'a', 'archive'), job('new', 9, 'b'), job('newer', 10, 'b', 'duty')], 1)).toEqual(['new', 'newer', 'old'])
})

it('shares places among those who ask: one with many holds nobody up', () => {
  const many = Array.from({ length: 6 }, (_, i) => job(`many${i}`, i, 'many'))
  expect(begun([...many, job('one', 100, 'one')], 2).indexOf('one')).toBe(1)
})

it('takes turns where there is one place only', () => {
  const of = (owner: string, from: number): Job[] => Array.from({ length: 3 }, (_, i) => job(`${owner}${i}`, from + i, owner, 'archive'))
  expect(begun([...of('a', 0), ...of('b', 10), job('duty', 99, 'a')], 1)).toEqual(['duty', 'b0', 'a0', 'b1', 'a1', 'b2', 'a2'])
})
