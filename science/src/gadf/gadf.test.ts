import { describe, expect, it } from 'vitest'
import { bytesSource, openFits, writeFits } from '../fits/index.js'
import { areaAt, containmentAt, readRunResponse, redistributionAt } from './index.js'
import type { RunResponse } from './index.js'

const steps = (from: number, to: number, n: number): Float32Array => Float32Array.from({ length: n + 1 }, (_, i) => from + ((to - from) * i) / n)
const energyEdges = Float32Array.from({ length: 13 }, (_, i) => 10 ** (-1 + i / 4))
const migra = steps(0.2, 5, 160)
const rad = steps(0, 0.6, 120)
const theta = Float32Array.of(0, 0.5, 1)
const SIGMA = 0.06

/** A run whose area is 1000 m² times (1 + offset), whose energies spread by 15 % around 1.1 E, and whose photons fall off as a Gaussian. */
async function run(change: Record<string, string | number> = {}): Promise<RunResponse> {
  const axis = (name: string, low: Float32Array, high: Float32Array, unit = ''): { name: string; format: string; unit: string; values: Float32Array }[] => [
    { name: `${name}_LO`, format: `${low.length}E`, unit, values: low }, { name: `${name}_HI`, format: `${high.length}E`, unit, values: high },
  ]
  const bins = (name: string, edges: Float32Array, unit?: string): ReturnType<typeof axis> => axis(name, edges.slice(0, -1), edges.slice(1), unit)
  const [e, t, m, r] = [12, 3, 160, 120]
  const value = (n: number, of: (i: number) => number): Float32Array => Float32Array.from({ length: n }, (_, i) => of(i))
  const spread = (k: number): number => Math.exp(-0.5 * ((rad[k]! + rad[k + 1]!) / 2 / SIGMA) ** 2) / (2 * Math.PI * ((SIGMA * Math.PI) / 180) ** 2)
  const bytes = writeFits([
    { kind: 'image' },
    {
      kind: 'bintable', name: 'AEFF', rows: 1, cards: Object.entries({ HDUCLAS3: 'FULL-ENCLOSURE', LO_THRES: 0.4, HI_THRES: 50, ...change }),
      columns: [...bins('ENERG', energyEdges, 'TeV'), ...axis('THETA', theta, theta, 'deg'), { name: 'EFFAREA', format: `${e * t}E`, unit: 'm2', values: value(e * t, (i) => 1000 * (1 + theta[Math.floor(i / e)]!)) }],
    },
    {
      kind: 'bintable', name: 'EDISP', rows: 1,
      columns: [...bins('ENERG', energyEdges, 'TeV'), ...bins('MIGRA', migra), ...axis('THETA', theta, theta, 'deg'), {
        name: 'MATRIX', format: `${e * m * t}E`, values: value(e * m * t, (i) => Math.exp(-0.5 * ((migra[Math.floor(i / e) % m]! + 0.015 - 1.1) / 0.15) ** 2)),
      }],
    },
    {
      kind: 'bintable', name: 'PSF', rows: 1, cards: [['HDUCLAS4', 'PSF_TABLE']],
      columns: [...bins('ENERG', energyEdges, 'TeV'), ...axis('THETA', theta, theta, 'deg'), ...bins('RAD', rad, 'deg'), { name: 'RPSF', format: `${e * t * r}E`, unit: 'sr-1', values: value(e * t * r, (i) => spread(Math.floor(i / (e * t)))) }],
    },
  ])
  return readRunResponse(await openFits(bytesSource(bytes), 'run.fits'))
}

describe('responses of a run in the common form', () => {
  it('says which energies it trusts, in keV, and that its area is of all photons', async () => {
    const read = await run()
    expect(read.lowest).toBeCloseTo(4e8, 0)
    expect(read.highest).toBeCloseTo(5e10, 0)
    expect(read.fullEnclosure).toBe(true)
    expect((await run({ HDUCLAS3: 'POINT-LIKE' })).fullEnclosure).toBe(false)
  })

  it('interpolates the area between offsets, in cm², and takes the outermost one beyond', async () => {
    const read = await run()
    expect(areaAt(read, Float64Array.of(1e9, 2e9), 0.25)[0]).toBeCloseTo(1250e4, 0)
    expect(areaAt(read, Float64Array.of(1e5), 3)[0]).toBeCloseTo(2000e4, 0)
  })

  it('holds 1 − exp(−r²/2σ²) of a Gaussian within r', async () => {
    const { spread } = await run()
    for (const radius of [0.05, 0.11, 0.3]) expect(containmentAt(spread!, Float64Array.of(1e9), 0.3, radius)[0]).toBeCloseTo(1 - Math.exp(-0.5 * (radius / SIGMA) ** 2), 2)
  })

  it('gives every photon one channel where the channels hold all energies, and the mean of the dispersion', async () => {
    const { dispersion } = await run()
    const edges = Float64Array.from({ length: 401 }, (_, i) => 1e7 * 10 ** (i / 80))
    const row = redistributionAt(dispersion!, Float64Array.of(1e9), Float64Array.of(1.0001e9), edges, 0.5)
    expect(row.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9)
    expect(row.reduce((sum, share, c) => sum + share * Math.sqrt(edges[c]! * edges[c + 1]!), 0) / 1e9).toBeCloseTo(1.1, 2)
  })

  it('refuses a table of another size than its axes', async () => {
    const bytes = writeFits([{ kind: 'image' }, {
      kind: 'bintable', name: 'AEFF', rows: 1,
      columns: ['ENERG_LO', 'ENERG_HI', 'THETA_LO', 'THETA_HI'].map((name) => ({ name, format: '2E', unit: name.startsWith('E') ? 'TeV' : 'deg', values: Float32Array.of(1, 2) })).concat([{ name: 'EFFAREA', format: '3E', unit: 'm2', values: new Float32Array(3) } as never]),
    }])
    await expect(openFits(bytesSource(bytes), 'short.fits').then(readRunResponse)).rejects.toThrow('AEFF: EFFAREA has 3 values, its axes 2 × 2')
  })
})
