import { expect, it } from 'vitest'
import { bytesSource, openFits, writeFits, type HduInput } from '../fits/index.js'
import { fitSpectrum, parseModel, readEffectiveArea, readResponse, readSpectrum, type Spectrum } from './index.js'

const SIZE = 8
const edges = (shift: number): Float64Array => Float64Array.from({ length: SIZE }, (_, i) => i + 1 + shift)
const spoilt = (values: Float64Array, at: number | undefined): Float64Array => (at === undefined ? values : values.with(at, NaN))
const open = (...hdus: HduInput[]): ReturnType<typeof openFits> => openFits(bytesSource(writeFits(hdus)), 'a.fits')
const ones = new Int16Array(SIZE).fill(1)
const channels = Int16Array.from({ length: SIZE }, (_, i) => i + 1)

interface Spoil { matrix?: number; low?: number; bound?: number }
const response = ({ matrix, low, bound }: Spoil): ReturnType<typeof openFits> =>
  open({
    kind: 'bintable', name: 'MATRIX', rows: SIZE, cards: [['HDUCLASS', 'OGIP'], ['HDUCLAS1', 'RESPONSE'], ['HDUCLAS2', 'RSP_MATRIX']],
    columns: [
      { name: 'ENERG_LO', format: 'D', unit: 'keV', values: spoilt(edges(0), low) }, { name: 'ENERG_HI', format: 'D', unit: 'keV', values: edges(1) }, { name: 'N_GRP', format: 'I', values: ones },
      { name: 'F_CHAN', format: 'I', values: channels, tlmin: 1 }, { name: 'N_CHAN', format: 'I', values: ones }, { name: 'MATRIX', format: 'D', values: spoilt(new Float64Array(SIZE).fill(10), matrix) },
    ],
  }, { kind: 'bintable', name: 'EBOUNDS', rows: SIZE, columns: [{ name: 'CHANNEL', format: 'I', values: channels }, { name: 'E_MIN', format: 'D', unit: 'keV', values: edges(0) }, { name: 'E_MAX', format: 'D', unit: 'keV', values: spoilt(edges(1), bound) }] })

const spectrum = (column: string, at: number): ReturnType<typeof openFits> =>
  open({
    kind: 'bintable', name: 'SPECTRUM', rows: SIZE, cards: [['HDUCLASS', 'OGIP'], ['HDUCLAS1', 'SPECTRUM'], ['EXPOSURE', 10], ['DETCHANS', SIZE]],
    columns: [{ name: 'CHANNEL', format: 'I', values: channels, tlmin: 1 }, ...(['COUNTS', 'STAT_ERR', 'SYS_ERR'] as const).map((name) => ({ name, format: 'D', values: spoilt(new Float64Array(SIZE).fill(name === 'COUNTS' ? 100 : name === 'STAT_ERR' ? 10 : 0), name === column ? at : undefined) }))],
  })

it.each([[{ matrix: 3 }, 'matrix'], [{ low: 0 }, 'ENERG_LO'], [{ bound: 7 }, 'E_MAX']])('a response with NaN (%o) is refused', async (spoil, part) => {
  await expect(readResponse(await response(spoil))).rejects.toMatchObject({ code: 'file-unusable', message: expect.stringContaining(part) as string })
})

it('an effective area with NaN is refused', async () => {
  const area = open({ kind: 'bintable', name: 'SPECRESP', rows: SIZE, columns: [{ name: 'ENERG_LO', format: 'D', unit: 'keV', values: edges(0) }, { name: 'ENERG_HI', format: 'D', unit: 'keV', values: edges(1) }, { name: 'SPECRESP', format: 'D', unit: 'cm**2', values: spoilt(edges(0), 2) }] })
  await expect(readEffectiveArea(await area)).rejects.toMatchObject({ code: 'file-unusable' })
})

it.each(['COUNTS', 'STAT_ERR', 'SYS_ERR'])('a channel whose %s is NaN is left out of a fit, which stays one of numbers', async (column) => {
  const matrix = await readResponse(await response({}))
  const read: Spectrum = await readSpectrum(await spectrum(column, 4), SIZE)
  expect(Array.from(read.quality)).toEqual([0, 0, 0, 0, 5, 0, 0, 0])
  const { value, bins, parameters } = fitSpectrum({ spectrum: read, response: matrix, model: parseModel('powerlaw'), min: 1, max: 9, statistic: 'chi2' })
  expect(bins).toHaveLength(SIZE - 1)
  expect([value, ...parameters.map((p) => p.value)].every(Number.isFinite)).toBe(true)
})
