import { describe, expect, it } from 'vitest'
import { AnalysisRequest, analysisRequestExample, type AnalysisRequestInput } from './analysis-request.js'

const time = { intervals: [['2019-05-30T10:19:00', '2019-05-30T10:20:00']] }

/** Paths of what is wrong with a request, as "a.b.0". */
function wrong(request: unknown): string[] {
  const result = AnalysisRequest.safeParse(request)
  return result.success ? [] : result.error.issues.map((issue) => issue.path.join('.'))
}

describe('an analysis request', () => {
  it('fills in what is left out', () => {
    expect(AnalysisRequest.parse({ time, target: { name: 'Crab' }, instruments: [{ id: 'fermi-lat' }], products: { image: {}, lightCurve: {} } })).toEqual({
      label: '', time: { format: 'iso', scale: 'utc', ...time }, target: { name: 'Crab', frame: 'icrs' }, instruments: [{ id: 'fermi-lat', options: {} }],
      products: { image: { projection: 'TAN' }, lightCurve: { bands: 'each' } },
    })
  })

  it.each<[string, unknown]>([
    ['no target, for instruments without direction', { time }],
    ['a shape', { time, target: { shape: { range: [350, 10, -5, 5] } } }],
    ['a position in degrees', { time, target: { ra: 83.63, dec: 22.01 } }],
    ['a sexagesimal position', { time, target: { ra: '05:34:31.97', dec: '+22:00:52.1' } }],
    ['galactic coordinates', { time, target: { ra: 184.56, dec: -5.78, frame: 'galactic' } }],
    ['an open end', { time: { intervals: [['2026-11-23T18:00:00', null]] } }],
    ['mission elapsed time', { time: { format: 'met', scale: 'tt', mission: 'fermi', intervals: [[580904353, 580904400]] } }],
    ['seconds after a moment', { time: { format: 'seconds', reference: '2019-05-30T10:19:08.9', intervals: [[-100, 50]] } }],
    ['an empty list of events options', { time, products: { events: {} } }],
  ])('may have %s', (_, request) => {
    expect(wrong(request)).toEqual([])
  })

  it.each<[string, unknown, string]>([
    ['no time', {}, 'time'],
    ['no interval', { time: { intervals: [] } }, 'time.intervals'],
    ['too many intervals', { time: { intervals: Array.from({ length: 100_001 }, () => [0, 1]) } }, 'time.intervals'],
    ['an interval without a start', { time: { intervals: [[null, '2019-05-30']] } }, 'time.intervals.0.0'],
    ['an interval of three moments', { time: { intervals: [[1, 2, 3]] } }, 'time.intervals.0'],
    ['a time scale that is not known', { time: { ...time, scale: 'gps' } }, 'time.scale'],
    ['met without a mission', { time: { format: 'met', intervals: [[0, 1]] } }, 'time.mission'],
    ['seconds without a reference', { time: { format: 'seconds', intervals: [[0, 1]] } }, 'time.reference'],
    ['a target that is nowhere', { time, target: {} }, 'target'],
    ['a target with half a position', { time, target: { ra: 83 } }, 'target'],
    ['an empty name', { time, target: { name: '' } }, 'target.name'],
    ['a shape beside a position', { time, target: { ra: 1, dec: 2, shape: { range: [1, 2, 3, 4] } } }, 'target.shape'],
    ['a range upside down', { time, target: { shape: { range: [1, 2, 4, 3] } } }, 'target.shape'],
    ['a polygon of two corners', { time, target: { shape: { polygon: [[1, 2], [3, 4]] } } }, 'target.shape.polygon'],
    ['a negative radius', { time, target: { name: 'Crab', radius: -1 } }, 'target.radius'],
    ['a radius beyond the sky', { time, target: { name: 'Crab', radius: 181 } }, 'target.radius'],
    ['a frame that is not known', { time, target: { ra: 1, dec: 2, frame: 'horizontal' } }, 'target.frame'],
    ['energies in a unit that is not known', { time, energy: { unit: 'erg', bands: [{ min: 1, max: 2 }] } }, 'energy.unit'],
    ['a band upside down', { time, energy: { bands: [{ min: 300, max: 50 }] } }, 'energy.bands.0.max'],
    ['a band without width', { time, energy: { bands: [{ min: 50, max: 50 }] } }, 'energy.bands.0.max'],
    ['a negative energy', { time, energy: { bands: [{ min: -1, max: 50 }] } }, 'energy.bands.0.min'],
    ['no band', { time, energy: { bands: [] } }, 'energy.bands'],
    ['a number as text', { time, products: { lightCurve: { bin: '0.064' } } }, 'products.lightCurve.bin'],
    ['a bin without width', { time, products: { lightCurve: { bin: 0 } } }, 'products.lightCurve.bin'],
    ['an image without pixels', { time, products: { image: { pixel: 0 } } }, 'products.image.pixel'],
    ['an image larger than the sky', { time, products: { image: { size: 200 } } }, 'products.image.size'],
    ['a projection that is not known', { time, products: { image: { projection: 'MER' } } }, 'products.image.projection'],
    ['background intervals that are no pairs', { time, products: { spectrum: { background: [[1]] } } }, 'products.spectrum.background.0'],
    ['no instrument in a list', { time, instruments: [] }, 'instruments'],
    ['no group in a list', { time, instruments: [{ id: 'fermi-gbm', groups: [] }] }, 'instruments.0.groups'],
    ['an option that is a list', { time, instruments: [{ id: 'x', options: { layers: ['top'] } }] }, 'instruments.0.options.layers'],
    ['a label without end', { time, label: 'x'.repeat(201) }, 'label'],
  ])('must not have %s', (_, request, path) => {
    expect(wrong(request)).toContain(path)
  })

  it('refuses unknown fields at every depth', () => {
    for (const path of ['target', 'time', 'energy', 'products', 'products.lightCurve', 'products.spectrum', 'products.image', 'instruments.0', 'energy.bands.0']) {
      const request = structuredClone(analysisRequestExample) as AnalysisRequestInput
      const part = path.split('.').reduce<Record<string, unknown>>((at, key) => at[key] as Record<string, unknown>, request as Record<string, unknown>)
      part.colour = 'red'
      expect(wrong(request)).toEqual([path])
    }
  })
})
