import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { writeFits, type HduInput } from '@heavens/science/fits'
import { heavens } from './heavens.js'

const GTI: HduInput = {
  kind: 'bintable', name: 'GTI', rows: 2, cards: [['MJDREFI', 51544], ['MJDREFF', 0], ['TIMESYS', 'TT'], ['TIMEUNIT', 's']],
  columns: [{ name: 'START', format: '1D', unit: 's', values: Float64Array.of(612526809.184, 612526900.184) }, { name: 'STOP', format: '1D', unit: 's', values: Float64Array.of(612526869.184, 612526930.434) }],
}
let folder = ''
const place = (name: string): string => path.join(folder, name)
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'gti-'))
  await mkdir(place('data'))
  const fits = writeFits([{ kind: 'image', cards: [] }, GTI])
  await writeFile(place('a.gti'), fits)
  await writeFile(place('a.gti.gz'), gzipSync(fits))
  await writeFile(place('list.txt'), '# good time\n2019-05-30T10:19:00  2019-05-30T10:20:00Z\n\n2019-05-30T10:20:31, 2019-05-30T10:21:01.25 # the tail\n')
  await writeFile(place('bad.txt'), 'one two three\n')
  await writeFile(place('none.txt'), '# nothing\n')
  await writeFile(place('request.json'), JSON.stringify({ time: { format: 'seconds', reference: '2000-01-01T00:00:00', intervals: [[0, 1]] }, instruments: [{ id: 'fermi-gbm' }] }))
})
afterAll(() => rm(folder, { recursive: true }))

it('good time of a file, FITS, packed or a list, is the time of a request', async () => {
  for (const name of ['a.gti', 'a.gti.gz', 'list.txt']) {
    const { code, stdout, stderr } = await heavens('quote', '--request', place('request.json'), '--gti', place(name), '--data', place('data'))
    expect([name, code, stderr]).toEqual([name, 0, ''])
    const { intervals } = (JSON.parse(stdout) as { used: { intervals: { start: number; stop: number }[] } }).used
    expect(intervals.map(({ start, stop }) => [start, stop].map((t) => Number(t.toFixed(6))))).toEqual([[612526809.184, 612526869.184], [612526900.184, 612526930.434]])
  }
}, 60_000)

it.each([['bad.txt', 'file-unusable', 'one two three'], ['none.txt', 'file-unusable', 'no interval'], ['gone.fits', 'file-missing', 'gone.fits']])('%s is refused: %s', async (name, errorCode, part) => {
  const { code, stderr } = await heavens('quote', '--request', place('request.json'), '--gti', place(name), '--data', place('data'))
  expect(code).toBe(3)
  expect(stderr).toContain(`[${errorCode}]`)
  expect(stderr).toContain(part)
}, 30_000)
