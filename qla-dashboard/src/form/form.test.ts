import { describe, expect, it } from 'vitest'
import { AnalysisRequest, analysisRequestExample, candidateExample, instrumentDescriptorExample, requestProductsExample } from '@heavens/schemas'
import { type HduInput, writeFits } from '@heavens/science/fits'
import { checkRequest, faultsAt, faultsElsewhere, timeFaults } from './check-request.js'
import { convertTimes } from './convert-times.js'
import { gtiIntervals } from './gti-intervals.js'
import { intervalsOf, textsOf, valuesOf } from './field-values.js'
import { emptyForm, formOf, isStarted, requestOf } from './form-model.js'
import { numberOrText } from './number-or-text.js'
import { pastedIntervals } from './pasted-intervals.js'
import { pythonOf, requestAsCode } from './request-as-code.js'
import { PRODUCT_FIELDS, REQUEST_SCHEMA, choicesOf } from './request-schema.js'
import { allFields, schemaFields } from './schema-fields.js'

const descriptors = [{ ...instrumentDescriptorExample, id: 'fermi-gbm' }]

describe('the form', () => {
  it('gives back the request it was filled from', async () => {
    const request = requestOf(formOf(analysisRequestExample, emptyForm()), descriptors)
    expect(await checkRequest(request)).toEqual([])
    expect(AnalysisRequest.parse(request)).toEqual(AnalysisRequest.parse({ ...analysisRequestExample, target: { name: 'Crab' } }))
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
    expect(intervalsOf('10-900, -5--1, 1e-3 2')).toEqual([[10, 900], [-5, -1], [0.001, 2]])
    expect(intervalsOf('10 – 900')).toEqual([[10, 900]])
  })
  it('leaves out options that stand as the instrument has them', () => {
    const form = { ...emptyForm(), all: false, instruments: { 'fermi-gbm': { on: true, groups: null, options: { layers: 'top' } } } }
    expect(requestOf(form, descriptors).instruments).toEqual([{ id: 'fermi-gbm' }])
  })
  it('keeps a region of a request that was made elsewhere', () => {
    const shape = { polygon: [[1, 2], [3, 4], [5, 0]] as [number, number][] }
    const form = formOf({ target: { shape }, time: { intervals: [['2019-05-30T10:00:00', null]] } }, emptyForm())
    expect([form.where, requestOf(form, descriptors).target]).toEqual(['shape', { shape }])
    expect(formOf({ target: { name: 'Crab' }, time: { intervals: [['a', 'b']] } }, form)).toMatchObject({ where: 'name', shape: null })
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

describe('the fields of the products', () => {
  it('are all that the schema has, each of a kind that can be shown', () => {
    const paths = allFields(PRODUCT_FIELDS).map((f) => f.path)
    expect(paths).toEqual(expect.arrayContaining(['lightCurve.bin', 'spectrum.grouping', 'spectrum.fit.model', 'spectrum.fit.frozen', 'image.projection', 'events']))
    for (const name of Object.keys(REQUEST_SCHEMA.properties['products']!.properties!)) expect(paths).toContain(name)
    expect(() => schemaFields({ type: 'object', properties: { odd: { type: 'null' } } })).toThrow('No form field for odd')
  })
  it('give back what a request held, whatever it holds', () => {
    const products = {
      ...requestProductsExample,
      spectrum: { background: [[-100, -10], [60, 160]], grouping: { minimumCounts: 25 }, fit: { model: 'tbabs*powerlaw', energy: [2, 10], statistic: 'wstat', systematics: 0.02, grouping: 'optimal', start: { PhoIndex: 1.7, nH: 0.1 }, frozen: ['nH'], flux: [2, 10] } },
    }
    expect(valuesOf(PRODUCT_FIELDS, textsOf(PRODUCT_FIELDS, products))).toEqual({ ...products, image: { size: 5 } })
  })
  it('say what is wrong at the field', async () => {
    const products = { 'spectrum': '1', 'spectrum.fit': '1', 'spectrum.fit.model': '', 'spectrum.fit.energy': '10', 'lightCurve': '1', 'lightCurve.bin': 'short', 'image': '1', 'image.size': '400' }
    const faults = await checkRequest(requestOf({ ...emptyForm(), defaults: false, products, intervals: [{ start: '2026-01-01', stop: '' }] }, descriptors))
    expect(faultsAt(faults, 'products.lightCurve.bin')[0]?.message).toBe('must be a number')
    expect(faultsAt(faults, 'products.spectrum.fit.model')[0]?.message).toBe('is missing')
    expect(faultsAt(faults, 'products.spectrum.fit.energy')).not.toEqual([])
    expect(faultsAt(faults, 'products.image.size')[0]?.message).toBe('must be at most 180')
  })
  it('offers the words of the schema', () => {
    expect(choicesOf('time.format')).toEqual(['iso', 'mjd', 'ijd', 'met', 'revolution', 'seconds'])
    expect(choicesOf('target.frame')).toContain('galactic')
    expect(choicesOf('time.nothing')).toEqual([])
  })
})

describe('times', () => {
  const form = { ...emptyForm(), intervals: [{ start: '2019-05-30T10:19:08.9', stop: '' }, { start: '2019-05-30T10:20:00', stop: '2019-05-30T10:21:00' }] }
  it('are written in the format that is chosen, and back', () => {
    for (const format of ['mjd', 'ijd', 'met', 'seconds'] as const) {
      const there = { ...form, ...convertTimes(form, format, [], [{ mission: 'Nowhere' }, { mission: 'Fermi' }]) }
      expect(there.intervals).not.toEqual(form.intervals)
      const back = convertTimes(there, 'iso', [], [])
      expect(back.intervals!.map((v) => [v.start.slice(0, 21), v.stop.slice(0, 19)])).toEqual([['2019-05-30T10:19:08.9', ''], ['2019-05-30T10:20:00', '2019-05-30T10:21:00']])
    }
    expect(convertTimes(form, 'seconds', [], []).intervals![1]).toEqual({ start: '51.1', stop: '111.1' })
    expect(convertTimes(form, 'met', [], [{ mission: 'Fermi' }]).intervals![0]!.start).toBe('580904353.9')
  })
  it('are written in revolutions of a mission that has them', () => {
    const missions = [{ mission: 'Fermi' }, { mission: 'INTEGRAL', revolutions: { passages: [[2086, '2019-05-02T06:51:35'], [2103, '2019-06-16T11:45:44']] as [number, string][], accuracy: 1, source: '' } }]
    const there = { ...form, ...convertTimes(form, 'revolution', [], missions) }
    expect([there.mission, there.intervals[0]!.start.slice(0, 7)]).toEqual(['INTEGRAL', '2096.58'])
    expect(convertTimes(there, 'iso', [], missions).intervals![0]!.start.slice(0, 19)).toBe('2019-05-30T10:19:08')
    expect(convertTimes(form, 'revolution', [], []).intervals).toBeUndefined()
  })
  it('count from an event, and stay as typed where they cannot be read', () => {
    const from = { ...form, format: 'seconds' as const, reference: candidateExample.id, intervals: [{ start: '-10', stop: '20' }] }
    expect(convertTimes(from, 'mjd', [candidateExample], []).intervals![0]!.start).toMatch(/^\d{5}\.\d{8}$/)
    expect(convertTimes(from, 'mjd', [], []).intervals).toBeUndefined()
    expect(convertTimes({ ...form, intervals: [{ start: 'soon', stop: '' }] }, 'mjd', [], []).intervals).toBeUndefined()
  })
  it('are taken from pasted lists', () => {
    expect(pastedIntervals('# good time\n2019-05-30 10:19:00  2019-05-30 10:20:00\n2019-05-30T10:21:00Z/2019-05-30T10:22:00Z\n\n')).toEqual([
      { start: '2019-05-30T10:19:00', stop: '2019-05-30T10:20:00' }, { start: '2019-05-30T10:21:00Z', stop: '2019-05-30T10:22:00Z' }])
    expect(pastedIntervals('58633.1, 58633.2\n-10 to 20\n5\n1e-3\t2e3')).toEqual([{ start: '58633.1', stop: '58633.2' }, { start: '-10', stop: '20' }, { start: '5', stop: '' }, { start: '1e-3', stop: '2e3' }])
    expect(pastedIntervals(' \n')).toEqual([])
  })
})

describe('good time', () => {
  it('is read from a file, packed or not, and its times count from MJDREF', async () => {
    const file = (rows: HduInput[]): Blob => new Blob([writeFits([{ kind: 'image', cards: [] }, ...rows]) as Uint8Array<ArrayBuffer>])
    const gti: HduInput = {
      kind: 'bintable', name: 'STDGTI', rows: 2, cards: [['MJDREFI', 51544, ''], ['MJDREFF', 0, ''], ['TIMESYS', 'TT', ''], ['TIMEUNIT', 's', '']],
      columns: [{ name: 'START', format: '1D', unit: 's', values: Float64Array.of(612526809.184, 612526900.184) }, { name: 'STOP', format: '1D', unit: 's', values: Float64Array.of(612526869.184, 612526900.184) }],
    }
    // The second is empty and is left out.
    const expected = [{ start: '2019-05-30T10:19:00.000000', stop: '2019-05-30T10:20:00.000000' }]
    expect(await gtiIntervals(file([gti]), 'a.gti')).toEqual(expected)
    const packed = await new Response(file([gti]).stream().pipeThrough(new CompressionStream('gzip'))).blob()
    expect(await gtiIntervals(packed, 'a.gti.gz')).toEqual(expected)
    await expect(gtiIntervals(file([]), 'b.fits')).rejects.toThrow('b.fits cannot be used: it holds no good time')
  })
})

describe('a request to run elsewhere', () => {
  const request = { label: "the burst's \\ peak\nEOF", time: { intervals: [['2019-05-30T10:19:00', null]] as [string, null][] }, target: undefined }
  it('holds the very request', () => {
    for (const kind of ['curl', 'shell'] as const) {
      const code = requestAsCode(request, kind, 'http://localhost:8700/', false)
      const json = code.slice(code.indexOf("<<'EOF'\n") + 8, code.lastIndexOf('\nEOF\n'))
      expect(JSON.parse(json)).toEqual({ label: request.label, time: request.time })
    }
    expect(requestAsCode(request, 'curl', "http://host/o'neil/", false)).toContain("'http://host/o'\\''neil/api/v1/analyses'")
  })
  it('is Python where it is to be Python, and never holds the token', () => {
    expect(pythonOf({ a: true, b: null, c: ['x"', 1.5], d: undefined })).toBe('{"a": True, "b": None, "c": ["x\\"", 1.5]}')
    expect(requestAsCode(request, 'Python', 'http://localhost:8700/', true)).toContain('os.environ["HEAVENS_TOKEN"]')
    expect(requestAsCode(request, 'Python', 'http://localhost:8700/', false)).not.toContain('environ')
  })
})
