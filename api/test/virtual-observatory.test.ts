import { openJobs } from '@heavens/analysis'
import { telemetryTopic, type Item, type Job } from '@heavens/schemas'
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
const TIME = `${MJD} ${MJD + 20 / 86400}`

describe('Virtual Observatory', () => {
  let bench: Bench
  let job: Job
  beforeAll(async () => {
    bench = await openBench({}, (stores, dir) => openJobs({ stores, instruments: [INSTRUMENT], dir, version: '0.0.0', threads: 0 }))
    await bench.stores.log.append(telemetryTopic({ instrument: ID, run: 'main' }), TELEMETRY.map((item) => ({ key: null, value: encodeItem(item) })))
    await bench.candidates({ knownSource: 'a "star", <b>' })
    job = (await bench.ask<Job>('/api/v1/analyses', { json: { label: 'λ, "x" <y>', target: { ra: 10, dec: 20, radius: 1 }, time: { format: 'mjd', scale: 'tt', intervals: [[MJD, MJD + 20 / 86400]] }, instruments: [{ id: ID, groups: ['n0'] }], products: { lightCurve: { bin: 1 } } } })).body
    for (let i = 0; i < 100 && job.phase !== 'COMPLETED'; i++) {
      await new Promise((resolve) => setTimeout(resolve, 50))
      job = (await bench.ask<Job>(`/api/v1/analyses/${job.id}`)).body
    }
  })
  afterAll(() => bench.close())
  const text = async (path: string, init?: RequestInit): Promise<{ status: number; type: string | null; text: string; headers: Headers }> => {
    const answer = await fetch(`${bench.api.url}${path}`, init)
    return { status: answer.status, type: answer.headers.get('content-type'), text: await answer.text(), headers: answer.headers }
  }

  it.each(['candidates', 'instruments', 'catalogue', 'resolve?name=Crab', 'resolve/search?prefix=cr', 'products'])('answers %s as VOTable, CSV and JSON', async (path) => {
    const join = path.includes('?') ? '&' : '?'
    const votable = await text(`/api/v1/${path}${join}format=votable`)
    expect([votable.status, votable.type]).toEqual([200, 'application/x-votable+xml'])
    const rows = votable.text.match(/<TR>/g)!.length
    expect(rows).toBeGreaterThan(0)
    expect((await text(`/api/v1/${path}`, { headers: { accept: 'text/csv;q=0.5, application/x-votable+xml' } })).text).toBe(votable.text)
    const csv = await text(`/api/v1/${path}`, { headers: { accept: 'text/csv' } })
    expect(csv.text.split('\n')[0]!.split(',')).toEqual([...votable.text.matchAll(/<FIELD ID="(\w+)"/g)].map((m) => m[1]))
    expect((await text(`/api/v1/${path}`)).type).toBe('application/json; charset=utf-8')
    expect((await text(`/api/v1/${path}${join}format=xlsx`)).status).toBe(400)
  })

  it('escapes what users wrote', async () => {
    expect((await text('/api/v1/candidates?format=votable')).text).toContain('<TD>a &#34;star&#34;, &#60;b&#62;</TD>')
    expect((await text('/api/v1/candidates?format=csv')).text).toContain('"a ""star"", <b>"')
    expect((await text('/api/v1/products?format=votable')).text).toContain('<TD>λ, &#34;x&#34; &#60;y&#62;</TD>')
  })

  it('describes products as ObsCore does, and links what belongs to them', async () => {
    const { body } = await bench.ask<Record<string, unknown>[]>('/api/v1/products?kind=light-curve')
    expect(body).toHaveLength(1)
    expect(body[0]).toMatchObject({ dataproduct_type: 'timeseries', obs_id: job.id, s_ra: 10, s_fov: 2, s_region: 'CIRCLE ICRS 10 20 1', t_resolution: 1, access_format: 'application/fits', facility_name: 'Example' })
    expect(body[0]!['t_exptime']).toBeCloseTo(20, 5)
    const links = await text(`/api/v1/datalink?ID=${encodeURIComponent(String(body[0]!['obs_publisher_did']))}&ID=ivo://elsewhere/x`)
    expect(links.type).toBe('application/x-votable+xml;content=datalink')
    for (const part of ['#this', '#preview-plot', '#documentation', '#package', '#cutout', 'NotFoundFault: There is no identifier ivo://elsewhere/x.']) expect(links.text).toContain(part)
  })

  it('allows pictures in the report only', async () => {
    const report = await text(`/api/v1/analyses/${job.id}/products/report.html`)
    expect([report.status, report.type]).toEqual([200, 'text/html; charset=utf-8'])
    expect(report.headers.get('content-security-policy')).toBe("default-src 'none'; img-src data:; style-src 'unsafe-inline'; sandbox")
    const other = await text(`/api/v1/analyses/${job.id}/products/${ID}/n0/light-curve.png`)
    expect(other.headers.get('content-security-policy')).toBe("default-src 'none'; style-src 'unsafe-inline'; sandbox")
  })

  it('makes a product at once, by GET and by form, and like another', async () => {
    const got = await text(`/sync?${new URLSearchParams({ TIME, INSTRUMENT: ID, GROUP: 'n0', PRODUCT: 'light-curve' })}`)
    expect([got.status, got.type]).toEqual([200, 'application/fits'])
    const posted = await text('/sync', { method: 'POST', body: new URLSearchParams({ time: TIME, instrument: ID, group: 'n0' }) })
    expect(posted.text).toBe(got.text)
    const like = await text(`/sync?${new URLSearchParams({ ID: `ivo://heavens/analyses?${job.id}`, TIME: `-Inf ${MJD + 5 / 86400}`, RESPONSEFORMAT: 'html' })}`)
    expect([like.status, like.type]).toEqual([200, 'text/html; charset=utf-8'])
    expect(like.text).toContain('5 s')
  })

  it('keeps what it makes from those without the token, in the words of SODA', async () => {
    await bench.restart({ token: 'secret' })
    const refused = await text('/sync?ID=x')
    expect([refused.status, refused.type, refused.text.split(':')[0], refused.headers.get('www-authenticate')]).toEqual([401, 'text/plain; charset=utf-8', 'AuthenticationError', 'Bearer'])
    expect((await text('/sync?ID=x&token=secret')).status).toBe(404)
    await bench.restart()
  })

  it('makes nothing that would take long, and says where to send it', async () => {
    const { jobs } = bench.options
    await bench.restart({ jobs: { ...jobs, quote: async (request) => ({ ...(await jobs.quote(request)), seconds: 3600 }) } })
    const before = (await jobs.list()).length
    const refused = await text(`/sync?${new URLSearchParams({ TIME: `${MJD} ${MJD + 30 / 86400}`, INSTRUMENT: ID, GROUP: 'n0' })}`)
    expect([refused.status, refused.text]).toEqual([413, 'UsageError: This would take 3600 s, more than the 60 s of an answer that is waited for; send it to /uws. [too-long]\n'])
    expect(await jobs.list()).toHaveLength(before)
    await bench.restart()
  })

  it('says that there is nothing with 204 and a reason', async () => {
    const { status, headers } = await text(`/sync?TIME=50000+50001&INSTRUMENT=${ID}`)
    expect(status).toBe(204)
    expect(headers.get('heavens-reason')).toMatch(/\[no-data\]$/)
  })

  it.each([
    ['POS=BOX+1+2&TIME=1+2', 400, 'UsageError'], ['ID=nope', 404, 'UsageError'], ['TIME=2+1', 400, 'UsageError'], [`TIME=${MJD}+Inf`, 400, 'UsageError'], ['CIRCLE=1+2+3&POS=CIRCLE+1+2+3', 400, 'UsageError'],
    ['POLYGON=1+2+3+4', 400, 'UsageError'], ['GROUP=a&GROUP=b', 400, 'MultiValuedParamNotSupported'], ['RESPONSEFORMAT=pdf', 400, 'UsageError'], ['INSTRUMENT=none&TIME=58000+58001', 404, 'UsageError'], ['', 400, 'UsageError'],
  ])('refuses %s with %i', async (query, status, word) => {
    const plain = await text(`/sync?${query}`)
    expect([plain.status, plain.type, plain.text.split(':')[0]]).toEqual([status, 'text/plain; charset=utf-8', word])
    const votable = await text(`/sync?${query}`, { headers: { accept: 'application/x-votable+xml' } })
    expect(votable.text).toContain(`<INFO name="QUERY_STATUS" value="ERROR">${word}`)
  })
})
