import { describe, expect, it } from 'vitest'
import { seededRandom } from '../statistics/index.js'
import { fitSpectrum, parseModel, spectralBins, type FitRequest, type Response, type Spectrum } from './index.js'

const SIZE = 100

/** 100 channels of 0.1 keV from 1 keV; a matrix that puts 70 % into the channel of the energy and the rest beside it. */
const response: Response = (() => {
  const edge = (i: number): number => 1 + 0.1 * i
  const channelLow = Float64Array.from({ length: SIZE }, (_, i) => edge(i))
  const channelHigh = Float64Array.from({ length: SIZE }, (_, i) => edge(i + 1))
  const matrix = new Float64Array(3 * SIZE)
  for (let i = 0; i < SIZE; i++) matrix.set(i === 0 ? [0, 70, 15] : i === SIZE - 1 ? [15, 70, 0] : [15, 70, 15], 3 * i)
  return {
    file: 'test.rsp', energyLow: channelLow, energyHigh: channelHigh, channelLow, channelHigh, matrix,
    rowStart: Uint32Array.from({ length: SIZE + 1 }, (_, i) => i), groupChannel: Int32Array.from({ length: SIZE }, (_, i) => Math.min(Math.max(i - 1, 0), SIZE - 2)),
    groupLength: new Int32Array(SIZE).map((_, i) => (i === 0 || i === SIZE - 1 ? 2 : 3)), groupOffset: Uint32Array.from({ length: SIZE }, (_, i) => (i === 0 ? 1 : 3 * i)),
  }
})()

const spectrum = (counts: Float64Array, more: Partial<Spectrum> = {}): Spectrum => ({
  file: 'test.pha', counts, errors: undefined, systematic: new Float64Array(SIZE), counted: true, exposure: 1000, backscal: new Float64Array(SIZE).fill(1), areascal: new Float64Array(SIZE).fill(1),
  quality: new Int16Array(SIZE), grouping: undefined, responseFile: undefined, arfFile: undefined, backgroundFile: undefined, ...more,
})

/** What a model with these values gives, drawn from Poisson's distribution with a constant background of `extra` per channel. */
function drawn(expression: string, values: number[], seed: number, extra = 0): Float64Array {
  const flux = parseModel(expression).on(response.energyLow, response.energyHigh)(values)
  const random = seededRandom(seed)
  const counts = new Float64Array(SIZE)
  for (let row = 0; row < SIZE; row++) for (let k = 0; k < response.groupLength[row]!; k++) counts[response.groupChannel[row]! + k]! += flux[row]! * response.matrix[response.groupOffset[row]! + k]! * 1000
  return counts.map((mean) => random.poisson(mean + extra))
}

const request = (source: Spectrum, more: Partial<FitRequest> = {}): FitRequest => ({ spectrum: source, response, model: parseModel('powerlaw'), min: 1, max: 11, statistic: 'cash', ...more })

describe('bins of a spectrum', () => {
  const flags = Int16Array.from({ length: SIZE }, (_, i) => (i % 4 === 0 ? 1 : -1))

  it('are groups that overlap the interval, without bad channels', () => {
    const quality = new Int16Array(SIZE)
    quality[9] = 5
    const bins = spectralBins(spectrum(new Float64Array(SIZE), { grouping: flags, quality }), response, 1.55, 2.65)
    // Group 4 … 7 (1.4 to 1.8 keV) overlaps, 8 … 11 holds a bad channel, 12 … 15 is inside, 16 … 19 begins at 2.6.
    expect(bins.map(({ first, end }) => [first, end])).toEqual([[4, 8], [12, 16], [16, 20]])
    expect(bins[0]!.low).toBeCloseTo(1.4, 12)
  })

  it('are single channels where each is Gaussian already', () => {
    const rich = spectrum(new Float64Array(SIZE).fill(25), { grouping: flags })
    expect(spectralBins(rich, response, 1, 11, 'auto')).toHaveLength(100)
    expect(spectralBins(rich, response, 1, 11, 'file')).toHaveLength(25)
    expect(spectralBins(spectrum(rich.counts.with(50, 24), { grouping: flags }), response, 1, 11, 'auto')).toHaveLength(25)
    expect(spectralBins({ ...rich, counted: false }, response, 1, 11, 'auto')).toHaveLength(25)
  })
})

