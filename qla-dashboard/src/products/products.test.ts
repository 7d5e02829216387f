import { describe, expect, it } from 'vitest'
import { fitAnswerExample, fitRequestExample, requestAsUsedExample } from '@heavens/schemas'
import { makeWcs } from '@heavens/science/sky'
import { bandText, energyText } from '@heavens/science/energy'
import { axisText, numberText, roundTicks, withError } from '../figures/axis-text.js'
import { extentOfX, extentOfY } from '../figures/figure.js'
import { logTicks, namedTicks } from '../figures/log-ticks.js'
import { curveBlocks } from './curve-blocks.js'
import { curveFigure, steps } from './curve-figure.js'
import { draftOf, emptyDraft, fitRequestOf } from './fit-draft.js'
import { fitFigure } from './fit-figure.js'
import { regionOf, regionText } from './image-region.js'
import { pictureOf } from './picture-of.js'
import { radialProfile } from './radial-profile.js'
import { regionCounts } from './region-counts.js'
import { regionOutline } from './region-outline.js'
import { fitTable, rangeText } from './fit-results.js'
import { hardnessRatio } from './hardness-ratio.js'
import { intervalRequest, placeRequest } from './interval-request.js'
import type { CurveTable } from './read-curves.js'
import { binWidth, rebinCurve, widthsFor } from './rebin-curve.js'
import { spectrumBins, spectrumFigure } from './spectrum-figure.js'
import { displayRange, stretched, unstretched } from './stretch.js'

/** A curve of bins of 1 s from 100 s, with live time of half a second where asked. */
function curve(counts: readonly number[], live: readonly number[] = counts.map(() => 1), time = counts.map((_, i) => 100.5 + i)): CurveTable {
  const n = Float64Array.from(counts)
  const l = Float64Array.from(live)
  return {
    name: 'x', band: 'x', shows: 'rates', unit: 'counts/s', upper: null, time: Float64Array.from(time), width: new Float64Array(n.length).fill(1), live: l, counts: n, off: null, subtracted: false,
    rate: n.map((v, i) => (l[i]! > 0 ? v / l[i]! : NaN)), error: n.map((v, i) => (l[i]! > 0 ? Math.sqrt(v) / l[i]! : NaN)),
  }
}

describe('stretch', () => {
  it.each(['linear', 'sqrt', 'log', 'asinh'] as const)('%s rises from 0 to 1', (stretch) => {
    const values = [0, 1, 10, 50, 100].map((v) => stretched(v, 0, 100, stretch))
    expect(values[0]).toBeCloseTo(0, 9)
    expect(values.at(-1)).toBeCloseTo(1, 9)
    expect(values).toEqual([...values].sort((a, b) => a - b))
    expect(stretched(NaN, 0, 1, stretch)).toBeNaN()
    expect(stretched(5, 3, 3, stretch)).toBe(0)
  })
  it.each(['linear', 'sqrt', 'log', 'asinh'] as const)('%s is undone for the colour bar', (stretch) => {
    for (const v of [-3, 0, 2.5, 40, 97]) expect(unstretched(stretched(v, -3, 97, stretch), -3, 97, stretch)).toBeCloseTo(v, 9)
  })
  it('leaves out the brightest where asked', () => {
    const values = Float64Array.from({ length: 1000 }, (_, i) => (i === 500 ? 1e6 : i % 100))
    expect(displayRange(values, false, 'all').high).toBe(1e6)
    expect(displayRange(values, false, '98')).toEqual({ low: 1, high: 99 })
  })
  it('shows significance symmetrically', () => {
    expect(displayRange(Float64Array.of(-2, NaN, 12), true)).toEqual({ low: -12, high: 12 })
    expect(displayRange(Float64Array.of(-1, 1), true)).toEqual({ low: -5, high: 5 })
    expect(displayRange(Float64Array.of(-2, 12), true, '5')).toEqual({ low: -5, high: 5 })
    expect(displayRange(Float64Array.of(NaN), false)).toEqual({ low: 0, high: 1 })
    expect(displayRange(Float64Array.of(3, 3), false)).toEqual({ low: 3, high: 4 })
  })
})

