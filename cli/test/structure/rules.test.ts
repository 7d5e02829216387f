import { describe, expect, it } from 'vitest'
import { importsOf, scan } from './read-source.js'
import * as rules from './rules.js'

const file = (path: string, text: string): rules.SourceFile => ({ path, text })

describe('reading a source', () => {
  it('finds imports in every form, and not in comments, texts or regular expressions', () => {
    const text = [
      "import a from 'a'", "import type { B } from 'b'", "import { c,\n  type D } from 'c'", "import * as e from \"e\"", "import 'f'", "export * from './g.js'", "export type * from './h.js'",
      "const later = await import('./i.js')", "// import j from 'j'", "/* import k from 'k' */", "const text = `\nimport l from 'l'\n${await import('m')}`",
      "const quote = /'/; // import n from 'n'", "const half = a / 2 // import o from 'o'",
    ].join('\n')
    expect(importsOf(text).filter((i) => i.specifier !== 'l')).toEqual([
      { specifier: 'a', typeOnly: false }, { specifier: 'b', typeOnly: true }, { specifier: 'c', typeOnly: false }, { specifier: 'e', typeOnly: false }, { specifier: 'f', typeOnly: false },
      { specifier: './g.js', typeOnly: false }, { specifier: './h.js', typeOnly: true }, { specifier: './i.js', typeOnly: false }, { specifier: 'm', typeOnly: false },
    ])
  })

  it('keeps lines where they are and gives the texts of templates around their expressions', () => {
    const { code, strings } = scan("/* one\ntwo */ const a = `x${b ? { c: 'd' }.c : `e`}f`\nconst g = 'h' // i")
    expect(code.split('\n').length).toBe(3)
    expect(code).not.toContain('two')
    expect(strings).toEqual([{ value: 'x', line: 2 }, { value: 'd', line: 2 }, { value: 'e', line: 2 }, { value: 'f', line: 2 }, { value: 'h', line: 3 }])
  })
})

