import { describe, expect, it } from 'vitest'
import { candidateExample, jobExample, skyImageExample, streamHealthExample, type BinaryHeader } from '@heavens/schemas'
import { ttFromUtcIso } from '@heavens/science/time'
import { createActions, requestOfCandidate, requestOfPosition, timesAround } from './actions.js'
import { type Topic, createState } from './console-state.js'
import { currentRun, newestTime, runsOf, silence } from './current-run.js'
import { countText, durationText, positionText, sexagesimal, timeText, utcText } from './formats.js'
import { mapOfFrame, receiveText } from './receive.js'
import { firstView, viewFromHash, viewToHash } from './view.js'

describe('the view in the hash', () => {
  it('comes back as it was', () => {
    const view = { ...firstView(), run: 'main', frame: 'icrs' as const, lon: 83.633, lat: 22.014, zoom: 12.5, live: false, span: 60, stop: 612526819.1903, drawer: 'jobs' as const, candidate: 'c-1', job: 'j-2', product: 'fermi-gbm/n0/spectrum.pha', look: { stretch: 'log', region: 'circle,83.6,22,0.5', fit: '{"a":"b&c=d#e"}' }, image: { instrument: 'fermi-lat', band: 'all', window: 'run', plane: 'significance' as const, smooth: false } }
    expect(viewFromHash(`#${viewToHash(view)}`)).toEqual(view)
  })
  it('is empty for the first view, and nonsense gives the first view', () => {
    expect(viewToHash(firstView())).toBe('')
    expect(viewFromHash('#sky=galactic,x,y,z&t=soon,-3&drawer=attic&map=a,b&%=%')).toEqual(firstView())
  })
  it('keeps what it can of a hash out of range', () => {
    expect(viewFromHash('#sky=icrs,-10,99,0.1')).toMatchObject({ lon: 350, lat: 90, zoom: 1 })
  })
})

describe('messages', () => {
  const state = (): ReturnType<typeof createState> => createState(0)
  it('fill the state, and only a new event is announced', () => {
    const s = state()
    const touched: Topic[] = []
    s.on(['candidates'], () => touched.push('candidates'))
    expect(receiveText(s, { type: 'snapshot', channel: 'candidates', seq: 1, items: [candidateExample] }, 0, null)).toBeNull()
    expect(s.fresh.size).toBe(0)
    expect(receiveText(s, { type: 'record', channel: 'candidates', seq: 2, item: { ...candidateExample, revision: 4 } }, 0, null)).toBeNull()
    const item = { ...candidateExample, id: 'c-2' }
    expect(receiveText(s, { type: 'record', channel: 'candidates', seq: 3, item }, 0, null)).toEqual(item)
    expect([...s.fresh]).toEqual(['c-2'])
    expect(s.candidates.get(candidateExample.id)?.revision).toBe(4)
    receiveText(s, { type: 'removed', channel: 'candidates', seq: 4, key: 'c-2' }, 0, null)
    expect(s.candidates.size).toBe(1)
    expect(touched).toHaveLength(4)
  })
  it('count what came after a reconnect, what was lost, and how far the clock is', () => {
    const s = state()
    const meanwhile = { events: 0, jobs: 0 }
    receiveText(s, { type: 'record', channel: 'jobs', seq: 5, item: jobExample }, 0, meanwhile)
    receiveText(s, { type: 'record', channel: 'candidates', seq: 5, item: candidateExample }, 0, meanwhile)
    expect(meanwhile).toEqual({ events: 1, jobs: 1 })
    receiveText(s, { type: 'lost', channel: 'curves', count: 3 }, 0, null)
    receiveText(s, { type: 'lost', channel: 'curves', count: 2 }, 0, null)
    expect(s.lost.get('curves')).toBe(5)
    receiveText(s, { type: 'pong', at: 1000, time: 500 }, 1200, null)
    expect(s.roundTrip).toBeCloseTo(0.2)
    expect(s.clockOffset).toBeCloseTo(498.9)
  })
  it('a retracted event is not announced', () => {
    expect(receiveText(state(), { type: 'record', channel: 'candidates', seq: 1, item: { ...candidateExample, state: 'retracted' } }, 0, null)).toBeNull()
  })
  it('give a map, without exposure where there is none', () => {
    const image = { ...skyImageExample, nside: 1 }
    const header: BinaryHeader = { channel: 'images', seq: 1, image }
    const map = mapOfFrame({ header, arrays: { counts: new Float32Array(12), exposure: new Float32Array(12) } })
    expect(map).toMatchObject({ exposure: null, significance: null })
    expect(mapOfFrame({ header, arrays: { counts: new Float32Array(7) } })).toBeNull()
  })
})