describe('rebinning', () => {
  it('keeps every count and weights by live time', () => {
    const bins = rebinCurve(curve([4, 9, 1, 0, 6], [1, 0.5, 1, 1, 0]), 2)
    expect([...bins.start]).toEqual([0, 2, 4])
    expect([...bins.stop]).toEqual([2, 4, 5])
    expect([...bins.counts!]).toEqual([13, 1, 6])
    expect(bins.rate[0]).toBeCloseTo(13 / 1.5, 9)
    expect(bins.error[0]).toBeCloseTo(Math.sqrt(13) / 1.5, 9)
    expect(bins.rate[2]).toBeNaN()
  })
  it('is not led astray by what large times leave of a width', () => {
    const long = curve(new Array<number>(400).fill(1))
    const odd = { ...long, time: long.time.map((_, i) => 612_526_809.184 + (i + 0.5) * 0.064), width: long.width.map(() => 0.06400001049) }
    expect(widthsFor(binWidth(odd), 400 * 0.064).slice(0, 4)).toEqual([0.064, 0.128, 0.32, 0.64])
    expect([...rebinCurve(odd, 0.64).counts!]).toEqual(new Array(40).fill(10))
  })
  it('gives an upper limit where nothing was counted, never a bare zero', () => {
    const { upper, rate } = rebinCurve(curve([0, 5]), NaN)
    expect(rate[0]).toBe(0)
    expect(upper[0]).toBeCloseTo(2.996, 3)
    expect(upper[1]).toBeNaN()
  })
  it('takes a background into the limit: 1 count over 1 expected', () => {
    const c = { ...curve([1]), subtracted: true, off: { counts: Float64Array.of(10), alpha: Float64Array.of(0.1) } }
    expect(rebinCurve(c, NaN).upper[0]).toBeGreaterThan(3)
    expect(rebinCurve({ ...c, off: null }, NaN).upper[0]).toBeNaN()
  })
  it('does not join across a gap what does not belong together', () => {
    const bins = rebinCurve(curve([1, 2, 3], [1, 1, 1], [100.5, 101.5, 104.5]), 2)
    expect([...bins.counts!]).toEqual([3, 3])
    expect(steps(bins.start, bins.stop, bins.rate).y).toEqual([1.5, 1.5, null, 3, 3])
  })
  it('offers widths while five bins are left', () => {
    expect(widthsFor(1, 100)).toEqual([1, 2, 5, 10, 20])
    expect(widthsFor(0, 0)).toEqual([])
  })
})

describe('published limits', () => {
  it('stay limits, and are not joined to what was measured', () => {
    const c = { ...curve([1, 1, 1]), counts: null, subtracted: true, rate: Float64Array.of(2, 0.1, 3), error: Float64Array.of(0.5, 0.2, 0.5), upper: Float64Array.of(NaN, 0.6, NaN) }
    expect([...rebinCurve(c, NaN).upper]).toEqual([NaN, 0.6, NaN])
  })
})

describe('Bayesian blocks', () => {
  it('find a step and leave constant counts alone', () => {
    const flat = rebinCurve(curve(new Array<number>(60).fill(10)), NaN)
    expect(curveBlocks(flat, 0.05)).toEqual([{ start: 0, stop: 60, rate: 10, error: Math.sqrt(600) / 60 }])
    const step = rebinCurve(curve([...new Array<number>(30).fill(10), ...new Array<number>(5).fill(60), ...new Array<number>(30).fill(10)]), NaN)
    expect(curveBlocks(step, 0.05).map((b) => [b.start, b.stop, b.rate])).toEqual([[0, 30, 10], [30, 35, 60], [35, 65, 10]])
  })
  it('are not made of rates', () => {
    expect(curveBlocks({ ...rebinCurve(curve([1, 2]), NaN), counts: null }, 0.05)).toEqual([])
  })
})

describe('a place that was marked', () => {
  it('becomes the target of a new request, with the rest as it was', () => {
    const request = { label: 'Crab', target: { name: 'Crab' }, time: { intervals: [['2008-08-04', '2016-01-01']] }, instruments: [{ id: 'fermi-lat' }] }
    expect(placeRequest({ request }, { lon: 83.6330812, lat: -5.5, radius: 0.25 })).toEqual({ target: { ra: 83.63308, dec: -5.5, radius: 0.25 }, time: request.time, instruments: request.instruments })
  })
})

