import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { analyse } from '../src/index.js'
import { counter, counterItems } from './counter.js'
import { storesInMemory } from './stores-in-memory.js'

let out: string
beforeEach(async () => void (out = await mkdtemp(path.join(tmpdir(), 'heavens-report-'))))
afterEach(() => rm(out, { recursive: true }))

const stores = storesInMemory([{ stream: { instrument: 'counter', run: 'main' }, items: counterItems(100, 50) }])
const LABEL = 'a "burst" & <script>alert(1)</script>'
const request = {
  label: LABEL, target: { name: 'Crab' }, time: { format: 'seconds', reference: '2019-05-30T10:00:00Z', intervals: [[10, 30]] },
  instruments: [{ id: 'counter', groups: ['a', 'b'] }], products: { lightCurve: {}, spectrum: { background: [[30, 60]] }, image: {} },
}
const report = async (folder = out): Promise<string> => readFile(path.join(folder, 'report.html'), 'utf8')

test('the report is one of the products, needs nothing else and runs nothing', async () => {
  const { products } = await analyse(request, { stores, instruments: [counter], out })
  expect(products.at(-1)).toMatchObject({ path: 'report.html', kind: 'report', instrument: 'counter' })
  expect(JSON.parse(await readFile(path.join(out, 'products.json'), 'utf8'))).toEqual(products)
  const html = await report()
  expect(html).not.toMatch(/<script|https?:|\ssrc="(?!data:)|\shref=|@import|url\(/)
  expect(html).toContain('<h1>a &#34;burst&#34; &#38; &#60;script&#62;alert(1)&#60;/script&#62;</h1>')
  const previews = products.filter((p) => p.kind === 'preview')
  expect(previews).toHaveLength(4)
  for (const p of previews) expect(html).toContain(`data:image/png;base64,${(await readFile(path.join(out, p.path))).toString('base64')}`)
  for (const p of products.slice(0, -1)) for (const part of [p.path, p.sha256]) expect(html).toContain(part)
})

test('it says when in UTC and TT, what was refused and cut, and what is missing', async () => {
  await analyse(request, { stores, instruments: [counter], out })
  const html = await report()
  for (const text of ['2019-05-30T10:00:10.000000Z', '2019-05-30T10:01:19.184000', '58633.417583148', 'heavens.telemetry.counter']) expect(html).toContain(text)
  expect(html).toContain('counter makes no image')
  expect(html).toContain('its counts carry no directions')
  expect(html).toContain('counter a: no response matrix is known')
})

test('its numbers are those of the files', async () => {
  await analyse({ ...request, instruments: [{ id: 'counter', groups: ['a'] }], products: { spectrum: { background: [[30, 60]] } } }, { stores, instruments: [counter], out })
  const row = /<tr><td><span class="s">spectrum.*<\/tr>/.exec(await report())![0].replace(/<[^>]+>/g, ' ').replaceAll('\u202f', '')
  const [counts, exposure, rate, error, sigma] = /all channels +(\d+) +([\d.]+) +([\d.]+) ± ([\d.]+) +([\d.−]+) +its background/.exec(row)!.slice(1).map((t) => Number(t.replace('−', '-')))
  // 50 counts/s for 20 s, steady: the rate is counts over live time, the excess over the background is noise.
  expect(counts).toBeGreaterThan(850)
  expect(exposure).toBeCloseTo(20 - counts! * 1e-5, 3)
  expect(rate).toBeCloseTo(counts! / exposure!, 1)
  expect(error).toBeCloseTo(Math.sqrt(counts!) / exposure!, 1)
  expect(Math.abs(sigma!)).toBeLessThan(4)
})

test('the same request gives the same page', async () => {
  await analyse(request, { stores, instruments: [counter], out })
  const second = path.join(out, 'again')
  await analyse(request, { stores, instruments: [counter], out: second })
  expect(await report(second)).toBe(await report())
})
