import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { openJobs, sesameResolver } from '@heavens/analysis'
import { telemetryTopic, type Job, type ResolvedTarget } from '@heavens/schemas'
import { encodeItem } from '@heavens/storage'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ID, INSTRUMENT, openBench, type Bench } from './fixture.js'

const START = 600_000_000
const MJD = 51544 + (START + 10) / 86400
const part = (inner: string): string => `<?xml version="1.0"?><Sesame><Target option="SNV"><name>x</name><Resolver name="S=Simbad">${inner}</Resolver></Target></Sesame>`
const asked: string[] = []
const server = createServer((request, reply) => {
  asked.push(decodeURIComponent(request.url!.split('?')[1]!))
  const name = asked.at(-1)!.toLowerCase()
  if (name === 'broken') reply.writeHead(500).end()
  else reply.end(part(name === 'planet nine' ? '<jradeg>10</jradeg><jdedeg>20</jdedeg><otype>Pl?</otype>' : '<INFO>*** Nothing found ***</INFO>'))
})
let bench: Bench
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const names = sesameResolver({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/nph-sesame` })
  bench = await openBench({ names }, (stores, dir) => openJobs({ stores, instruments: [INSTRUMENT], dir, version: '0.0.0', threads: 0, names }))
  await bench.stores.log.append(telemetryTopic({ instrument: ID, run: 'main' }), [{
    key: null, value: encodeItem({
      kind: 'events', source: 's', sequence: 2, start: START, stop: START + 100, count: 100, late: false,
      columns: { time: Float64Array.from({ length: 100 }, (_, i) => START + i), channel: new Uint16Array(100).fill(1), detector: new Uint8Array(100), ra: new Float32Array(100).fill(10), dec: new Float32Array(100).fill(20) },
    }),
  }])
})
afterAll(async () => {
  await bench.close()
  server.close()
})
const request = (name: string): object => ({ target: { name, radius: 1 }, time: { format: 'mjd', scale: 'tt', intervals: [[MJD, MJD + 20 / 86400]] }, instruments: [{ id: ID, groups: ['n0'] }] })

it('REST finds a name beyond the catalogue, with who knows it, and a search does so for a whole name', async () => {
  expect((await bench.ask<ResolvedTarget>('/api/v1/resolve?name=Planet%20Nine')).body).toMatchObject({ name: 'Planet Nine', ra: 10, dec: 20, type: 'Pl?', resolver: expect.stringContaining('(Simbad)') as string })
  expect((await bench.ask<ResolvedTarget[]>('/api/v1/resolve/search?prefix=planet%20nine&whole=true')).body).toHaveLength(1)
  expect((await bench.ask<ResolvedTarget[]>('/api/v1/resolve/search?prefix=planet%20nine')).body).toEqual([])
  expect((await bench.ask<ResolvedTarget>('/api/v1/resolve?name=Crab')).body.resolver).toBeUndefined()
  expect(asked).toEqual(['Planet Nine'])
})

it('REST and UWS take it as a target', async () => {
  const { status, body } = await bench.ask<Job>('/api/v1/analyses', { json: request('Planet Nine') })
  expect([status, body.used?.target]).toEqual([201, { name: 'Planet Nine', ra: 10, dec: 20, radius: 1, resolver: expect.stringContaining('(Simbad)') as string }])
  const made = await fetch(`${bench.api.url}/uws`, { method: 'POST', body: new URLSearchParams({ REQUEST: JSON.stringify(request('planet nine')), PHASE: 'RUN' }) })
  expect(await made.text()).toContain('&#34;ra&#34;:10,')
})

it('says who was asked, and where one gives no answer, that', async () => {
  expect((await bench.ask('/api/v1/analyses', { json: request('Nowhere') }))).toMatchObject({ status: 404, body: { error: { code: 'unknown-source', path: 'target.name', sentence: expect.stringMatching(/Asked: the built-in catalogue and Sesame at/) as string } } })
  for (const path of ['/api/v1/analyses', '/api/v1/analyses/quote']) {
    expect((await bench.ask(path, { json: request('Broken') }))).toMatchObject({ status: 503, body: { error: { code: 'resolver-failed', path: 'target.name', sentence: expect.stringMatching(/status 500/) as string } } })
  }
  expect((await bench.ask('/api/v1/resolve?name=broken'))).toMatchObject({ status: 503, body: { error: { code: 'resolver-failed' } } })
})