describe('an interval that was marked', () => {
  const used = { ...requestAsUsedExample, intervals: [{ start: 612526809.184, stop: 612526869.184 }] }
  const request = { label: 'x', time: { intervals: [['2019-05-30T10:19:00', '2019-05-30T10:20:00']] }, products: { spectrum: { background: [[-100, -10]], grouping: 'optimal' } } }
  it('becomes the time of a new request, the background staying where it was', () => {
    expect(intervalRequest({ request, used }, { start: 612526819.184, stop: 612526829.184, as: 'source' })).toEqual({
      label: 'x', time: { format: 'iso', scale: 'utc', intervals: [['2019-05-30T10:19:10.000Z', '2019-05-30T10:19:20.000Z']] }, products: { spectrum: { background: [[-110, -20]], grouping: 'optimal' } },
    })
  })
  it('or one more background', () => {
    expect(intervalRequest({ request, used }, { start: 612526859.184, stop: 612526869.184, as: 'background' })).toEqual({ ...request, products: { spectrum: { background: [[-100, -10], [50, 60]], grouping: 'optimal' } } })
    expect(intervalRequest({ request: { time: request.time }, used }, { start: 612526859.184, stop: 612526869.184, as: 'background' }).products).toEqual({ spectrum: { background: [[50, 60]] } })
  })
})

describe('hardness', () => {
  it('of equal counts is 0 with an error of 1/√n', () => {
    const h = hardnessRatio(rebinCurve(curve([5000]), NaN), rebinCurve(curve([5000]), NaN), false)
    expect(h.value[0]).toBe(0)
    expect((h.high[0]! - h.low[0]!) / 2).toBeCloseTo(0.01, 4)
  })
  it('stays within ±1 for few counts and has an error at its end', () => {
    const h = hardnessRatio(rebinCurve(curve([0]), NaN), rebinCurve(curve([1]), NaN), false)
    expect([h.value[0], h.high[0]]).toEqual([1, 1])
    expect(h.low[0]).toBeCloseTo(0, 9)
    expect(hardnessRatio(rebinCurve(curve([0]), NaN), rebinCurve(curve([0]), NaN), false).value[0]).toBeNaN()
  })
  it('propagates errors where a background is taken off, and agrees with counting for many', () => {
    const [soft, hard] = [rebinCurve(curve([4000]), NaN), rebinCurve(curve([6000]), NaN)]
    const [a, b] = [hardnessRatio(soft, hard, true), hardnessRatio(soft, hard, false)]
    expect(a.value[0]).toBeCloseTo(0.2, 9)
    expect(a.high[0]! - a.low[0]!).toBeCloseTo(b.high[0]! - b.low[0]!, 4)
  })
})

describe('spectra', () => {
  const table = { eMin: Float64Array.of(0, 10, 20), eMax: Float64Array.of(10, 20, 40), counts: Float64Array.of(5, 100, 0), exposure: 10, background: { counts: Float64Array.of(1, 50, 20), exposure: 5, scale: 0.5 } }
  it('are drawn per keV, with the background scaled in time and region', () => {
    const bins = spectrumBins(table, false)
    expect([...bins.low]).toEqual([10, 20])
    expect([...bins.rate]).toEqual([1, 0])
    expect([...bins.background]).toEqual([0.5, 0.1])
    const net = spectrumBins(table, true)
    expect([...net.rate]).toEqual([0.5, -0.1])
    expect(net.error[0]).toBeCloseTo(Math.sqrt(100 + 50) / 100, 9)
    expect(spectrumFigure([{ name: 'a', bins: net }], true).rows[0]!.bars).toHaveLength(1)
    const two = spectrumFigure([{ name: 'a', bins }, { name: 'b', bins: net }], false)
    expect(two.rows[0]!.lines.map((l) => l.role)).toEqual(['background', 'data', 'second'])
    expect(two.read(15)).toBe('10 keV … 20 keV · a: 1 ± 0.1 counts/s/keV · background 0.5 · b: 0.5 ± 0.12 counts/s/keV · background 0.5')
  })
  it('of many channels are joined', () => {
    const n = 4096
    const fine = spectrumBins({ eMin: Float64Array.from({ length: n }, (_, i) => i + 1), eMax: Float64Array.from({ length: n }, (_, i) => i + 2), counts: new Float64Array(n).fill(1), exposure: 1, background: null }, false)
    expect(fine.low.length).toBeLessThanOrEqual(160)
    expect(fine.rate[0]).toBeCloseTo(1, 9)
  })
})

