import { describe, expect, it } from 'vitest'
import type { FitsValue } from '../fits/types.js'
import {
  ijdFromTt, leapSecondsExpire, metFromTt, missionClock, mjdTtFromTt, mjdUtcFromTt, pastLeapSecondTable, timeReference, ttFromIjd, ttFromMet, ttFromMjdTt,
  ttFromMjdUtc, ttFromTjdTics, ttFromUnix, ttFromUtcIso, unixFromTt, utcIsoFromTt,
} from './index.js'

const header = (cards: Record<string, FitsValue>): { get(keyword: string): FitsValue | undefined } => ({ get: (keyword) => cards[keyword] })

describe('UTC texts', () => {
  it('knows the reference of Fermi: 2001-01-01 UTC is 64.184 s after the same reading of TT', () => {
    expect(ttFromUtcIso('2001-01-01T00:00:00Z')).toBe(366 * 86400 + 64.184)
    expect(ttFromUtcIso('2001-01-01')).toBe(ttFromMet(0, missionClock('fermi')))
  })

  it.each(['2016-12-31T23:59:59.999999Z', '2016-12-31T23:59:60.000000Z', '2016-12-31T23:59:60.999999Z', '2017-01-01T00:00:00.000000Z', '1972-01-01T00:00:00.000000Z', '2029-02-28T12:34:56.789012Z'])('writes %s as it was read', (text) => {
    expect(utcIsoFromTt(ttFromUtcIso(text))).toBe(text)
  })

  it('carries when it rounds, through a leap second too', () => {
    expect(utcIsoFromTt(ttFromUtcIso('2015-06-30T23:59:59.9996'), 3)).toBe('2015-06-30T23:59:60.000Z')
    expect(utcIsoFromTt(ttFromUtcIso('2015-06-30T23:59:60.9996'), 3)).toBe('2015-07-01T00:00:00.000Z')
    expect(utcIsoFromTt(ttFromUtcIso('2019-12-31T23:59:59.6'), 0)).toBe('2020-01-01T00:00:00Z')
  })

  it('takes what people write', () => {
    const t = ttFromUtcIso('2008-08-26T01:52:00Z')
    for (const text of ['2008-08-26 01:52', '2008-08-26T01:52:00', '2008-08-26t01:52:00.000000000z', ' 2008-08-26T01:52:00+00:00 ']) expect(ttFromUtcIso(text)).toBe(t)
    expect(ttFromUtcIso('2008-08-26T01:52:00.123456789') - t).toBeCloseTo(0.123456789, 6)
  })

  it.each(['', 'yesterday', '2008-8-26', '2008-02-30', '2007-02-29', '2008-13-01', '2008-08-26T24:00:00', '2008-08-26T23:60', '2008-08-26T01:52:60', '2008-08-26T01:52:61', '2016-12-30T23:59:60', '1971-12-31', '2008-08-26T01:52:00+02:00', '20080826'])('refuses %j', (text) => {
    expect(() => ttFromUtcIso(text)).toThrow(expect.objectContaining({ code: 'bad-time' }))
  })

  it('refuses to write a time that is none', () => {
    for (const t of [NaN, Infinity, 1e14]) expect(() => utcIsoFromTt(t)).toThrow(expect.objectContaining({ code: 'bad-time' }))
  })
})

describe('days', () => {
  it('counts from MJD 51544.0 TT', () => {
    expect(ttFromMjdTt(51545)).toBe(86400)
    expect(mjdTtFromTt(43200)).toBe(51544.5)
    expect(ijdFromTt(ttFromIjd(4000.25))).toBe(4000.25)
  })

  it('stretches MJD (UTC) on the day of a leap second', () => {
    const noon = ttFromMjdUtc(57753.5)
    expect(utcIsoFromTt(noon, 3)).toBe('2016-12-31T12:00:00.500Z')
    expect(mjdUtcFromTt(noon)).toBe(57753.5)
    expect(ttFromMjdUtc(57754) - ttFromMjdUtc(57753)).toBeCloseTo(86401, 6)
  })

  it('goes to Unix time and back, and stands still in a leap second', () => {
    const ms = Date.UTC(2024, 4, 17, 3, 4, 5, 678)
    expect(utcIsoFromTt(ttFromUnix(ms), 3)).toBe('2024-05-17T03:04:05.678Z')
    expect(unixFromTt(ttFromUnix(ms))).toBeCloseTo(ms, 3)
    const midnight = Date.UTC(2017, 0, 1)
    expect(unixFromTt(ttFromUtcIso('2016-12-31T23:59:60.25'))).toBe(midnight)
    expect(unixFromTt(ttFromUtcIso('2017-01-01T00:00:00'))).toBeCloseTo(midnight, 3)
  })

  it('says from when on a leap second could be unknown', () => {
    expect(utcIsoFromTt(leapSecondsExpire(), 0)).toBe('2027-06-28T00:00:00Z')
    expect(pastLeapSecondTable(ttFromUtcIso('2026-11-23'))).toBe(false)
    expect(pastLeapSecondTable(ttFromUtcIso('2027-06-29'))).toBe(true)
  })
})

