import { candidateExample, type Candidate } from '@heavens/schemas'
import { describe, expect, it } from 'vitest'
import { forgetPublished, publish, reconcile, type Published } from './publish-candidates.js'

const found = (id: string, start: number, stop: number, more: Partial<Candidate> = {}): Candidate => ({ ...candidateExample, id, revision: 0, start, stop, time: start, ...more })

/** Candidates as they were told after the search has found these, in order. */
function told(...versions: Candidate[]): Published[] {
  const published: Published[] = []
  for (const version of versions) publish(published, version)
  return published
}

describe('publish', () => {
  it('counts the revisions of each candidate from 0', () => {
    const published: Published[] = []
    expect([found('a', 1, 2), found('a', 1, 3), found('b', 9, 10), found('a', 1, 4)].map((f) => publish(published, f)).map((c) => [c.id, c.revision, c.stop])).toEqual([['a', 0, 2], ['a', 1, 3], ['b', 0, 10], ['a', 2, 4]])
  })
})

describe('reconcile', () => {
  it('tells nothing where the new search finds the same', () => {
    const published = told(found('a', 100, 110), found('b', 500, 510))
    expect(reconcile(published, [found('a', 100, 110), found('b', 500, 510)], 0)).toEqual([])
  })

  it('updates what changed, adds what is new, retracts what is gone', () => {
    const published = told(found('a', 100, 110), found('b', 500, 510))
    const out = reconcile(published, [found('a', 100, 110, { significance: 99 }), found('c', 900, 910)], 0)
    expect(out.map((c) => [c.id, c.revision, c.state])).toEqual([['a', 1, 'closed'], ['c', 0, 'closed'], ['b', 1, 'retracted']])
    expect(out[0]!.significance).toBe(99)
    expect(out[2]!.reasons).toEqual(['data that came late do not show it', ...candidateExample.reasons])
    expect(reconcile(published, [found('a', 100, 110, { significance: 99 }), found('c', 900, 910)], 0)).toEqual([])
  })

  it('keeps the id of an event whose start has moved, also while it grows on', () => {
    const published = told(found('a', 100, 110))
    expect(reconcile(published, [found('a2', 99.9, 110)], 0).map((c) => [c.id, c.revision, c.start])).toEqual([['a', 1, 99.9]])
    expect(publish(published, found('a2', 99.9, 120))).toMatchObject({ id: 'a', revision: 2, stop: 120 })
  })

  it('brings back a retracted candidate under its id', () => {
    const published = told(found('a', 100, 110))
    reconcile(published, [], 0)
    expect(reconcile(published, [], 0)).toEqual([])
    expect(reconcile(published, [found('a3', 101, 109)], 0)).toMatchObject([{ id: 'a', revision: 2, state: 'closed' }])
  })

  it('takes two places on the sky for two', () => {
    const published = told(found('a', 100, 110, { trigger: 'image', ra: 10, dec: 20 }))
    expect(reconcile(published, [found('b', 100, 110, { trigger: 'image', ra: 80, dec: 20 })], 0).map((c) => [c.id, c.state])).toEqual([['b', 'closed'], ['a', 'retracted']])
  })

  it('leaves alone what ended before the new search began', () => {
    const published = told(found('a', 100, 110))
    expect(reconcile(published, [found('old', 50, 60)], 200)).toEqual([])
    expect(forgetPublished(published, 110)).toHaveLength(1)
    expect(forgetPublished(published, 111)).toHaveLength(0)
  })
})