describe('fits', () => {
  it('are drawn folded and unfolded, residuals below', () => {
    const folded = fitFigure(fitAnswerExample, 'folded')
    expect(folded.rows.map((r) => r.bars.length)).toEqual([2, 2])
    expect(folded.rows[0]!.lines[0]!.y).toEqual([3.15, 3.15, 2.15, 2.15])
    expect(fitFigure(fitAnswerExample, 'unfolded').rows[0]!.bars[1]!.high).toBeCloseTo(14.6, 9)
    expect(folded.read(15)).toContain('0.5 σ')
  })
  it('come back from a link, and a cut link is no fit', () => {
    const draft = draftOf(JSON.stringify(fitRequestExample))!
    expect(draft).toMatchObject({ model: 'grbm', from: '10', to: '900', statistic: 'wstat', spectra: fitRequestExample.spectra })
    expect(draftOf(JSON.stringify(fitRequestOf(draft)))).toEqual(draft)
    expect(draftOf('{"spectra":[')).toBeNull()
    expect(fitRequestOf({ ...emptyDraft('a.pha', true), grouping: '25', start: { PhoIndex: '1.7' } }).fit).toEqual({ model: 'powerlaw', statistic: 'wstat', grouping: { minimumCounts: 25 }, start: { PhoIndex: 1.7 } })
  })
  it('keep the energies of the flux and the redshift in the link', () => {
    const request = { spectra: ['a.pha'], fit: { ...fitRequestOf(emptyDraft('a.pha', false)).fit, flux: [2, 10] as [number, number], redshift: 0.158 } }
    expect(fitRequestOf(draftOf(JSON.stringify(request))!)).toEqual(request)
  })
  it('are copied as a table with all their digits', () => {
    const lines = fitTable({ ...fitAnswerExample, model: 'powerlaw' }).split('\n')
    expect(lines[0]).toBe('# powerlaw')
    expect(lines[2]!.split('\t')).toEqual(['PhoIndex', '2.082', '-0.026', '0.026', '', 'no'])
    expect(new Set(lines.slice(1, -1).map((l) => l.split('\t').length))).toEqual(new Set([6]))
  })
  it('write errors on both sides', () => {
    expect([rangeText([-0.026, 0.026]), rangeText([-0.02, 0.035]), rangeText([null, 0.1])]).toEqual(['± 0.026', '−0.02 / +0.035', '−? / +0.1'])
  })
})

describe('regions', () => {
  const wcs = makeWcs({ projection: 'TAN', crpix: [50.5, 50.5], crval: [83.6, 22], cdelt: [-0.1, 0.1] })
  /** 1 count in each pixel, 101 more in the one at the middle. */
  const values = new Float64Array(100 * 100).fill(1)
  const middle = wcs.toWorld(51, 50)!
  values[49 * 100 + 50] = 102
  const picture = pictureOf({ name: 'COUNTS all', unit: 'count', width: 100, height: 100, values, reader: 'heavens' }, wcs)
  it('come back from the address, and nonsense is none', () => {
    const region = { shape: 'box', lon: 83.63308, lat: -22.01, width: 1, height: 0.5 } as const
    expect(regionOf(regionText(region))).toEqual(region)
    for (const text of [undefined, '', 'circle,1,2', 'circle,1,2,0', 'ellipse,1,2,3', 'circle,,2,3', 'box,1,2,3']) expect(regionOf(text)).toBeNull()
  })
  it('count what is in a circle and what a ring expects', () => {
    const c = regionCounts(picture, { shape: 'circle', lon: middle[0], lat: middle[1], radius: 1 })
    expect(c.pixels).toBeGreaterThan(300)
    expect(c.pixels).toBeLessThan(328)
    expect(c.sum).toBe(c.pixels + 101)
    expect(c.at).toEqual([50, 49])
    expect(c.excess!.expected).toBeCloseTo(c.pixels, 6)
    expect(c.excess!.sigma).toBeGreaterThan(5)
  })
  it('count the pixels of a box, and leave out those without a value', () => {
    const holed = pictureOf({ ...picture, values: values.with(49 * 100 + 50, NaN) }, wcs)
    const c = regionCounts(holed, { shape: 'box', lon: middle[0], lat: middle[1], width: 0.5, height: 0.3 })
    expect([c.pixels, c.valued, c.sum, c.excess]).toEqual([15, 14, 14, null])
  })
  it('have a profile that falls from the source to the sky', () => {
    const p = radialProfile(picture, { shape: 'circle', lon: middle[0], lat: middle[1], radius: 1 })
    expect(p.mean[0]).toBeGreaterThan(20)
    expect(p.mean.at(-1)).toBeCloseTo(1, 9)
    expect(p.error.at(-1)).toBeCloseTo(1 / Math.sqrt(p.pixels.at(-1)!), 9)
    expect(p.outer.at(-1)).toBeCloseTo(3, 6)
  })
  it('are drawn round, in pixels of the picture', () => {
    const [points] = regionOutline(picture, { shape: 'circle', lon: 83.6, lat: 22, radius: 1 })
    expect(points).toHaveLength(72)
    for (const [x, y] of points!) expect(Math.hypot(x - 50.5, y - 50.5)).toBeCloseTo(10, 1)
  })
  it('work in galactic maps and in pictures without coordinates', () => {
    const galactic = pictureOf({ ...picture }, makeWcs({ projection: 'CAR', crpix: [50.5, 50.5], crval: [184.5575, 0], cdelt: [-0.1, 0.1], frame: 'galactic' }))
    const [ra, dec] = galactic.worldOf(50.5, 50.5)!
    expect(galactic.pixelOf(ra, dec)![0]).toBeCloseTo(50.5, 6)
    expect(regionCounts(galactic, { shape: 'circle', lon: ra, lat: dec, radius: 1 }).pixels).toBeGreaterThan(300)
    const plain = pictureOf({ ...picture }, null)
    expect(regionCounts(plain, { shape: 'circle', lon: 51, lat: 50, radius: 1.1 })).toMatchObject({ pixels: 5, sum: 106 })
  })
})

