import { forgetOld, openJobs } from '@heavens/analysis'
import { telemetryTopic, type Item } from '@heavens/schemas'
import { encodeItem } from '@heavens/storage'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ID, INSTRUMENT, openBench, type Bench } from './fixture.js'

const START = 600_000_000
const TELEMETRY: Item[] = [
  { kind: 'ebounds', source: 's', sequence: 0, group: 0, from: START, first: 0, eMin: Float32Array.of(20, 60, 250), eMax: Float32Array.of(60, 250, 900) },
  { kind: 'gti', source: 's', sequence: 1, group: 0, late: false, start: Float64Array.of(START), stop: Float64Array.of(START + 100) },
  {
    kind: 'events', source: 's', sequence: 2, start: START, stop: START + 100, count: 1000, late: false,
    columns: { time: Float64Array.from({ length: 1000 }, (_, i) => START + i / 10 + 0.05), channel: new Uint16Array(1000).fill(1), detector: new Uint8Array(1000), ra: new Float32Array(1000).fill(10), dec: new Float32Array(1000).fill(20) },
  },
]
const MJD = 51544 + (START + 10) / 86400
const REQUEST = JSON.stringify({ label: 'a & <b>', time: { format: 'mjd', scale: 'tt', intervals: [[MJD, MJD + 20 / 86400]] }, instruments: [{ id: ID, groups: ['n0'] }], products: { lightCurve: { bin: 1 } } })

