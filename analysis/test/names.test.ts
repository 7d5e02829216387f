import { readFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { AnalysisRequest } from '@heavens/schemas'
import { analyse, openJobs, sesameResolver } from '../src/index.js'
import { counter, counterItems } from './counter.js'
import { KNOWN, sesameAnswer, sesameServer, UNKNOWN, type SesameServer } from './sesame-server.js'
import { storesInMemory } from './stores-in-memory.js'

let server: SesameServer
let dir: string
beforeEach(async () => {
  server = await sesameServer()
  dir = await mkdtemp(path.join(tmpdir(), 'heavens-names-'))
})
afterEach(async () => {
  await server.close()
  await rm(dir, { recursive: true })
})
const request = { target: { name: 'Swift J0000' }, time: { format: 'seconds', reference: '2019-05-30T10:00:00Z', intervals: [[1, 50]] }, products: { lightCurve: { bin: 1 } } }
const stores = (): ReturnType<typeof storesInMemory> => storesInMemory([{ stream: { instrument: 'counter', run: 'main' }, items: counterItems(60, 20) }])

it('asks for a name once, remembers the unknown too, and forgets what is old or too much', async () => {
  const names = sesameResolver({ url: server.url, remembered: 2, age: 200, ageUnknown: 200 })
  const place = await names.find(' Swift  J0000 ')
  expect(place).toEqual({ name: 'Swift J0000.0+0000', ra: 10.0000005, dec: 20.25, type: 'LXB', resolver: expect.stringMatching(/^Sesame at 127\.0\.0\.1:\d+ \(Simbad\)$/) as string })
  expect(server.asked).toEqual(['/cgi-bin/nph-sesame/-ox/SNV?Swift%20J0000'])
  expect(await Promise.all([names.find('swift j0000'), names.find('SWIFT J0000')])).toEqual([place, place])
  expect(server.asked).toHaveLength(1)
  server.answer((reply) => reply.end(UNKNOWN))
  expect([await names.find('a'), await names.find('a'), await names.find('b')]).toEqual([undefined, undefined, undefined])
  expect(server.asked).toHaveLength(3)
  // Two are remembered: the first has gone.
  await names.find('swift j0000')
  expect(server.asked).toHaveLength(4)
  await new Promise((resolve) => setTimeout(resolve, 250))
  await names.find('swift j0000')
  expect(server.asked).toHaveLength(5)
})

it('asks once for what several want at the same time, and only a few at once', async () => {
  const names = sesameResolver({ url: server.url, atOnce: 2, timeout: 300 })
  server.answer(() => undefined)
  const both = [names.find('a'), names.find('A'), names.find('b')].map((one) => one.catch((error: unknown) => error))
  await expect(names.find('c')).rejects.toMatchObject({ code: 'busy' })
  for (const error of await Promise.all(both)) expect(error).toMatchObject({ code: 'resolver-failed' })
  expect(server.asked).toHaveLength(2)
})

const resolver = (inner: string): string => sesameAnswer('x', `<Resolver name="S=Simbad">${inner}</Resolver>`)
it.each<[string, (reply: Parameters<Parameters<SesameServer['answer']>[0]>[0]) => void, RegExp]>([
  ['is slow to begin', () => undefined, /took longer than 0\.4 s/],
  ['is slow in the middle', (reply) => void reply.write(KNOWN.slice(0, 100)), /took longer than 0\.4 s/],
  ['is out of order', (reply) => void reply.writeHead(500).end('no'), /status 500/],
  ['sends elsewhere', (reply) => void reply.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(), /status 302/],
  ['hangs up', (reply) => void reply.destroy(), /gives no answer/],
  ['never ends', (reply) => {
    const more = (): void => void (reply.destroyed || reply.write(`<a>${'x'.repeat(60_000)}</a>`, () => setImmediate(more)))
    more()
  }, /longer than 262144 bytes/],
  ['answers a page', (reply) => void reply.end('<html><body>maintenance<br></body></html>'), /cannot be used: it is not well-formed/],
  ['answers other XML', (reply) => void reply.end('<VOTABLE/>'), /no answer of Sesame/],
  ['answers half', (reply) => void reply.end(KNOWN.slice(0, 400)), /cut short|well-formed/],
  ['answers nothing', (reply) => void reply.end(), /it is empty/],
  ['answers entities', (reply) => void reply.end(KNOWN.replace('<Sesame', '<!DOCTYPE Sesame [<!ENTITY x SYSTEM "file:///etc/passwd">]><Sesame').replace('LXB', '&x;')), /document type/],
  ['answers no numbers', (reply) => void reply.end(resolver('<jradeg>north</jradeg><jdedeg>1</jdedeg>')), /"north" is not between/],
  ['answers off the sphere', (reply) => void reply.end(resolver('<jradeg>10</jradeg><jdedeg>91</jdedeg>')), /"91" is not between/],
  ['answers half a position', (reply) => void reply.end(resolver('<jradeg>10</jradeg>')), /"" is not between/],
])('says so where the server %s', async (_, how, sentence) => {
  const names = sesameResolver({ url: server.url, timeout: 400 })
  server.answer(how)
  await expect(names.find('x')).rejects.toMatchObject({ code: 'resolver-failed', status: 503, message: expect.stringMatching(sentence) as string })
  // A failure is not remembered.
  server.answer((reply) => reply.end(KNOWN))
  expect(await names.find('x')).toBeDefined()
})

it('says so where there is no server', async () => {
  const names = sesameResolver({ url: server.url })
  await server.close()
  await expect(names.find('x')).rejects.toMatchObject({ message: expect.stringMatching(/^The built-in catalogue does not know x, and Sesame at .* gives no answer: it refuses the connection\.$/) as string })
  server = await sesameServer()
})

it('puts the place into the request, from where the same bytes come without the server', async () => {
  const names = sesameResolver({ url: server.url })
  const { used, provenance } = await analyse(request, { stores: stores(), instruments: [counter], out: path.join(dir, 'a'), version: '1', names })
  expect(used.target).toEqual({ name: 'Swift J0000', ra: 10.0000005, dec: 20.25, resolver: `${names.label} (Simbad)` })
  expect(provenance.resolved).toEqual(used.target)
  // The catalogue is asked first, and nobody for what it knows or what has a position.
  await analyse({ ...request, target: { name: 'Crab' } }, { stores: stores(), instruments: [counter], out: path.join(dir, 'c'), version: '1', names })
  await analyse({ ...request, target: { name: 'Mine', ra: 1, dec: 2 } }, { stores: stores(), instruments: [counter], out: path.join(dir, 'd'), version: '1', names })
  expect(server.asked).toHaveLength(1)
  const written = JSON.parse(await readFile(path.join(dir, 'a/request.json'), 'utf8')) as { request: unknown }
  await analyse(written.request, { stores: stores(), instruments: [counter], out: path.join(dir, 'b'), version: '1' })
  for (const name of ['request.json', 'provenance.json', 'products.json', 'report.html']) expect(await readFile(path.join(dir, 'b', name)), name).toEqual(await readFile(path.join(dir, 'a', name)))
})

it('settles the name when a job is made, so that its workers ask nobody', async () => {
  const jobs = await openJobs({ stores: stores(), instruments: [counter], dir, version: '1', threads: 0, names: sesameResolver({ url: server.url }) })
  expect((await jobs.quote(request)).used.target).toMatchObject({ ra: 10.0000005 })
  const job = await jobs.submit(request)
  const held = await jobs.hold(request)
  for (const one of [job, held]) expect(AnalysisRequest.parse(one.request).target).toMatchObject({ name: 'Swift J0000', ra: 10.0000005, dec: 20.25, frame: 'icrs' })
  // Of the two, the one that waits to be told so is no answer.
  expect((await jobs.submit(request)).id).toBe(job.id)
  server.answer((reply) => reply.end(UNKNOWN))
  await expect(jobs.submit({ ...request, target: { name: 'Nowhere' } })).rejects.toMatchObject({ code: 'unknown-source', path: 'target.name', message: expect.stringMatching(/Asked: the built-in catalogue and Sesame at 127\.0\.0\.1:\d+\.$/) as string })
  await expect(jobs.submit({ ...request, target: { name: 'Nowhere', resolver: 'x' } })).rejects.toMatchObject({ code: 'bad-request', path: 'target.resolver' })
  await jobs.close()
})
