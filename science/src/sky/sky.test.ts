import { describe, expect, it } from 'vitest'
import type { FitsValue } from '../fits/types.js'
import { ttFromUtcIso } from '../time/index.js'
import {
  boresightAngles, formatDec, formatRa, galacticFromIcrs, icrsFromGalactic, isOcculted, makeWcs, mollweide, mollweideInverse, parseAngle, positionAngle, type ProjectionCode, separation,
  sunPosition, wcsCards, wcsFromHeader,
} from './index.js'

const close = (values: readonly number[], digits = 9): unknown[] => values.map((value) => expect.closeTo(value, digits))

describe('directions', () => {
  it('measures angles, the smallest and the largest too', () => {
    expect(separation(10, 20, 10, 20)).toBe(0)
    expect(separation(0, 0, 180, 0)).toBe(180)
    expect(separation(83.6, 22, 83.6, 22 + 1e-9)).toBeCloseTo(1e-9, 13)
    expect(positionAngle(10, 0, 10, 5)).toBe(0)
    expect(positionAngle(10, 0, 11, 0)).toBeCloseTo(90, 9)
    expect(positionAngle(10, 0, 9, 0)).toBeCloseTo(270, 9)
  })

  it('turns to galactic coordinates and back', () => {
    expect(galacticFromIcrs(192.85948, 27.12825)[1]).toBeCloseTo(90, 5)
    expect(icrsFromGalactic(0, 0)).toEqual(close([266.4049948, -28.9361740], 6))
    expect(icrsFromGalactic(...galacticFromIcrs(83.6332, 22.0145))).toEqual(close([83.6332, 22.0145]))
  })

  it('gives angles from the axes of an instrument', () => {
    const pointing = { ra: 0, dec: 0, raX: 90, decX: 0 }
    expect(boresightAngles(pointing, 10, 0)).toEqual({ theta: expect.closeTo(10, 9), phi: expect.closeTo(0, 9) })
    expect(boresightAngles(pointing, 0, 10)).toEqual({ theta: expect.closeTo(10, 9), phi: expect.closeTo(90, 9) })
    expect(boresightAngles(pointing, 180, 0).theta).toBe(180)
  })

  it('knows what the Earth hides', () => {
    expect(isOcculted(30, 40, 67, 210, -40)).toBe(true)
    expect(isOcculted(30, 40, 67, 30, 40)).toBe(false)
    expect(isOcculted(0, 0, 67, 112, 0)).toBe(false)
    expect(isOcculted(0, 0, 67, 114, 0)).toBe(true)
  })

  it('places the Sun at the equinox and the solstice', () => {
    expect(separation(...sunPosition(ttFromUtcIso('2024-03-20T03:06')), 0, 0)).toBeLessThan(0.35)
    expect(sunPosition(ttFromUtcIso('2024-06-20T20:51'))[1]).toBeCloseTo(23.44, 1)
  })
})

describe('angle texts', () => {
  it.each([
    ['83.6331', 'ra', 83.6331], ['05:34:31.9', 'ra', 83.63291667], ['05h34m31.9s', 'ra', 83.63291667], ['05 34 31.9', 'ra', 83.63291667], ['83d38m00s', 'ra', 83.63333333], ['-10', 'ra', 350],
    ['+22d00m52s', 'dec', 22.01444444], ['-0:30:00', 'dec', -0.5], ['−28 56 10', 'dec', -28.93611111], ['22.0145', 'dec', 22.0145], ['+22:00', 'dec', 22],
  ] as const)('reads %s as %s', (text, kind, degrees) => {
    expect(parseAngle(text, kind)).toBeCloseTo(degrees, 7)
  })

  it.each([['', 'ra'], ['north', 'dec'], ['91', 'dec'], ['-90:00:01', 'dec'], ['361', 'ra'], ['25:00:00', 'ra'], ['12:60:00', 'ra'], ['1:2:3:4', 'ra'], ['5h30m', 'dec'], ['NaN', 'ra'], ['1e400', 'ra']] as const)('refuses %j as %s', (text, kind) => {
    expect(() => parseAngle(text, kind)).toThrow(expect.objectContaining({ code: 'bad-position' }))
  })

  it('writes what it reads, and carries when it rounds', () => {
    expect(formatRa(83.6331)).toBe('05h34m31.94s')
    expect(formatDec(-28.93611111)).toBe('-28d56m10.0s')
    expect(formatRa(359.9999999)).toBe('00h00m00.00s')
    expect(formatDec(-0.000001)).toBe('+00d00m00.0s')
    expect(formatDec(59.9999999)).toBe('+60d00m00.0s')
    expect(parseAngle(formatDec(-5.123456, 4), 'dec')).toBeCloseTo(-5.123456, 7)
  })
})