describe('axes', () => {
  it('write energies, numbers and times in the unit that suits them', () => {
    expect([8, 1000, 511, 1e5, 3e7, 2e9].map(energyText)).toEqual(['8 keV', '1 MeV', '511 keV', '100 MeV', '30 GeV', '2 TeV'])
    expect([bandText(50, 300), bandText(1e5, 1e6), bandText(3e7, 1e8)]).toEqual(['50–300 keV', '0.1–1 GeV', '30–100 GeV'])
    expect([0, -12.5, 1e6, 0.0001, 2.25e-6].map(numberText)).toEqual(['0', '−12.5', '1e6', '1e−4', '2.25e−6'])
    expect([axisText(86_400 * 3, 'seconds', 1e6), axisText(12.5, 'seconds', 60), axisText(0.5, 'angle', 1)]).toEqual(['3 d', '12.5 s', '0.5°'])
    expect([withError(2.0817, 0.0263), withError(1.23e-9, 4e-11), withError(5, 0)]).toEqual(['2.082 ± 0.026', '(1.230 ± 0.040)e−9', '5'])
  })
  it('have ticks at round numbers, whatever their ends', () => {
    expect(logTicks(250, 5200)).toEqual([300, 400, 500, 600, 700, 800, 900, 1000, 2000, 3000, 4000, 5000])
    expect(namedTicks(logTicks(250, 5200)).filter((v) => v !== null)).toEqual([500, 1000, 2000, 5000])
    expect(namedTicks(logTicks(0.08, 40)).filter((v) => v !== null)).toEqual([0.1, 1, 10])
    expect(logTicks(10, 12)).toEqual([10, 11, 12])
    expect(logTicks(-1, 5)).toEqual([])
  })
  it('have times at round numbers of hours and days', () => {
    expect(roundTicks(0, 28_000, 'seconds', 5)).toEqual([0, 7200, 14_400, 21_600])
    expect(roundTicks(0, 115 * 86_400, 'seconds', 6).map((t) => t / 86_400)).toEqual([0, 20, 40, 60, 80, 100])
    expect(roundTicks(0.1, 0.85, 'angle', 4)).toEqual([0.2, 0.4, 0.6, 0.8])
    expect(roundTicks(3, 3, 'seconds', 4)).toEqual([])
  })
  it('show what is there', () => {
    const row = { label: '', height: 1, log: false, bars: [{ x: 5, low: 2, high: 9 }], lines: [{ role: 'data' as const, x: [0, 10], y: [3, null] }] }
    expect(extentOfX({ rows: [row], log: false })).toEqual([0, 10])
    expect(extentOfY(row, 0, 10)[0]).toBe(0)
    expect(extentOfX({ rows: [], log: true })).toEqual([1, 10])
  })
  it('name the bin under the cursor', () => {
    const figure = curveFigure([{ name: '50-300', unit: 'counts/s', bins: rebinCurve(curve([4, 0]), NaN), blocks: [] }], null)
    expect(figure.read(0.5)).toBe('0 … 1 s · 4.0 ± 2.0 counts/s')
    expect(figure.read(1.5)).toContain('< 3 (95 %)')
  })
})
