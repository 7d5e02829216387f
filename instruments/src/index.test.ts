import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { bytesSource, openFits, writeFits } from '@heavens/science/fits'
import { indexText, instrumentFolders } from '../generate-index.mjs'
import { findInstrument, INSTRUMENTS, recogniseFile } from './index.js'
import { allRealData, realData } from './real-data.js'

describe('the index of instruments', () => {
  it('is what the folders are', () => {
    expect(readFileSync(new URL('generated/index.ts', import.meta.url), 'utf8')).toBe(indexText(instrumentFolders()))
  })

  it('has each instrument in the folder of its id, with a README', () => {
    expect(INSTRUMENTS.map(instrument => instrument.descriptor.id)).toEqual(instrumentFolders())
    for (const folder of instrumentFolders()) expect(readFileSync(new URL(`${folder}/README.md`, import.meta.url), 'utf8').length).toBeGreaterThan(500)
  })

  it('finds one by id and names the known ones otherwise', () => {
    expect(findInstrument('fermi-lat').descriptor.name).toBe('LAT')
    expect(() => findInstrument('fermi-lad')).toThrow(/fermi-gbm, fermi-lat, hegra, iact, integral-spi-acs, swift-bat-rates/)
  })
})

describe('whose a file is', () => {
  it('is said to be unknown with what the file calls itself', async () => {
    const bytes = writeFits([{ kind: 'image' }, { kind: 'bintable', name: 'EVENTS', rows: 0, columns: [], cards: [['TELESCOP', 'NuSTAR'], ['INSTRUME', 'FPMA']] }])
    const file = await openFits(bytesSource(bytes), 'nu.evt')
    expect(() => recogniseFile(file)).toThrow('No instrument knows nu.evt: TELESCOP NUSTAR, INSTRUME FPMA, extensions EVENTS.')
  })

  const paths = allRealData()
  const real = realData(...(paths.length > 0 ? paths : ['(any file)']))
  it.skipIf(!real.present)('is right for every real file: none is taken by two, none of another mission by any', async () => {
    const taken: Record<string, string[]> = {}
    for (const path of paths) {
      const file = await openFits(bytesSource(real.bytes(path)), path)
      const owners = INSTRUMENTS.flatMap(instrument => {
        const kind = instrument.recognise(file)
        return kind === undefined ? [] : [`${instrument.descriptor.id} ${kind}`]
      })
      expect(owners.slice(1)).toEqual([])
      if (owners[0] !== undefined) (taken[owners[0]] ??= []).push(path)
    }
    expect(Object.fromEntries(Object.entries(taken).map(([owner, files]) => [owner, files.length]))).toEqual({
      'fermi-gbm events': 6, 'fermi-gbm calibration': 14, 'fermi-lat events': 5, 'fermi-lat calibration': 3, 'fermi-lat pointing': 2, 'iact events': 17, 'integral-spi-acs rates': 1, 'swift-bat-rates rates': 2,
    })
    for (const [owner, files] of Object.entries(taken)) for (const path of files) expect(path.split('/')[0]).toMatch(owner.startsWith('fermi') ? /^fermi-/ : owner.startsWith('integral') ? /^integral$/ : owner.startsWith('iact') ? /^iact$/ : /^swift-bat$/)
  })
})
