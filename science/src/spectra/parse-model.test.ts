import { describe, expect, it } from 'vitest'
import { parseModel } from './parse-model.js'

const low = Float64Array.of(1, 2, 50, 150)
const high = Float64Array.of(2, 4, 60, 151)
const at = (expression: string, values: number[]): number[] => Array.from(parseModel(expression).on(low, high)(values))

describe('a model expression', () => {
  it('integrates a power law, also where the index is 1', () => {
    expect(at('powerlaw', [2, 3])[0]).toBeCloseTo(1.5, 12)
    expect(at('powerlaw', [1, 1])[1]).toBeCloseTo(Math.LN2, 12)
  })

  it('gives a power law of a given energy flux, also where the index is 2', () => {
    // K E^−1 from 1 to 2 keV holds K keV: 1e-12 erg are 6.2415e-4 keV.
    expect(at('pegpwrlw', [1, 1, 2, 1e6])[0]).toBeCloseTo(624.150907446 * Math.LN2, 8)
    expect(at('pegpwrlw', [2, 1, 2, 1e6])[0]).toBeCloseTo((624.150907446 / Math.LN2) * 0.5, 8)
    expect(at('pegpwrlw', [2.6, 2, 4, 1e6])[1]! / at('powerlaw', [2.6, 1])[1]!).toBeCloseTo((624.150907446 * 0.6) / (2 ** -0.6 - 4 ** -0.6), 8)
  })

  it('gives a cut-off power law and Band function of their formulas', () => {
    expect(at('cutoffpl', [1, 1e9, 1])[1]).toBeCloseTo(Math.LN2, 8)
    // Narrow bin at 150.5 keV: below the bend of (α − β) tem = 260 keV, and above one of 130 keV.
    expect(at('grbm', [-1, -2.3, 200, 1])[3]).toBeCloseTo(1.505 ** -1 * Math.exp(-150.5 / 200), 4)
    expect(at('grbm', [-1, -2.3, 100, 1])[3]).toBeCloseTo(1.3 ** 1.3 * Math.exp(-1.3) * 1.505 ** -2.3, 4)
  })

  it('gives a black body whose energy is its norm: 8.0525 π⁴/15 keV/cm²/s', () => {
    const edges = Float64Array.from({ length: 2001 }, (_, i) => 1e-3 * 1e5 ** (i / 2000))
    const photons = parseModel('bbody').on(edges.subarray(0, 2000), edges.subarray(1))([0.7, 1])
    const energy = photons.reduce((sum, n, i) => sum + n * Math.sqrt(edges[i]! * edges[i + 1]!), 0)
    expect(energy).toBeCloseTo((8.0525 * Math.PI ** 4) / 15, 3)
  })

  it('gives a disc whose energy is π⁴/20 T⁴ / 361 keV/cm²/s, as XSPEC has it: with the rounded constant of its black body it was 0.4 % less', () => {
    const edges = Float64Array.from({ length: 1001 }, (_, i) => 1e-4 * 1e6 ** (i / 1000))
    const photons = parseModel('diskbb').on(edges.subarray(0, 1000), edges.subarray(1))([0.7, 1])
    const energy = photons.reduce((sum, n, i) => sum + n * Math.sqrt(edges[i]! * edges[i + 1]!), 0)
    expect(energy / (((1 / 361) * Math.PI ** 4 * 0.7 ** 4) / 20)).toBeCloseTo(1, 3)
  })

  it('breaks a power law inside a bin', () => {
    // Bin 2 … 4 keV, break at 3: ∫ E^−1 from 2 to 3, and 3 ∫ E^−2 from 3 to 4.
    expect(at('bknpower', [1, 3, 2, 1])[1]).toBeCloseTo(Math.log(1.5) + 3 * (1 / 3 - 1 / 4), 12)
    expect(at('bknpower', [2, 500, 3, 3])[0]).toBeCloseTo(1.5, 12)
  })

  it('multiplies and adds, and names what occurs twice after its component', () => {
    const model = parseModel('tbabs * (powerlaw + bbody)')
    expect(model.parameters.map(({ name }) => name)).toEqual(['nH', 'PhoIndex', 'powerlaw.norm', 'kT', 'bbody.norm'])
    expect(parseModel('powerlaw+powerlaw').parameters.map(({ name }) => name)).toEqual(['powerlaw.PhoIndex', 'powerlaw.norm', 'powerlaw2.PhoIndex', 'powerlaw2.norm'])
    const sum = at('const*(powerlaw+powerlaw)', [2, 2, 3, 1, 1])
    expect(sum[0]).toBeCloseTo(2 * (1.5 + Math.LN2), 12)
    expect(at('phabs*powerlaw', [0, 2, 3])).toEqual(at('powerlaw', [2, 3]))
  })

  it.each(['', 'powerlaw+', '(powerlaw', 'powerlaw powerlaw', 'powerlaw*bbody', 'tbabs', 'tbabs+powerlaw', 'vapec', 'powerlaw)', '*powerlaw', '2*powerlaw'])('refuses %j', (expression) => {
    expect(() => parseModel(expression)).toThrow(expect.objectContaining({ code: 'bad-usage' }) as Error)
  })
})
