import { describe, expect, it } from 'vitest'
import { bytesSource, openFits, writeFits } from '@heavens/science/fits'
import type { ByteSource } from '@heavens/science/fits'
import { rangeSource } from '../wire/range-source.js'
import { joinPieces } from './join-pieces.js'
import { MOST_BINS, curvePlan, loadCurves, planNote } from './load-curves.js'
import { type CurveFile, openCurves } from './open-curves.js'
import type { CurveTable } from './read-curves.js'
import { rebinCurve, tellingWidth } from './rebin-curve.js'
import { sumCurves } from './sum-curves.js'

const START = 612_000_000
/** Counts 0 … 6 in bins of 0.5 s, some with half the live time, with a hole of ten bins after the first hundred. */
function table(rows: number): { TIME: Float64Array; TIMEDEL: Float64Array; COUNTS: Int32Array; RATE: Float64Array; ERROR: Float64Array; FRACEXP: Float64Array } {
  const counts = Int32Array.from({ length: rows }, (_, i) => (i * 7 + 3) % 7)
  const share = Float64Array.from({ length: rows }, (_, i) => (i % 13 === 0 ? 0.5 : 1))
  return {
    TIME: Float64Array.from({ length: rows }, (_, i) => START + (i + (i < 100 ? 0 : 10) + 0.5) * 0.5), TIMEDEL: new Float64Array(rows).fill(0.5), COUNTS: counts, FRACEXP: share,
    RATE: share.map((s, i) => counts[i]! / (0.5 * s)), ERROR: share.map((s, i) => Math.sqrt(counts[i]!) / (0.5 * s)),
  }
}

function file(rows: number): Uint8Array {
  const columns = Object.entries(table(rows)).map(([name, values]) => ({ name, format: values instanceof Int32Array ? '1J' : '1D', unit: name === 'RATE' || name === 'ERROR' ? 'count/s' : '', values }))
  return writeFits([50, 300].map((low) => ({ kind: 'bintable' as const, name: 'RATE', rows, columns, cards: [['E_MIN', low], ['E_MAX', low * 2]] as [string, number][] })))
}

/** A source that writes down what is asked of it. */
function counted(bytes: Uint8Array): { source: ByteSource; asked: [number, number][] } {
  const asked: [number, number][] = []
  return { asked, source: rangeSource(bytes.length, (start, end) => { asked.push([start, end]); return Promise.resolve(bytes.slice(start, end)) }) }
}

const opened = async (source: ByteSource): Promise<CurveFile> => (await openCurves(await openFits(source, 'curve.fits')))!
const same = (a: CurveTable, b: CurveTable): void => {
  for (const key of ['time', 'width', 'rate', 'error', 'live', 'counts'] as const) for (const [i, v] of [...a[key]!].entries()) expect(b[key]![i]).toBeCloseTo(v, 6)
}

describe('a file that is read in parts', () => {
  const bytes = Uint8Array.from({ length: 1_000_000 }, (_, i) => i % 251)
  it('gives the very bytes, fetches none twice, and neighbours at once', async () => {
    const { source, asked } = counted(bytes)
    expect(await source.read(10, 20)).toEqual(bytes.slice(10, 30))
    expect(await source.read(0, 700_000)).toEqual(bytes.slice(0, 700_000))
    expect(await source.read(600_000, 10_000)).toEqual(bytes.slice(600_000, 610_000))
    expect(await source.read(999_990, 50)).toEqual(bytes.slice(999_990))
    expect(asked).toEqual([[0, 262_144], [262_144, 786_432], [786_432, 1_000_000]])
  })
})

describe('curves that are joined while they are read', () => {
  it('are what all bins at hand give, wherever the pieces are cut', async () => {
    const whole = (await (await opened(bytesSource(file(300)))).read(-Infinity, Infinity, NaN))[0]!
    expect(whole.time).toHaveLength(300)
    for (const width of [0.5, 1, 3.5, 40]) {
      for (const cut of [1, 7, 133]) {
        const joiner = joinPieces(whole, width, START)
        for (let i = 0; i < 300; i += cut) {
          const part = (v: Float64Array): Float64Array => v.slice(i, i + cut)
          joiner.add({ ...whole, time: part(whole.time), width: part(whole.width), rate: part(whole.rate), error: part(whole.error), live: part(whole.live), counts: part(whole.counts!) })
        }
        const [mine, theirs] = [rebinCurve(joiner.finish(), NaN, START), rebinCurve(whole, width, START)]
        for (const key of ['start', 'stop', 'rate', 'error', 'live', 'counts'] as const) [...theirs[key]!].forEach((v, i) => expect(mine[key]![i]).toBeCloseTo(v, 6))
        expect(mine.start.length).toBe(theirs.start.length)
      }
    }
  })
  it('are read only where they are seen', async () => {
    const rows = 60_000
    const { source, asked } = counted(file(rows))
    const curves = await opened(source)
    expect([curves.rows, curves.width, curves.start, curves.stop, curves.curves.map((c) => c.name).join()]).toEqual([rows, 0.5, START, START + (rows + 10) * 0.5, '50–100 keV,300–600 keV'])
    const fetched = (): number => asked.reduce((sum, [a, b]) => sum + b - a, 0)
    const [first] = await curves.read(START + 20_000, START + 20_010, NaN)
    expect(fetched()).toBeLessThan(source.size / 2)
    const within = [...first!.time].filter((t) => t >= START + 20_000 && t <= START + 20_010)
    expect(within).toHaveLength(20)
    expect(first!.time.length).toBeLessThan(24)
  })
})