describe('projections', () => {
  it.each(['TAN', 'SIN', 'ZEA', 'CAR', 'AIT', 'MOL'] as ProjectionCode[])('%s goes there and back', (projection) => {
    const wcs = makeWcs({ projection, crpix: [50.5, 40.5], crval: [266.4, -28.9], cdelt: [-0.2, 0.2], pc: [0.8, -0.6, 0.6, 0.8] })
    expect(wcs.toPixel(266.4, -28.9)).toEqual(close([50.5, 40.5]))
    for (const [lon, lat] of [[260, -20], [300, -60], [200, -28], [266.4, -88]] as const) {
      const pixel = wcs.toPixel(lon, lat)
      expect(pixel).toBeDefined()
      expect(wcs.toWorld(...pixel!)).toEqual(close([lon, lat], 8))
    }
  })

  it('has east to the left and north up, and an outside', () => {
    const wcs = makeWcs({ projection: 'TAN', crpix: [1, 1], crval: [10, 0], cdelt: [-1, 1] })
    expect(wcs.toPixel(11, 0)![0]).toBeLessThan(1)
    expect(wcs.toPixel(10, 1)![1]).toBeGreaterThan(1)
    expect(wcs.toPixel(190, 0)).toBeUndefined()
    const sky = makeWcs({ projection: 'AIT', crpix: [180, 90], crval: [0, 0], cdelt: [-1, 1], frame: 'galactic' })
    expect(sky.toWorld(1, 1)).toBeUndefined()
    expect(sky.toWorld(180, 90)).toEqual(close([0, 0]))
  })

  it('says itself in cards', () => {
    const wcs = makeWcs({ projection: 'CAR', crpix: [5, 6], crval: [120, 0], cdelt: [-0.5, 0.5], frame: 'galactic' })
    const cards = new Map<string, FitsValue>(wcsCards(wcs).map((card) => [card[0], card[1]]))
    expect(cards.get('CTYPE1')).toBe('GLON-CAR')
    const again = wcsFromHeader({ get: (keyword) => cards.get(keyword) })
    expect(again.toPixel(130, 12)).toEqual(wcs.toPixel(130, 12))
    expect(again.frame).toBe('galactic')
  })

  it('reads CD and CROTA2, and refuses other maps by name', () => {
    const cards: Record<string, FitsValue> = { CTYPE1: 'RA---TAN', CTYPE2: 'DEC--TAN', CRPIX1: 10, CRPIX2: 10, CRVAL1: 80, CRVAL2: 20 }
    const read = (more: Record<string, FitsValue>): ReturnType<typeof wcsFromHeader> => wcsFromHeader({ get: (keyword) => ({ ...cards, ...more })[keyword] })
    const [c, s] = [Math.cos(0.3), Math.sin(0.3)]
    const byCd = read({ CD1_1: -0.1 * c, CD1_2: -0.1 * s, CD2_1: -0.1 * s, CD2_2: 0.1 * c })
    const byAngle = read({ CDELT1: -0.1, CDELT2: 0.1, CROTA2: (0.3 * 180) / Math.PI })
    expect(byAngle.toPixel(81, 21)).toEqual(close(byCd.toPixel(81, 21)!))
    for (const [more, word] of [[{ CTYPE1: 'RA---STG', CTYPE2: 'DEC--STG' }, 'STG'], [{ CTYPE1: 'DEC--TAN', CTYPE2: 'RA---TAN' }, 'DEC--TAN'], [{ PV2_1: 0.1, CDELT1: 1, CDELT2: 1 }, 'PV2_1'], [{}, 'CDELT1']] as const) {
      expect(() => read(more as Record<string, FitsValue>)).toThrow(expect.objectContaining({ code: 'file-unusable', message: expect.stringContaining(word) }))
    }
    expect(() => makeWcs({ projection: 'TAN', crpix: [1, 1], crval: [0, 0], cdelt: [0, 1] })).toThrow('inverted')
  })

  it('draws the whole sky in an ellipse', () => {
    expect(mollweide(180, 0)).toEqual(close([2 * Math.SQRT2, 0]))
    expect(mollweide(-180, 0)).toEqual(close([-2 * Math.SQRT2, 0]))
    expect(mollweide(0, 90)).toEqual(close([0, Math.SQRT2]))
    expect(mollweide(350, 0)[0]).toBeLessThan(0)
    for (const [lon, lat] of [[170, 89.9], [-100, -45], [30, 0], [1, -89.99999]] as const) expect(mollweideInverse(...mollweide(lon, lat))).toEqual(close([lon, lat], 6))
    expect(mollweideInverse(2.8, 0.5)).toBeUndefined()
    expect(mollweideInverse(0, 1.5)).toBeUndefined()
  })
})