describe('the run that is looked at', () => {
  const stream = (run: string, watermark: number, ended = false): typeof streamHealthExample => ({ ...streamHealthExample, run, watermark, ended })
  it('is the one that moves, unless one is chosen', () => {
    expect(runsOf([stream('main', 100), stream('old', 900, true)])).toEqual(['main', 'old'])
    const s = createState(0)
    expect(currentRun(s)).toBeNull()
    s.streams.set('a', stream('main', 100))
    s.streams.set('b', stream('old', 900, true))
    expect(currentRun(s)).toBe('main')
    expect(newestTime(s)).toBe(100)
    s.view.run = 'old'
    expect(currentRun(s)).toBe('old')
    s.view.run = 'gone'
    expect(currentRun(s)).toBe('main')
  })
})

describe('from a mark to a request', () => {
  it('centres the sky on an event and shows the curves around it', () => {
    const s = createState(0)
    s.candidates.set('c', { ...candidateExample, id: 'c', ra: 83.6331, dec: 22.0145 })
    s.fresh.add('c')
    createActions(s, () => {}).selectCandidate('c')
    expect(s.view.lon).toBeCloseTo(184.56, 1)
    expect(s.view.live).toBe(false)
    expect(s.fresh.size).toBe(0)
    const { stop, span } = timesAround(candidateExample)
    expect(stop - span).toBeLessThan(candidateExample.start)
    expect(stop).toBeGreaterThan(candidateExample.stop)
  })
  it('hands the form what was marked, once', () => {
    const s = createState(0)
    const actions = createActions(s, () => {})
    actions.analyse(requestOfCandidate(candidateExample))
    expect(s.view.drawer).toBe('request')
    expect(actions.takePrefill()).toMatchObject({ run: 'main', instruments: [{ id: 'fermi-gbm' }] })
    expect(actions.takePrefill()).toBeNull()
  })
  it('writes a position with four decimals and a name by its name', () => {
    expect(requestOfPosition(83.63311111, 22.01, 0, 10, 'main').target).toEqual({ ra: 83.6331, dec: 22.01 })
    expect(requestOfPosition(83.6, 22, 0, 10, null, 'Crab').target).toEqual({ name: 'Crab' })
  })
  it('pauses where it is and goes on live', () => {
    const s = createState(0)
    s.streams.set('a', streamHealthExample)
    const actions = createActions(s, () => {})
    actions.pause()
    expect(s.view).toMatchObject({ live: false, stop: streamHealthExample.watermark })
    actions.pause()
    expect(s.view).toMatchObject({ live: true, stop: null })
  })
})

describe('texts', () => {
  it('write positions in three forms', () => {
    expect(positionText(83.6331, -5.5, 'degrees')).toBe('83.633° −5.500° ICRS')
    expect(positionText(83.6331, 22.0145, 'sexagesimal')).toBe('05h34m31.94s +22°00′52.2″ ICRS')
    expect(positionText(83.6331, 22.0145, 'galactic')).toBe('l 184.56° b −5.78°')
    expect(sexagesimal(5.999999999, 1, 'hms')).toBe('06h00m00.0s')
  })
  it('write times and durations', () => {
    const t = ttFromUtcIso('2019-05-30T10:19:08.9Z')
    expect(utcText(t, 1)).toBe('2019-05-30 10:19:08.9')
    expect(timeText(t, 'mjd')).toMatch(/^MJD 58633\.43\d+ TT$/)
    expect([0.064, 5.25, 300, 86_400 * 3].map(durationText)).toEqual(['64 ms', '5.25 s', '5 min', '3 d'])
    expect([12, 123_456, 2_275_068].map(countText)).toEqual(['12', '123.5 k', '2.28 M'])
  })
})

it('notices the silence of a stream that should flow', () => {
  const s = createState(0)
  const { instrument, run } = streamHealthExample
  s.connection = { phase: 'live', since: 0, retryAt: null }
  receiveText(s, { type: 'snapshot', channel: 'status', seq: 1, items: [streamHealthExample] }, 1000, null)
  expect(silence(s, instrument, run, 4000)).toBeNull()
  expect(silence(s, instrument, run, 21_000)).toBe(20)
  receiveText(s, { type: 'record', channel: 'status', seq: 2, item: streamHealthExample }, 20_000, null)
  expect(silence(s, instrument, run, 21_000)).toBe(20)
  receiveText(s, { type: 'record', channel: 'status', seq: 3, item: { ...streamHealthExample, items: 313 } }, 20_000, null)
  expect(silence(s, instrument, run, 21_000)).toBeNull()
  receiveText(s, { type: 'record', channel: 'status', seq: 4, item: { ...streamHealthExample, ended: true } }, 20_000, null)
  expect(silence(s, instrument, run, 90_000)).toBeNull()
})