describe('the plan of what is read', () => {
  const of = (rows: number): CurveFile => ({ curves: [], start: 1000, stop: 1000 + rows, width: 1, rows, read: () => Promise.resolve([]) })
  it('is all of a small file, whatever is seen', () => {
    expect(curvePlan([of(100)], [3, 5], 10)).toEqual({ from: 1000, to: 1100, width: NaN })
  })
  it('is as fine as the screen can use, and finer the nearer one comes', () => {
    const large = [of(1_000_000)]
    expect(curvePlan(large, null, NaN)).toEqual({ from: 1000, to: 1_001_000, width: 50 })
    expect(curvePlan(large, null, 1000)).toMatchObject({ width: 1000 })
    expect(curvePlan(large, [500, 30_500], NaN)).toEqual({ from: 1500, to: 31_500, width: 2 })
    expect(curvePlan(large, [500, 10_500], NaN)).toMatchObject({ width: 1 })
    expect(1_000_000 / curvePlan(large, null, NaN).width).toBeLessThanOrEqual(MOST_BINS)
    expect(planNote(curvePlan(large, null, NaN), 1)).toMatch(/bins of 50 s/)
    expect(planNote(curvePlan(large, [0, 100], NaN), 1)).toBe('')
  })
  it('adds curves of the same name', async () => {
    const [a, b] = [await opened(bytesSource(file(50))), await opened(bytesSource(file(40)))]
    const { curves } = await loadCurves([a, b], curvePlan([a, b], null, NaN), () => undefined)
    expect(curves.map((c) => [c.name, c.time.length])).toEqual([['50–100 keV', 40], ['300–600 keV', 40]])
    expect(curves[0]!.counts![1]).toBe(2 * table(2).COUNTS[1]!)
  })
})

describe('curves that are added', () => {
  const one = async (): Promise<CurveTable> => (await (await opened(bytesSource(file(200)))).read(-Infinity, Infinity, NaN))[0]!
  it('sum rates and counts, errors in quadrature, and stay counts over live time', async () => {
    const c = await one()
    const sum = sumCurves([c, c, c], 'three')
    expect(sum.counts![5]).toBe(3 * c.counts![5]!)
    expect(sum.rate[5]).toBeCloseTo(3 * c.rate[5]!, 9)
    expect(sum.error[5]).toBeCloseTo(Math.sqrt(3) * c.error[5]!, 9)
    expect(sum.counts![5]! / sum.live[5]!).toBeCloseTo(sum.rate[5]!, 9)
    same(sumCurves([c], 'alone'), c)
  })
  it('keep only bins that all have', async () => {
    const c = await one()
    const later = { ...c, time: c.time.map((t) => t + 20) }
    const sum = sumCurves([c, later], 'two')
    expect(sum.time.length).toBeLessThan(c.time.length)
    expect(sum.time[0]).toBe(c.time[40])
    expect(sum.counts![0]).toBe(c.counts![40]! + c.counts![0]!)
  })
})

it('offers bins with some counts in them where most are empty', () => {
  const n = 5000
  const sparse: CurveTable = { name: 'x', band: 'x', shows: 'rates', unit: 'counts/s', upper: null, off: null, subtracted: false, time: Float64Array.from({ length: n }, (_, i) => i + 0.5), width: new Float64Array(n).fill(1), live: new Float64Array(n).fill(1), counts: Float64Array.from({ length: n }, (_, i) => (i % 50 === 0 ? 1 : 0)), rate: new Float64Array(n), error: new Float64Array(n) }
  expect(tellingWidth(sparse, [1, 2, 5, 10, 100, 200, 500, 1000])).toBe(500)
  expect(tellingWidth({ ...sparse, counts: new Float64Array(n).fill(3) }, [1, 2])).toBe(1)
})

it('takes the bins from the curve that is shown at first, not from that of whole runs', async () => {
  const rows = 4
  const column = (name: string, value: number, unit = ''): { name: string; format: string; unit: string; values: Float64Array } => ({ name, format: '1D', unit, values: new Float64Array(rows).fill(value) })
  const extension = (name: string, width: number): Parameters<typeof writeFits>[0][number] => ({
    kind: 'bintable', name, rows, cards: [['E_MIN', 1e9], ['E_MAX', 3e9]],
    columns: [{ ...column('TIME', 0), values: Float64Array.from({ length: rows }, (_, i) => START + (i + 0.5) * width) }, column('TIMEDEL', width), column('RATE', 2, 'count/s'), column('ERROR', 0.1, 'count/s'), column('FLUX', 3e-11, 'photon/cm**2/s'), column('FLUXERR', 1e-12), column('EXPOSURE', 1e9)],
  })
  const curves = await opened(bytesSource(writeFits([extension('RATE', 240), extension('RUNS', 1680)])))
  expect(curves.curves.map((c) => c.shows)).toEqual(['rates', 'fluxes', 'rates per run', 'fluxes per run'])
  expect([curves.width, curves.stop - curves.start]).toEqual([240, 4 * 1680])
})