describe('each rule bites on what is planted, and on nothing else', () => {
  it('imports between packages', () => {
    const planted = [
      file('science/src/a.ts', "import { Archive } from '@heavens/storage'"),
      file('schemas/src/b.ts', "import type { Matrix } from '@heavens/science/sky'"),
      file('qla-dashboard/src/c.ts', "const api = await import('@heavens/api')"),
      file('api/src/d.ts', "import { open } from '../../storage/src/open.js'"),
      file('ingest/src/e.test.ts', "import { step } from '@heavens/stream-processors'"),
    ]
    expect(rules.forbiddenImports(planted)).toEqual([
      'science/src/a.ts: science must not import storage', 'schemas/src/b.ts: schemas must not import science', 'qla-dashboard/src/c.ts: qla-dashboard must not import api',
      'api/src/d.ts: ../../storage/src/open.js leaves api', 'ingest/src/e.test.ts: ingest must not import stream-processors',
    ])
    expect(rules.forbiddenImports([
      file('science/src/a.ts', "import { ERRORS } from '@heavens/schemas'\n// import { x } from '@heavens/api'"), file('api/src/deep/b.ts', "import { c } from '../c.js'"),
      file('ingest/test/join.test.ts', "import { step } from '@heavens/stream-processors'"), file('cli/src/main.ts', "import { api } from '@heavens/api'"),
    ])).toEqual([])
  })

  it('manifests', () => {
    const manifest = (dependencies: object): string => JSON.stringify({ dependencies })
    expect(rules.manifestFaults([
      file('science/package.json', manifest({ '@heavens/storage': '0.1.0', 'fft.js': '4.0.4' })), file('science/src/a.ts', "import FFT from 'fft.js'\nimport { z } from 'zod'\nimport type { X } from 'x'\nimport { y } from '@scope/y/sub'"),
    ])).toEqual(['science/package.json: science must not depend on storage', 'science/src/a.ts: zod is not among the dependencies of science', 'science/src/a.ts: @scope/y is not among the dependencies of science'])
    expect(rules.manifestFaults([file('science/package.json', manifest({ '@heavens/schemas': '0.1.0' })), file('science/src/a.ts', "import { E } from '@heavens/schemas'\nimport fs from 'node:fs'"), file('science/src/a.test.ts', "import fc from 'fast-check'")])).toEqual([])
    const suite = [file('science/package.json', manifest({})), file('science/src/contract.ts', "import { it } from 'vitest'"), file('science/src/a.test.ts', "import { contract } from './contract.js'")]
    expect(rules.manifestFaults(suite)).toEqual([])
    expect(rules.manifestFaults([...suite, file('science/src/index.ts', "export * from './contract.js'")])).toEqual(['science/src/contract.ts: vitest is not among the dependencies of science'])
  })

  it('import cycles', () => {
    const ring = [file('science/src/a.ts', "import './b.js'"), file('science/src/b.ts', "export * from './sub/c.js'"), file('science/src/sub/c.ts', "import { a } from '../a.js'")]
    expect(rules.importCycles(ring)).toEqual(['science/src/a.ts → science/src/b.ts → science/src/sub/c.ts → science/src/a.ts'])
    expect(rules.importCycles([file('science/src/a.ts', "import './a.js'")])).toEqual(['science/src/a.ts → science/src/a.ts'])
    expect(rules.importCycles([...ring.slice(0, 2), file('science/src/sub/c.ts', "import type { A } from '../a.js'")])).toEqual([])
  })

  it('rxjs', () => {
    const planted = [file('science/src/a.ts', "import { map } from 'rxjs'"), file('instruments/src/x/b.ts', "import type { Observable } from 'rxjs/operators'"), file('stream-processors/src/pipeline/c.ts', "import { map } from 'rxjs'")]
    expect(rules.rxjsWhereItMustNotBe(planted)).toEqual(['science/src/a.ts: imports rxjs', 'instruments/src/x/b.ts: imports rxjs'])
  })

  it.each([
    'const t = Date.now()', 'const t = new Date()', 'const t = new Date', 'const t = Date()', 'const t = performance.now()', 'setTimeout(f, 10)', 'const r = Math.random()', 'crypto.getRandomValues(a)',
    "console.log('x')", "const page = await fetch('x')", 'const home = process.env.HOME', "import { readFileSync } from 'node:fs'", "const fs = await import('node:fs')",
  ])('purity: %s', (line) => {
    const at = 'science/src/time/a.ts'
    expect(rules.impurities([file(at, line)])).toHaveLength(1)
    expect(rules.impurities([file('stream-processors/src/processors/a.ts', line)])).toHaveLength(1)
    expect(rules.impurities([file('stream-processors/src/pipeline/a.ts', line), file('science/src/time/a.test.ts', line), file(at, `// ${line}`)])).toEqual([])
  })

  it.each(['const t = new Date(2019, 5)', "import type { Buffer } from 'node:buffer'", 'const t = toDate(x)', 'this.fetch(x)', 'const update = (x: Date): void => {}'])('purity leaves alone: %s', (line) => {
    expect(rules.impurities([file('science/src/a.ts', line)])).toEqual([])
  })

  it('instrument ids', () => {
    const ids = ['alpha-one', 'beta']
    const planted = [
      file('api/src/a.ts', "if (id === 'alpha-one') go()"), file('qla-dashboard/src/b.ts', 'const topic = `heavens.telemetry.beta`'), file('ingest/src/simulator/mission.ts', 'const id = "beta"'),
      file('schemas/src/c.ts', "export const main = 'beta'\nexport const xExample = { id: 'beta' }"),
    ]
    expect(rules.strayInstrumentIds(planted, ids)).toEqual([
      "api/src/a.ts:1: names an instrument ('alpha-one')", "qla-dashboard/src/b.ts:1: names an instrument ('heavens.telemetry.beta')", "ingest/src/simulator/mission.ts:1: names an instrument ('beta')",
      "schemas/src/c.ts:1: names an instrument ('beta')",
    ])
    expect(rules.strayInstrumentIds([
      file('instruments/src/beta/descriptor.ts', "id: 'beta'"), file('ingest/src/simulator/scenarios/bursts.ts', "'beta'"), file('api/src/a.test.ts', "'beta'"), file('cli/test/b.test.ts', "'beta'"),
      file('api/src/c.ts', "const x = 'beta-decay', y = 'alphabeta' // 'beta'"), file('bench/d.bench.mjs', "'beta'"),
      file('schemas/src/e.ts', "export const xExample: X = {\n  id: 'beta',\n}\nexport const yExamples: Y[] = [\n  { id: 'beta' },\n]\nexport const zExample = { id: 'beta' }\n"),
    ], ids)).toEqual([])
  })

  it('the index of instruments', () => {
    const index = file('instruments/src/generated/index.ts', "import { a } from '../alpha-one/index.js'\nimport { g } from '../gamma/index.js'")
    expect(rules.indexFaults(index, ['alpha-one', 'beta'])).toEqual(['instruments/src/generated/index.ts: beta is missing', 'instruments/src/generated/index.ts: gamma has no folder with a descriptor'])
    expect(rules.indexFaults(index, ['alpha-one', 'gamma'])).toEqual([])
  })

  it('the page of errors', () => {
    const page = '| `a-b` | 400 | x *y* | z |\n| `gone` | 404 | x | z |\n| `c` | 500 | x | z |\n| `c` | 501 | y |  |'
    expect(rules.errorTableFaults(page, { 'a-b': { status: 400, sentence: 'x {y}' }, 'c': { status: 501, sentence: 'x' }, 'new': { status: 409, sentence: 'n' } })).toEqual([
      'docs/errors.md: new is missing', 'docs/errors.md: there is no code gone', 'docs/errors.md: c has status 501, not 500',
      'docs/errors.md: c says "x"', 'docs/errors.md: c does not say what to do', 'docs/errors.md: c has two rows',
    ])
    expect(rules.errorTableFaults('| `a` | 400 | x | y |', { a: { status: 400, sentence: 'x' } })).toEqual([])
  })

  it('options and variables that the page of operations does not tell', () => {
    const planted = [file('cli/src/main.ts', ".option('--port <number>', 'where')\n.option('--secret', 'x')\n.requiredOption('--out <folder>', 'y')"), file('api/src/a.ts', "const t = process.env['HEAVENS_TOKEN'] ?? process.env.HEAVENS_OTHER"), file('api/src/b.ts', "'--elsewhere'")]
    expect(rules.untoldSettings(planted, 'use `--port`, `--outside` and `HEAVENS_TOKEN`')).toEqual([
      'cli/src/main.ts: --secret is not in docs/operations.md', 'cli/src/main.ts: --out is not in docs/operations.md', 'api/src/a.ts: HEAVENS_OTHER is not in docs/operations.md',
    ])
    expect(rules.untoldSettings(planted, '`--port` `--secret` `--out` `HEAVENS_TOKEN` `HEAVENS_OTHER`')).toEqual([])
  })

  it('long files', () => {
    const text = (lines: number): string => 'x\n'.repeat(lines)
    expect(rules.longFiles([file('api/src/a.ts', text(501)), file('bench/b.py', text(600))])).toEqual(['api/src/a.ts: 501 lines, at most 500', 'bench/b.py: 600 lines, at most 500'])
    expect(rules.longFiles([file('api/src/a.ts', text(500)), file('instruments/src/generated/index.ts', text(900)), file('docs/c.md', text(900)), file('schemas/json/d.json', text(900))])).toEqual([])
  })

  it('unfinished work', () => {
    const words = ['TO' + 'DO', 'FIX' + 'ME', 'X'.repeat(3)]
    expect(rules.unfinishedWords(words.map((word, i) => file(`docs/${i}.md`, `first\n// ${word}: later`)))).toHaveLength(3)
    expect(rules.unfinishedWords([file('docs/a.md', `${words[0]!.toLowerCase()} and MASTODON${words[0]!}S`)])).toEqual([])
  })

  it('docstrings of science', () => {
    const text = 'export function bare(x: number): number {\n}\nexport const arrow = (x: number): number => x\n/** Said. */\nexport function said(x: string): void\nexport function said(x: number): void\nfunction inner(): void {}\nexport const LIMIT = 5'
    expect(rules.functionsWithoutDocstring([file('science/src/a.ts', text)])).toEqual(['science/src/a.ts:1: bare has no docstring', 'science/src/a.ts:3: arrow has no docstring'])
    expect(rules.functionsWithoutDocstring([file('science/src/a.test.ts', text), file('api/src/a.ts', text)])).toEqual([])
  })

  it('links', () => {
    const page = file('docs/a.md', '[b](b.md) ![p](p.png) [up](../README.md#top) [out](https://example.org) [here](#there) `[code](nowhere.md)`\n```\n[block](nowhere.md)\n```\n[far](../../x.md)')
    expect(rules.deadLinks([page], (path) => ['docs/b.md', 'README.md'].includes(path))).toEqual(['docs/a.md: p.png leads nowhere', 'docs/a.md: ../../x.md leads nowhere'])
  })

  it('paths of one machine', () => {
    const home = ['', 'root', 'data'].join('/')
    expect(rules.machinePaths([file('bench/a.mjs', `open('${home}/x')`), file('docs/b.md', 'the folder /data/root/')])).toHaveLength(1)
  })
})
