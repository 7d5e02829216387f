import { describe, expect, it } from 'vitest'
import { ERRORS, errorSentence, HeavensError, type ErrorCode } from './errors.js'

const codes = Object.keys(ERRORS) as ErrorCode[]
const fieldsOf = (code: ErrorCode): string[] => [...ERRORS[code].sentence.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!)

describe.each(codes)('%s', (code) => {
  it('has a code in kebab case, an HTTP status for errors and a sentence that ends', () => {
    expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/)
    expect(ERRORS[code].status).toBeGreaterThanOrEqual(400)
    expect(ERRORS[code].status).toBeLessThan(600)
    expect(ERRORS[code].sentence).toMatch(/^([A-Z{].*[.]|\{reason\})$/)
  })

  it('says its sentence with all fields filled in', () => {
    const fields = Object.fromEntries(fieldsOf(code).map((name) => [name, `<${name}>`]))
    const sentence = errorSentence(code, fields)
    expect(sentence).not.toMatch(/[{}]/)
    for (const name of fieldsOf(code)) expect(sentence).toContain(`<${name}>`)
  })
})

it('leaves a field that is not given visible', () => {
  expect(errorSentence('unknown-instrument', { id: 'x' })).toBe('There is no instrument x; there are: {known}.')
  expect(errorSentence('not-found')).toBe('There is no {what} {id}.')
})

it('fills in zero, and text that looks like a replacement pattern or a field', () => {
  expect(errorSentence('too-large', { what: 'The upload', size: 0, limit: 5 })).toBe('The upload is too large: 0 bytes, at most 5.')
  expect(errorSentence('no-data', { reason: '$& {what} $1' })).toBe('No data: $& {what} $1.')
})

describe('HeavensError', () => {
  it('is an Error with code, status, fields, path and cause', () => {
    const cause = new Error('disk')
    const error = new HeavensError('store-full', { what: 'the log', reason: 'ENOSPC' }, { path: 'a.b', cause })
    expect(error).toBeInstanceOf(Error)
    expect(error).toMatchObject({ name: 'HeavensError', code: 'store-full', status: 507, path: 'a.b', cause })
    expect(error.message).toBe('No space is left for the log: ENOSPC.')
  })

  it('has no cause where none is given', () => {
    expect('cause' in new HeavensError('internal', { reason: 'x' })).toBe(false)
  })

  it('goes over the wire as code, sentence, path and fields', () => {
    expect(JSON.parse(JSON.stringify(new HeavensError('bad-time', { value: 'x', reason: 'no date' }, { path: 'time.intervals.0' })))).toEqual({
      error: { code: 'bad-time', sentence: 'The time x cannot be read: no date.', path: 'time.intervals.0', fields: { value: 'x', reason: 'no date' } },
    })
    expect(new HeavensError('cancelled').toJSON().error).not.toHaveProperty('path')
  })
})
