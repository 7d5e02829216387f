import { describe, expect, it } from 'vitest'
import { CATALOGUE, findSource, nearestSource, searchSources } from '../index.js'
import { separation } from '../geometry.js'
import { plainName } from './sources.js'

describe('the catalogue', () => {
  it('has positions, brightnesses and one source per name', () => {
    expect(CATALOGUE.length).toBeGreaterThan(400)
    expect(CATALOGUE.filter(({ ra, dec, flux }) => !(ra >= 0 && ra < 360 && dec >= -90 && dec <= 90 && flux > 0 && flux <= 1))).toEqual([])
    const names = CATALOGUE.flatMap((source) => [...new Set([source.name, ...source.aliases].map(plainName))])
    expect(names.filter((name, k) => names.indexOf(name) !== k)).toEqual([])
  })

  it('agrees with the positions that names of J2000 tell', () => {
    // HHMMSS.s±DDMMSS or HHMM.m±DDMM in a name is right to its last digit, or nearly: a slip of an hour or a sign is not.
    const told = CATALOGUE.flatMap((source) => {
      const match = /J(\d\d)(\d\d(?:\.\d)?)(?:\d\d(?:\.\d+)?)?([+-])(\d\d)(\d\d)/.exec(source.name)
      if (!match) return []
      const [hours, minutes, degrees, arcmin] = [1, 2, 4, 5].map((k) => Number(match[k]))
      const dec = (degrees! + arcmin! / 60) * (match[3] === '-' ? -1 : 1)
      return [{ name: source.name, away: separation(source.ra, source.dec, (hours! + minutes! / 60) * 15, dec) }]
    })
    expect(told.length).toBeGreaterThan(50)
    expect(told.filter(({ away }) => away > 0.3)).toEqual([])
  })

  it.each([['mrk 421', 'Mkn 421'], ['M1', 'Crab'], ['crab', 'Crab'], ['CYG X1', 'Cyg X-1'], ['Cygnus X-1', 'Cyg X-1'], ['IGR J12580+0134', 'NGC 4845'], ['gx349+2', 'GX 349+2'], ['4U1728-34', 'GX 354-0'], ['CTB109', '1E 2259+586'], ['MSH 15-52', 'PSR B1509-58'], ['sgr a*', 'Sgr A*'], ['Abell 1656', 'Coma Cluster'], ['swift j1727.8−1613', 'Swift J1727.8-1613']])('knows %s as %s', (asked, name) => {
    expect(findSource(asked)?.name).toBe(name)
  })

  it('does not know what it does not know', () => {
    expect(findSource('')).toBeUndefined()
    expect(findSource('Cyg X-9')).toBeUndefined()
  })

  it('searches from the start of names, brightest first', () => {
    expect(searchSources('cyg', 3).map(({ name }) => name)).toEqual(['Cyg X-1', 'Cyg X-3', 'Cyg X-2'])
    expect(searchSources('1935').map(({ name }) => name)).toEqual(['SGR 1935+2154'])
    expect(searchSources('', 2)).toHaveLength(2)
    expect(searchSources('zzz')).toEqual([])
  })

  it('finds the nearest within a radius', () => {
    const found = nearestSource(83.7, 22.0, 0.2)
    expect(found?.source.name).toBe('Crab')
    expect(found?.separation).toBeCloseTo(0.0636, 3)
    expect(nearestSource(150, 75, 0.5)).toBeUndefined()
  })
})
