import { describe, expect, it } from 'vitest'
import { analysisRequestExample, instrumentDescriptorExample } from '@heavens/schemas'
import { checkRequest, faultsAt, faultsElsewhere, timeFaults } from './check-request.js'
import { emptyForm, formOf, intervalsOf, isStarted, numberOrText, requestOf } from './form-model.js'

const descriptors = [{ ...instrumentDescriptorExample, id: 'fermi-gbm' }]

describe('the form', () => {
  it('gives back the request it was filled from', async () => {
    const request = requestOf(formOf(analysisRequestExample, emptyForm()), descriptors)
    expect(await checkRequest(request)).toEqual([])
    expect(request).toMatchObject({
      label: 'burst, main peak', target: { name: 'Crab' }, time: { intervals: [['2019-05-30T10:19:00', '2019-05-30T10:20:00']] }, energy: { unit: 'keV', bands: [{ min: 50, max: 300 }] },
      instruments: [{ id: 'fermi-gbm', groups: ['n0', 'n1'] }], products: { lightCurve: { bin: 0.064, bands: 'each' }, spectrum: { background: [[-100, -10]] }, image: { pixel: 0.1, size: 10 } },
    })
  })
  it('sends only what was said: a start alone is a request that follows', async () => {
    const request = requestOf({ ...emptyForm(), intervals: [{ start: '2026-01-01T00:00:00', stop: '' }] }, descriptors)
    expect(request).toEqual({ time: { format: 'iso', scale: 'utc', intervals: [['2026-01-01T00:00:00', null]] } })
    expect(await checkRequest(request)).toEqual([])
  })
  it('keeps sexagesimal text and makes numbers of numbers', () => {
    const position = requestOf({ ...emptyForm(), where: 'position', ra: '05:34:31.97', dec: ' −22.5 ', radius: '1' }, descriptors).target
    expect(position).toEqual({ ra: '05:34:31.97', dec: -22.5, frame: 'icrs', radius: 1 })
    expect(['1e3', '0x10', '', '1,5', '.5'].map(numberOrText)).toEqual([1000, '0x10', '', '1,5', 0.5])
  })
  it('reads background intervals as they are written', () => {
    expect(intervalsOf('-100 -10, 60 to 160; −5 -1')).toEqual([[-100, -10], [60, 160], [-5, -1]])
    expect(intervalsOf('')).toEqual([])
  })
  it('leaves out options that stand as the instrument has them', () => {
    const form = { ...emptyForm(), all: false, instruments: { 'fermi-gbm': { on: true, groups: null, options: { layers: 'top' } } } }
    expect(requestOf(form, descriptors).instruments).toEqual([{ id: 'fermi-gbm' }])
  })
  it('a new prefill clears the target of the one before', () => {
    const before = { ...emptyForm(), where: 'name' as const, name: 'Crab' }
    expect(formOf({ time: { intervals: [['a', 'b']] } }, before).where).toBe('none')
    expect(isStarted(emptyForm())).toBe(false)
  })
})

describe('the check', () => {
  it('says what is wrong at its field, in words', async () => {
    const form = { ...emptyForm(), where: 'position' as const, ra: '', dec: 'x', radius: 'wide', intervals: [{ start: '2026-01-01T00:00:00', stop: '' }] }
    const faults = await checkRequest(requestOf(form, descriptors))
    expect(faultsAt(faults, 'target.radius').map((f) => f.message)).toEqual(['must be a number'])
    expect(faultsElsewhere(faults, ['target', 'time'])).toEqual([])
    expect(faultsElsewhere(faults, ['time']).length).toBe(faults.length)
  })
  it('asks for a mission, a reference and at least one instrument', async () => {
    const ask = async (change: object): Promise<string[]> => (await checkRequest({ time: { format: 'met', intervals: [[1, 2]] }, ...change } as never)).map((f) => f.path)
    expect(await ask({})).toEqual(['time.mission'])
    expect(await ask({ time: { format: 'seconds', intervals: [[1, 2]] } })).toEqual(['time.reference'])
    expect(await ask({ time: { format: 'iso', intervals: [['2026-01-01', null]] }, instruments: [] })).toEqual(['instruments'])
  })
  it('reads the times before they are sent', () => {
    expect(timeFaults({ time: { intervals: [['yesterday', null]] } })[0]?.path).toBe('time.intervals.0.0')
    expect(timeFaults({ time: { intervals: [['2026-01-01T00:00:10', '2026-01-01T00:00:00']] } })).toEqual([{ path: 'time.intervals.0.1', message: 'the stop must be after the start' }])
    expect(timeFaults({ time: { format: 'mjd', intervals: [[58000, 'late']] } })[0]?.message).toBe('must be a number')
    expect(timeFaults({ time: { intervals: [['2026-01-01T00:00:00', null]] } })).toEqual([])
  })
})
