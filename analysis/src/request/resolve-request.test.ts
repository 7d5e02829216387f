import { HeavensError } from '@heavens/schemas'
import type { StreamCoverage } from '@heavens/storage'
import { expect, test } from 'vitest'
import { counter, T0 } from '../../test/counter.js'
import { resolveRequest } from './resolve-request.js'
import type { RequestContext } from './resolve-request.js'

const covered = (run: string, start: number, stop: number): StreamCoverage => ({ stream: { instrument: 'counter', run }, start, stop, events: 1, archived: 1 })
const context = (...coverage: StreamCoverage[]): RequestContext => ({ instruments: [{ ...counter, descriptor: { ...counter.descriptor, mission: 'INTEGRAL', revolutions: { passages: [[100, '2019-05-30T10:00:00'], [102, '2019-05-30T10:04:00']], accuracy: 60, source: 'a test' } } }], coverage, candidateTime: (id) => (id === 'c-1' ? T0 + 50 : undefined) })
const hour = covered('main', T0, T0 + 3600)

function refused(input: unknown, ...coverage: StreamCoverage[]): { code: string; path: string | undefined; sentence: string } {
  try {
    resolveRequest(input, context(...coverage))
  } catch (error) {
    if (error instanceof HeavensError) return { code: error.code, path: error.path, sentence: error.message }
    throw error
  }
  throw new Error('was not refused')
}

const time = { intervals: [['2019-05-30T10:00:00Z', '2019-05-30T10:01:00Z']] }

test.each([
  ['iso, UTC', { intervals: [['2019-05-30T10:00:00Z', '2019-05-30T10:01:00']] }],
  ['iso, TT', { scale: 'tt', intervals: [['2019-05-30T10:01:09.184', '2019-05-30T10:02:09.184']] }],
  ['mjd, UTC', { format: 'mjd', intervals: [[58633 + 10 / 24, 58633 + 10 / 24 + 60 / 86400]] }],
  ['mjd, TT', { format: 'mjd', scale: 'tt', intervals: [[51544 + T0 / 86400, 51544 + (T0 + 60) / 86400]] }],
  ['ijd', { format: 'ijd', intervals: [[T0 / 86400, (T0 + 60) / 86400]] }],
  ['met', { format: 'met', mission: 'Fermi', intervals: [[580_903_205, '580903265']] }],
  ['revolutions', { format: 'revolution', mission: 'integral', intervals: [[100, 100.5]] }],
  ['seconds from a time', { format: 'seconds', reference: '2019-05-30T09:59:00Z', intervals: [[60, 120]] }],
  ['seconds from a trigger, in its own words', { format: 'seconds', reference: 'c-1', intervals: [['T0-50s', 'T0 + 10 s']] }],
  ['seconds from a candidate', { format: 'seconds', reference: 'c-1', intervals: [[-50, 10]] }],
])('reads times as %s', (_, given) => {
  const used = resolveRequest({ time: given }, context(hour))
  expect(used.intervals[0]!.start).toBeCloseTo(T0, 4)
  expect(used.intervals[0]!.stop).toBeCloseTo(T0 + 60, 4)
  expect(used.intervalsUtc[0]![0]!.slice(0, 16)).toMatch(/2019-05-30T(10:00|09:59)/)
})

test.each([
  ['an unknown field', { time, colour: 'red' }, 'bad-request', 'colour'],
  ['an unknown field further in', { time, products: { lightCurve: { bins: 3 } } }, 'bad-request', 'products.lightCurve.bins'],
  ['no time', {}, 'bad-request', 'time'],
  ['a negative radius', { time, target: { ra: 1, dec: 2, radius: -1 } }, 'bad-request', 'target.radius'],
  ['a wrong unit', { time, energy: { unit: 'erg', bands: [{ min: 1, max: 2 }] } }, 'bad-request', 'energy.unit'],
  ['a band upside down', { time, energy: { bands: [{ min: 3, max: 2 }] } }, 'bad-request', 'energy.bands.0.max'],
  ['stop before start', { time: { intervals: [['2019-05-30T10:01:00Z', '2019-05-30T10:00:00Z']] } }, 'stop-before-start', 'time.intervals.0'],
  ['intervals that overlap', { time: { intervals: [...time.intervals, ['2019-05-30T10:00:30Z', null]] } }, 'bad-request', 'time.intervals.1'],
  ['a time that is none', { time: { intervals: [['yesterday', null]] } }, 'bad-time', 'time.intervals.0.0'],
  ['a number for ISO', { time: { intervals: [[58633, null]] } }, 'bad-time', 'time.intervals.0.0'],
  ['a time of no mission', { time: { format: 'mjd', intervals: [[5e6, null]] } }, 'bad-time', 'time.intervals.0.0'],
  ['a clock that is not known', { time: { format: 'met', mission: 'Sputnik', intervals: [[1, 2]] } }, 'bad-time', 'time.mission'],
  ['a revolution that is not known', { time: { format: 'revolution', mission: 'INTEGRAL', intervals: [[99, 100]] } }, 'bad-time', 'time.intervals.0.0'],
  ['revolutions of a mission without', { time: { format: 'revolution', mission: 'Fermi', intervals: [[100, 101]] } }, 'bad-time', 'time.mission'],
  ['revolutions of no mission', { time: { format: 'revolution', intervals: [[100, 101]] } }, 'bad-request', 'time.mission'],
  ['a reference that is none', { time: { format: 'seconds', reference: 'c-2', intervals: [[1, 2]] } }, 'bad-time', 'time.reference'],
  ['an unknown source', { time, target: { name: 'Planet Nine' } }, 'unknown-source', 'target.name'],
  ['a declination of 91', { time, target: { ra: 1, dec: 91 } }, 'bad-position', 'target.dec'],
  ['a polygon of half the sky', { time, target: { shape: { polygon: [[0, 0], [120, 0], [240, 0]] } } }, 'bad-position', 'target.shape'],
  ['an unknown instrument', { time, instruments: [{ id: 'sextant' }] }, 'unknown-instrument', 'instruments.0.id'],
  ['an unknown group', { time, instruments: [{ id: 'counter', groups: ['a', 'z'] }] }, 'unknown-group', 'instruments.0.groups.1'],
  ['an unknown option', { time, instruments: [{ id: 'counter', options: { gain: 2 } }] }, 'bad-request', 'instruments.0.options.gain'],
  ['background that stops before it starts', { time, products: { spectrum: { background: [[-10, -20]] } } }, 'stop-before-start', 'products.spectrum.background.0'],
  ['what is no object', 'Crab', 'bad-request', undefined],
])('refuses %s', (_, input, code, path) => {
  const answer = refused(input, hour)
  expect([answer.code, answer.path]).toEqual([code, path])
  expect(answer.sentence.length).toBeGreaterThan(15)
})