describe('a fit', () => {
  it('finds what was drawn within its errors, as often as they say', () => {
    let inside = 0
    const rounds = 100
    for (let seed = 0; seed < rounds; seed++) {
      const { parameters: [index], warnings } = fitSpectrum(request(spectrum(drawn('powerlaw', [2, 0.01], seed)), { min: 1.5 }))
      expect(warnings).toEqual([])
      if (2 - index!.value > index!.error[0]! && 2 - index!.value < index!.error[1]!) inside++
    }
    // 68.3 ± 4.7 of a hundred.
    expect(inside).toBeGreaterThan(54)
    expect(inside).toBeLessThan(82)
  })

  it('takes the background away by W and by χ² alike', () => {
    const source = spectrum(drawn('powerlaw', [2, 0.05], 1, 60))
    const background = spectrum(drawn('powerlaw', [2, 0], 2, 240), { file: 'test.bak', backscal: new Float64Array(SIZE).fill(4) })
    for (const statistic of ['wstat', 'chi2'] as const) {
      const { parameters: [index, norm], value, dof } = fitSpectrum(request(source, { background, statistic }))
      expect(Math.abs(index!.value - 2), statistic).toBeLessThan(3 * index!.error[1]!)
      expect(Math.abs(norm!.value - 0.05), statistic).toBeLessThan(3 * norm!.error[1]!)
      expect(value / dof, statistic).toBeLessThan(1.5)
    }
  })

  it('gives the flux of the model and its relative error that of the norm', () => {
    const { parameters: [, norm], flux: [energy, photons] } = fitSpectrum(request(spectrum(drawn('powerlaw', [2, 0.01], 3)), { min: 2, max: 10, frozen: ['PhoIndex'] }))
    expect(energy!.value).toBeCloseTo(norm!.value * Math.log(5) * 1.602176634e-9, 14)
    expect(photons!.value).toBeCloseTo(norm!.value * 0.4, 7)
    expect(energy!.error[1]! / energy!.value).toBeCloseTo(norm!.error[1]! / norm!.value, 2)
  })

  it('says where a parameter stands on its bound and gives it one error only', () => {
    const { parameters: [column], warnings } = fitSpectrum(request(spectrum(drawn('powerlaw', [2, 0.01], 9)), { model: parseModel('tbabs*powerlaw'), start: { nH: 0 } }))
    if (column!.value === 0) expect(warnings).toContain('nH stands on its bound, 0')
    expect(column!.error[0] === null || column!.error[0] >= -column!.value).toBe(true)
    expect(column!.error[1]).toBeGreaterThan(0)
  })

  it('names the parameters that the data do not hold', () => {
    const source = spectrum(drawn('powerlaw', [2, 0.01], 7))
    const twice = fitSpectrum(request(source, { model: parseModel('powerlaw+powerlaw'), frozen: ['powerlaw.PhoIndex', 'powerlaw2.PhoIndex'], start: { 'powerlaw.PhoIndex': 2, 'powerlaw2.PhoIndex': 2 } }))
    expect(twice.warnings).toContain('the data do not hold all free parameters: powerlaw.norm and powerlaw2.norm replace each other')
    expect(twice.warnings).toContainEqual(expect.stringMatching(/^powerlaw\.norm has no lower error: the statistic rises by \S+ only up to its bound, 0$/))
    const bent = fitSpectrum(request(source, { model: parseModel('grbm'), frozen: ['tem'], start: { tem: 1e4 } }))
    expect(bent.warnings).toContain('the data do not hold all free parameters: beta has no influence')
    expect(bent.parameters[1]!.error).toEqual([null, null])
  })

  it('bears no counts at all and one count', () => {
    for (const counts of [new Float64Array(SIZE), new Float64Array(SIZE).with(30, 1)]) {
      for (const statistic of ['cash', 'chi2'] as const) {
        const { value, parameters } = fitSpectrum(request(spectrum(counts), { statistic, frozen: ['PhoIndex'] }))
        expect(Number.isFinite(value)).toBe(true)
        expect(parameters[1]!.value).toBeLessThan(1e-4)
        expect(parameters[1]!.error[1]).toBeGreaterThan(0)
      }
    }
  })

  it('refuses what cannot be fitted', () => {
    const some = spectrum(drawn('powerlaw', [2, 0.01], 5))
    const refused = (more: Partial<FitRequest>, code: string, source = some): void => expect(() => fitSpectrum(request(source, more))).toThrow(expect.objectContaining({ code }) as Error)
    refused({ min: 20, max: 30 }, 'no-data')
    refused({ min: 2, max: 2.05 }, 'no-data')
    refused({ min: 5, max: 2 }, 'bad-usage')
    refused({ statistic: 'wstat' }, 'no-data')
    refused({}, 'no-data', { ...some, counted: false })
    refused({ start: { kT: 1 } }, 'bad-usage')
    refused({ statistic: 'chi2', background: spectrum(some.counts, { backscal: new Float64Array(SIZE) }) }, 'file-unusable')
    refused({ area: { file: 'other.arf', energyLow: Float64Array.of(1), energyHigh: Float64Array.of(2), area: Float64Array.of(1) } }, 'file-unusable')
  })
})