describe('UWS', () => {
  let bench: Bench
  beforeAll(async () => {
    bench = await openBench({ keepJobsFor: 86_400 }, (stores, dir) => openJobs({ stores, instruments: [INSTRUMENT], dir, version: '0.0.0', threads: 0 }))
    await bench.stores.log.append(telemetryTopic({ instrument: ID, run: 'main' }), TELEMETRY.map((item) => ({ key: null, value: encodeItem(item) })))
  })
  afterAll(() => bench.close())
  const ask = async (path: string, form?: Record<string, string>, method = form ? 'POST' : 'GET'): Promise<{ status: number; location: string; text: string }> => {
    const answer = await fetch(`${bench.api.url}${path}`, { method, redirect: 'manual', ...(form ? { body: new URLSearchParams(form) } : {}) })
    return { status: answer.status, location: answer.headers.get('location')?.replace(bench.api.url, '') ?? '', text: await answer.text() }
  }

  it('makes a job that waits, runs it on demand, is waited for, and gives results that can be fetched', async () => {
    const made = await ask('/uws', { REQUEST })
    expect(made.status).toBe(303)
    const path = made.location
    expect(path).toMatch(/^\/uws\/j-[0-9a-f]+$/)
    expect((await ask(`${path}/phase`)).text).toBe('PENDING')
    expect((await ask(path)).text).toContain('<uws:runId>a &#38; &#60;b&#62;</uws:runId>')
    // Nothing changes: the wait ends after its time.
    const before = performance.now()
    expect((await ask(`${path}/phase?WAIT=1`)).text).toBe('PENDING')
    expect(performance.now() - before).toBeGreaterThan(900)
    const waiting = ask(`${path}?WAIT=-1&PHASE=PENDING`)
    expect((await ask(`${path}/phase`, { PHASE: 'RUN' })).status).toBe(303)
    expect((await waiting).text).not.toContain('<uws:phase>PENDING')
    for (let phase = ''; phase !== 'COMPLETED'; ) {
      phase = (await ask(`${path}/phase?WAIT=10`)).text
      expect(['QUEUED', 'EXECUTING', 'COMPLETED']).toContain(phase)
    }
    const results = (await ask(`${path}/results`)).text
    const href = /xlink:href="([^"]+light-curve[^"]*)"/.exec(results)![1]!
    const file = await fetch(href)
    expect([file.status, file.headers.get('content-type')]).toEqual([200, 'application/fits'])
    expect((await ask(`${path}/parameters`)).text).toContain('<uws:parameter id="REQUEST">')
    expect(Date.parse((await ask(`${path}/quote`)).text)).toBeGreaterThan(0)
    expect((await ask(`${path}/executionduration`)).text).toBe('0')
    const ended = /<uws:endTime>([^<]+)/.exec((await ask(path)).text)![1]!
    expect((await ask(`${path}/destruction`)).text).toBe(new Date(Date.parse(ended) + 86_400_000).toISOString())
    expect((await ask(path)).text).toContain(`<uws:destruction>${(await ask(`${path}/destruction`)).text}</uws:destruction>`)
    expect((await ask('/uws?PHASE=COMPLETED')).text).toContain(path.slice(5))
    expect((await ask('/uws?PHASE=ERROR')).text).not.toContain(path.slice(5))
    expect((await ask('/uws?LAST=1')).text.match(/<uws:jobref/g)).toHaveLength(1)
    expect((await ask('/uws?AFTER=2100-01-01T00:00:00')).text).not.toContain('jobref')
    expect((await ask(path, { ACTION: 'DELETE' })).status).toBe(303)
    expect((await ask(path)).status).toBe(404)
  })

  it('takes SODA parameters, and says what went wrong', async () => {
    const circle = await ask('/uws', { TIME: `${MJD} ${MJD + 1 / 86400}`, ENERGY: '60 250', INSTRUMENT: ID, PHASE: 'RUN' })
    expect(circle.status).toBe(303)
    await ask(`${circle.location}/phase?WAIT=10&PHASE=QUEUED`)
    expect((await ask(`${circle.location}/parameters`)).text).toContain('keV')
    // What cannot be read at all is refused at once; what has no data is a job that ends in ERROR.
    expect((await ask('/uws', { TIME: '40000 40001', INSTRUMENT: ID, PHASE: 'RUN' })).status).toBe(400)
    const { location } = await ask('/uws', { TIME: '50000 50001', INSTRUMENT: ID, PHASE: 'RUN' })
    let phase = ''
    for (let i = 0; i < 20 && phase !== 'ERROR'; i++) phase = (await ask(`${location}/phase?WAIT=2`)).text
    expect(phase).toBe('ERROR')
    expect((await ask(location)).text).toContain('<uws:errorSummary type="fatal" hasDetail="true"><uws:message>')
    expect((await ask(`${location}/error`)).text).toMatch(/\[no-(data|exposure)\]$/)
  })

  it('aborts a job that waits and keeps it, and a client that goes away leaves the job alone', async () => {
    const { location } = await ask('/uws', { REQUEST })
    const gone = new AbortController()
    const dropped = fetch(`${bench.api.url}${location}?WAIT=-1`, { signal: gone.signal }).catch(() => 'dropped')
    await new Promise((resolve) => setTimeout(resolve, 100))
    gone.abort()
    expect(await dropped).toBe('dropped')
    expect((await ask(`${location}/phase`)).text).toBe('PENDING')
    await ask(`${location}/phase`, { PHASE: 'ABORT' })
    expect((await ask(`${location}/phase`)).text).toBe('ABORTED')
    await ask(`${location}/phase`, { PHASE: 'ABORT' })
    expect((await ask(`${location}/phase`)).text).toBe('ABORTED')
  })

  it('lets its owner say when a job is destroyed and how long it may run, within what jobs are kept', async () => {
    const soon = new Date(Date.now() + 3_600_000).toISOString()
    const { location } = await ask('/uws', { REQUEST, DESTRUCTION: soon, EXECUTIONDURATION: '600' })
    expect([(await ask(`${location}/destruction`)).text, (await ask(`${location}/executionduration`)).text]).toEqual([soon, '600'])
    expect((await ask(location)).text).toContain(`<uws:executionDuration>600</uws:executionDuration>\n<uws:destruction>${soon}</uws:destruction>`)
    // Later than jobs are kept: the latest that may be.
    expect(await ask(`${location}/destruction`, { DESTRUCTION: '2100-01-01T00:00:00' })).toMatchObject({ status: 303, location })
    expect(Date.parse((await ask(`${location}/destruction`)).text) - Date.now()).toBeLessThanOrEqual(86_400_000)
    expect((await ask(`${location}/executionduration`, { EXECUTIONDURATION: '0' })).status).toBe(303)
    expect((await ask(`${location}/executionduration`)).text).toBe('0')
    expect((await ask(`${location}/owner`)).text).toMatch(/^client-[0-9a-f]{8}$/)
    expect((await ask('/uws')).text).toMatch(/<uws:ownerId>client-[0-9a-f]{8}<\/uws:ownerId><uws:creationTime>/)
    for (const [path, form] of [['destruction', { DESTRUCTION: 'tomorrow' }], ['destruction', { DESTRUCTION: '2026-13-01' }], ['destruction', {}], ['executionduration', { EXECUTIONDURATION: '-1' }], ['executionduration', { EXECUTIONDURATION: '1.5' }], ['executionduration', { DESTRUCTION: soon }]] as const) {
      expect((await ask(`${location}/${path}`, form)).status, JSON.stringify(form)).toBe(400)
    }
    expect((await ask('/uws', { REQUEST, DESTRUCTION: 'never' })).status).toBe(400)
    expect((await ask('/uws/j-0/destruction', { DESTRUCTION: soon })).status).toBe(404)
    // The time has come: it is forgotten, although it never ran.
    await ask(location, { DESTRUCTION: '2020-01-01T00:00:00Z' })
    expect(await forgetOld(bench.options.jobs, 86_400, Date.now())).toEqual([location.slice(5)])
    expect((await ask(location)).status).toBe(404)
  })

  it('ends a followed job with what has come, when it has run as long as it may', async () => {
    const followed = JSON.stringify({ ...(JSON.parse(REQUEST) as object), time: { format: 'mjd', scale: 'tt', intervals: [[MJD, null]] } })
    const { location } = await ask('/uws', { REQUEST: followed, PHASE: 'RUN' })
    for (let i = 0; i < 50 && (await ask(`${location}/phase`)).text !== 'EXECUTING'; i++) await new Promise((resolve) => setTimeout(resolve, 50))
    expect((await ask(`${location}/phase?WAIT=1&PHASE=EXECUTING`)).text).toBe('EXECUTING')
    await ask(`${location}/executionduration`, { EXECUTIONDURATION: '1' })
    for (let i = 0; i < 100 && (await ask(`${location}/phase`)).text === 'EXECUTING'; i++) await new Promise((resolve) => setTimeout(resolve, 50))
    expect((await ask(`${location}/phase`)).text).toBe('COMPLETED')
  }, 20_000)

  it.each([
    ['/uws', { REQUEST: '{' }, 400], ['/uws', {}, 400], ['/uws', { TIME: '1 2', POS: 'RANGE 1 2 3 4' }, 400], ['/uws', { TIME: 'now' }, 400], ['/uws', { REQUEST, PHASE: 'ABORT' }, 400], ['/uws/j-0/phase', { PHASE: 'RUN' }, 404],
  ])('refuses %s %j with %i', async (path, form, status) => {
    expect((await ask(path, form)).status).toBe(status)
  })
  it.each(['/uws?PHASE=DONE', '/uws?LAST=0', '/uws?AFTER=yesterday'])('refuses %s', async (path) => {
    expect((await ask(path)).status).toBe(400)
  })
})