test('takes measured runs, main first, and simulated ones only where there is none', () => {
  const runs = (...coverage: StreamCoverage[]): string[] => resolveRequest({ time }, context(...coverage)).instruments.map((i) => i.run)
  expect(runs(covered('simulated', T0, T0 + 9), covered('replay-1', T0, T0 + 9), hour)).toEqual(['main', 'replay-1'])
  expect(runs(covered('simulated', T0, T0 + 9), covered('main', T0 - 99, T0 - 9))).toEqual(['simulated'])
  expect(runs(covered('main', NaN, NaN))).toEqual([])
})

test('answers with defaults filled in and energies in keV', () => {
  const used = resolveRequest({ time, energy: { unit: 'MeV', bands: [{ min: 0.1, max: 0.3 }] }, target: { ra: '05:34:31.9', dec: '+22:00:52', frame: 'icrs' } }, context(hour))
  expect(used.bands).toEqual([{ id: '100-300', eMin: 100, eMax: 300 }])
  expect(used.target!.ra).toBeCloseTo(83.63292, 4)
  expect(used.instruments).toEqual([{ id: 'counter', run: 'main', groups: ['a', 'b'], options: {} }])
  expect(used.request.label).toBe('')
})

test('the option `detectors` chooses the groups where none is named', () => {
  const { descriptor } = counter
  const groups = descriptor.groups.map((group) => ({ ...group, kind: group.id === 'a' ? 'nai' : 'bgo' }))
  const options = [{ id: 'detectors', label: 'Detectors', kind: 'choice' as const, choices: ['all', 'sodium iodide', 'bismuth germanate'], default: 'all', help: '' }]
  const two = { ...counter, descriptor: { ...descriptor, groups, options } }
  const chosen = (given: object): string[] => resolveRequest({ time, instruments: [{ id: 'counter', ...given }] }, { ...context(hour), instruments: [two] }).instruments[0]!.groups
  expect(chosen({})).toEqual(['a', 'b'])
  expect(chosen({ options: { detectors: 'bismuth germanate' } })).toEqual(['b'])
  expect(chosen({ groups: ['a'], options: { detectors: 'bismuth germanate' } })).toEqual(['a'])
  expect(() => chosen({ options: { detectors: 'gold' } })).toThrow('gold is none of all, sodium iodide, bismuth germanate')
})

test('a target chooses the groups whose data are of it, where none is named', () => {
  const { descriptor } = counter
  const places = { a: { ra: 166.1138, dec: 38.2088 }, b: { ra: 253.4676, dec: 39.7602 } }
  const two = { ...counter, descriptor: { ...descriptor, groups: descriptor.groups.map((group) => ({ ...group, place: places[group.id as 'a' | 'b'] })) } }
  const chosen = (given: object): string[] => resolveRequest({ time, instruments: [{ id: 'counter' }], ...given }, { ...context(hour), instruments: [two] }).instruments[0]!.groups
  expect(chosen({ target: { name: 'Mkn 421' } })).toEqual(['a'])
  expect(chosen({ target: { name: 'Crab' } })).toEqual([])
  expect(chosen({ target: { ra: 250, dec: 39.76, radius: 5 } })).toEqual(['b'])
  expect(chosen({ target: { name: 'Mkn 421' }, instruments: [{ id: 'counter', groups: ['b'] }] })).toEqual(['b'])
  expect(chosen({})).toEqual(['a', 'b'])
})
