import { ERRORS } from '@heavens/schemas'
import { describe, expect, it } from 'vitest'
import { exists, instrumentIds, readProject } from './project.js'
import * as rules from './rules.js'

const files = readProject()
const INDEX = 'instruments/src/generated/index.ts'
const PICTURE = 'docs/screenshot.png'
const index = files.find((file) => file.path === INDEX)
const page = files.find((file) => file.path === 'docs/errors.md')?.text ?? ''

describe('the project', () => {
  it('is read at all', () => {
    expect(files.length).toBeGreaterThan(50)
    for (const name of Object.keys(rules.MAY_IMPORT)) expect(files.some((file) => file.path.startsWith(`${name}/src/`))).toBe(true)
  })

  it('imports between packages as the table of the layout allows', () => {
    expect(rules.forbiddenImports(files)).toEqual([])
  })

  it('declares what it imports, and nothing that the table forbids', () => {
    expect(rules.manifestFaults(files)).toEqual([])
  })

  it('has no import cycle inside a package', () => {
    expect(rules.importCycles(files)).toEqual([])
  })

  it('keeps rxjs out of science and instruments', () => {
    expect(rules.rxjsWhereItMustNotBe(files)).toEqual([])
  })

  it('has no clock, randomness or input and output in science and processors', () => {
    expect(rules.impurities(files)).toEqual([])
  })

  it('names instruments in their folders only', () => {
    expect(rules.strayInstrumentIds(files, instrumentIds())).toEqual([])
  })

  it.skipIf(index === undefined)('has an index that lists every instrument', () => {
    expect(rules.indexFaults(index!, instrumentIds())).toEqual([])
  })

  it('documents every error code, and no other', () => {
    expect(rules.errorTableFaults(page, ERRORS)).toEqual([])
  })

  it('tells every option and every variable of the environment', () => {
    expect(rules.untoldSettings(files, files.find((file) => file.path === 'docs/operations.md')?.text ?? '')).toEqual([])
  })

  it('has no source file of more than 500 lines', () => {
    expect(rules.longFiles(files)).toEqual([])
  })

  it('leaves nothing for later', () => {
    expect(rules.unfinishedWords(files)).toEqual([])
  })

  it('describes every function that science exports', () => {
    expect(rules.functionsWithoutDocstring(files)).toEqual([])
  })

  it('has pages whose links lead somewhere', () => {
    if (!exists(PICTURE)) console.warn(`${PICTURE} is not there yet: the browser test makes it`)
    expect(rules.deadLinks(files, (file) => file === PICTURE || exists(file))).toEqual([])
  })

  it('knows no path of one machine', () => {
    expect(rules.machinePaths(files)).toEqual([])
  })
})
