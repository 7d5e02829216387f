import { expect, it } from 'vitest'
import { bytesSource, openFits, writeFits, type HduInput } from '../fits/index.js'
import { readGoodTime } from './index.js'

const table = (name: string, cards: HduInput['cards'], from: string, start: number[], stop: number[]): HduInput => ({
  kind: 'bintable', name, rows: start.length, cards,
  columns: [{ name: from, format: '1D', unit: 's', values: Float64Array.from(start) }, { name: 'STOP', format: '1D', unit: 's', values: Float64Array.from(stop) }],
})
const clock: HduInput['cards'] = [['MJDREFI', 51544, ''], ['MJDREFF', 0, ''], ['TIMESYS', 'TT', ''], ['TIMEUNIT', 's', '']]
const read = async (primary: HduInput['cards'], ...hdus: HduInput[]): Promise<[number, number][]> => readGoodTime(await openFits(bytesSource(writeFits([{ kind: 'image', cards: primary }, ...hdus])), 'a.fits'))

it('is taken from the table that is named for it, by the clock of that table or of the file, without empty intervals', async () => {
  const other = table('OBS', clock, 'START', [1], [2])
  const wanted = [[100.25, 200.5], [300, 400]]
  expect(await read([], other, table('STDGTI', clock, 'START', [100.25, 250, 300], [200.5, 250, 400]))).toEqual(wanted)
  expect(await read(clock, other, table('GTI', [], 'start', [100.25, 300], [200.5, 400]))).toEqual(wanted)
  expect(await read([], other)).toEqual([[1, 2]])
  await expect(read([], table('GTI', clock, 'TSTART', [1], [2]))).rejects.toMatchObject({ code: 'file-unusable', fields: { file: 'a.fits' } })
})
