import { openJobs } from '@heavens/analysis'
import { jobExample, TOPICS, type Job } from '@heavens/schemas'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { INSTRUMENT, openBench, type Bench } from './fixture.js'

const MANY = 10_000
let bench: Bench
beforeAll(async () => {
  bench = await openBench({}, async (stores, dir) => {
    const jobs = Array.from({ length: MANY }, (_, i): Job => ({
      ...jobExample, id: `j-${i}`, label: `analysis ${i}`, phase: i % 10 === 0 ? 'ERROR' : 'COMPLETED', created: new Date(Date.UTC(2026, 0, 1) + 1000 * i).toISOString(), ended: new Date(Date.UTC(2026, 0, 1) + 1000 * i + 500).toISOString(), owner: 'client-a',
      products: Array.from({ length: 20 }, (_, k) => ({ ...jobExample.products[0]!, path: `a/${k}.fits` })),
    }))
    await stores.log.append(TOPICS.jobs, jobs.map((job) => ({ key: job.id, value: new TextEncoder().encode(JSON.stringify(job)) })))
    return openJobs({ stores, instruments: [INSTRUMENT], dir, version: '0.0.0', threads: 0 })
  })
}, 60_000)
afterAll(() => bench.close())

/** The answer's text, and the longest of three times that it took [ms] after a first. */
async function timed(path: string): Promise<[string, number]> {
  let text = await (await fetch(bench.api.url + path)).text()
  let worst = 0
  for (let i = 0; i < 3; i++) {
    const begun = performance.now()
    text = await (await fetch(bench.api.url + path)).text()
    worst = Math.max(worst, performance.now() - begun)
  }
  return [text, worst]
}
const count = (text: string, part: string): number => text.split(part).length - 1

it('answers the last of ten thousand jobs by phase and time without touching the rest', async () => {
  const [last, forLast] = await timed('/uws?LAST=3&PHASE=ERROR')
  expect([...last.matchAll(/jobref id="(j-\d+)"/g)].map((m) => m[1])).toEqual(['j-9990', 'j-9980', 'j-9970'])
  const [after, forAfter] = await timed(`/uws?AFTER=${new Date(Date.UTC(2026, 0, 1) + 1000 * 9_996).toISOString()}`)
  expect(count(after, '<uws:jobref')).toBe(3)
  const [products, forProducts] = await timed('/api/v1/products?limit=5')
  expect(JSON.parse(products)).toHaveLength(5)
  const [page, forPage] = await timed('/api/v1/analyses?limit=5')
  expect((JSON.parse(page) as Job[]).map(({ id }) => id)).toEqual(['j-9995', 'j-9996', 'j-9997', 'j-9998', 'j-9999'])
  console.log(`of ${MANY} jobs: LAST ${forLast.toFixed(0)} ms, AFTER ${forAfter.toFixed(0)} ms, products ${forProducts.toFixed(0)} ms, page ${forPage.toFixed(0)} ms`)
  for (const ms of [forLast, forAfter, forProducts, forPage]) expect(ms).toBeLessThan(500)
})

it('answers all of them, briefly', async () => {
  const [all, ms] = await timed('/uws')
  expect(count(all, '<uws:jobref')).toBe(MANY)
  console.log(`all ${MANY} jobs: ${ms.toFixed(0)} ms, ${(all.length / 1e6).toFixed(1)} MB`)
  expect(ms).toBeLessThan(2000)
})