describe('mission clocks', () => {
  it('gives the trigger time of GRB 080825C: MET 241366429.105', () => {
    expect(utcIsoFromTt(ttFromMet(241366429.105, missionClock('Fermi')), 3)).toBe('2008-08-25T14:13:48.105Z')
  })

  it('goes there and back', () => {
    for (const mission of ['fermi', 'nicer', 'integral', 'xmm']) expect(metFromTt(ttFromMet(1234.5, missionClock(mission)), missionClock(mission))).toBeCloseTo(1234.5, 6)
  })

  it('names what it does not know', () => {
    expect(() => missionClock('sputnik')).toThrow('sputnik')
    expect(() => missionClock('constructor')).toThrow('constructor')
    expect(() => ttFromMet(1, { mjdrefi: 51544, mjdreff: 0, timesys: 'GPS' })).toThrow('time system')
  })

  it('reads TJD and tics of COMPTEL, with the correction of 1992', () => {
    expect(utcIsoFromTt(ttFromTjdTics(8393, 0) + 2.042144, 6)).toBe('1991-05-17T00:00:00.000000Z')
    expect(utcIsoFromTt(ttFromTjdTics(8798, 28_800_000), 6)).toBe('1992-06-25T01:00:00.000000Z')
    expect(utcIsoFromTt(ttFromTjdTics(8798, 28_799_999), 6)).toBe('1992-06-25T00:59:57.957731Z')
  })
})

describe('timeReference', () => {
  it('reads a usual header', () => {
    const reference = timeReference(header({ MJDREFI: 51910, MJDREFF: 7.428703703703703e-4, TIMESYS: 'TT', TIMEUNIT: 's', TIMEZERO: 0, TIMEPIXR: 0, TIMEDEL: 0.064 }))
    expect(reference.toTt(0)).toBeCloseTo(366 * 86400 + 64.184, 7)
    expect(reference.fromTt(reference.toTt(1e8))).toBeCloseTo(1e8, 6)
    expect(reference).toMatchObject({ scale: 1, timezero: 0, timepixr: 0, timedel: 0.064, timesys: 'TT' })
  })

  it('adds TIMEZERO in the unit of the times, and takes days and one MJDREF', () => {
    const reference = timeReference(header({ MJDREF: '51544.0', TIMEUNIT: 'd', TIMEZERO: 2 }))
    expect(reference.toTt(1)).toBe(3 * 86400)
    expect(reference.offset).toBe(2 * 86400)
  })

  it('converts the reference of UTC and TAI', () => {
    expect(timeReference(header({ MJDREFI: 55197, TIMESYS: 'utc ' })).toTt(0)).toBe(ttFromUtcIso('2010-01-01'))
    expect(timeReference(header({ MJDREFI: 51544, TIMESYS: 'TAI' })).toTt(0)).toBe(32.184)
  })

  it.each([[{}, 'MJDREF'], [{ MJDREF: 51544, TIMESYS: 'LOCAL' }, 'LOCAL'], [{ MJDREF: 51544, TIMEUNIT: 'fortnight' }, 'fortnight'], [{ MJDREFI: 'soon' }, 'MJDREFI']] as const)('refuses %j and names the keyword', (cards, word) => {
    expect(() => timeReference(header(cards))).toThrow(expect.objectContaining({ code: 'file-unusable', message: expect.stringContaining(word) }))
  })
})
