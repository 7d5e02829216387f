import path from 'node:path'
import { importsOf, scan } from './read-source.js'

/** A file of the project: path relative to its root with "/" between folders, and its text. */
export interface SourceFile {
  path: string
  text: string
}

/** Which of our packages each package may import: the table of the layout, from the contracts down to the composition root. */
export const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'schemas': [],
  'science': ['schemas'],
  'instruments': ['schemas', 'science'],
  'storage': ['schemas', 'science'],
  'ingest': ['schemas', 'science', 'instruments', 'storage'],
  'stream-processors': ['schemas', 'science', 'instruments', 'storage'],
  'analysis': ['schemas', 'science', 'instruments', 'storage'],
  'api': ['schemas', 'science', 'instruments', 'storage', 'analysis'],
  'qla-dashboard': ['schemas', 'science'],
  'cli': ['schemas', 'science', 'instruments', 'storage', 'ingest', 'stream-processors', 'analysis', 'api'],
}

const MAX_LINES = 500
// Put together here, so that this file does not break its own rule.
const UNFINISHED = new RegExp(`\\b(?:${['TO' + 'DO', 'FIX' + 'ME', 'X'.repeat(3)].join('|')})\\b`)
const IMPURE: readonly [RegExp, string][] = [
  [/\bDate\.now\b/, 'reads the clock (Date.now)'],
  [/\bnew\s+Date\s*(?:\(\s*\)|(?![\s\w(]))/, 'reads the clock (new Date())'],
  [/(?<![\w.]|new\s)Date\s*\(/, 'reads the clock (Date())'],
  [/\bperformance\b\s*\./, 'reads the clock (performance)'],
  [/\bset(?:Timeout|Interval|Immediate)\b/, 'waits for the clock'],
  [/\bMath\.random\b/, 'is random (Math.random)'],
  [/\b(?:getRandomValues|randomUUID|randomBytes)\b/, 'is random (crypto)'],
  [/\bconsole\s*\./, 'writes to the console'],
  [/(?<![\w.])fetch\s*\(/, 'reaches the network (fetch)'],
  [/\bprocess\s*\./, 'reads the process'],
]

const isTest = (file: string): boolean => /\.(test|bench)\.ts$/.test(file) || /^[^/]+\/test\//.test(file)
const isCode = (file: string): boolean => /\.(ts|mjs|cjs|js)$/.test(file) && !file.endsWith('.d.ts')
const workspaceOf = (file: string): string => file.split('/', 1)[0]!
const isSource = (file: string): boolean => isCode(file) && workspaceOf(file) in MAY_IMPORT
const isGenerated = (file: string): boolean => /(^|\/)generated\//.test(file) || file.startsWith('schemas/json/')

/** The name of the package that a bare specifier belongs to. */
function packageOf(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
}

/** A package imports only those of ours that stand before it; a relative import never leaves its package. Joining tests (test/) may see all. */
export function forbiddenImports(files: readonly SourceFile[]): string[] {
  const found: string[] = []
  for (const file of files.filter((f) => isSource(f.path) && !/^[^/]+\/test\//.test(f.path))) {
    const own = workspaceOf(file.path)
    for (const { specifier } of importsOf(file.text)) {
      const ours = /^@heavens\/([^/]+)/.exec(specifier)?.[1]
      if (ours !== undefined && !MAY_IMPORT[own]!.includes(ours)) found.push(`${file.path}: ${own} must not import ${ours}`)
      if (specifier.startsWith('.') && workspaceOf(path.posix.join(path.posix.dirname(file.path), specifier)) !== own) found.push(`${file.path}: ${specifier} leaves ${own}`)
    }
  }
  return found
}

/** Relative imports of a file, as paths of the project. */
function neighbours(file: SourceFile, typesToo: boolean): string[] {
  return importsOf(file.text).filter((i) => i.specifier.startsWith('.') && (typesToo || !i.typeOnly))
    .map((i) => path.posix.join(path.posix.dirname(file.path), i.specifier).replace(/\.js$/, '.ts'))
}

/** Suites that several tests share (a contract, a conformance suite): files that tests import and no other source does. */
function sharedSuites(files: readonly SourceFile[]): Set<string> {
  const sources = files.filter((f) => isSource(f.path))
  const byTests = new Set(sources.filter((f) => isTest(f.path)).flatMap((f) => neighbours(f, true)))
  const byOthers = new Set(sources.filter((f) => !isTest(f.path)).flatMap((f) => neighbours(f, true)))
  return new Set([...byTests].filter((file) => !byOthers.has(file) && !/(^|\/)(index|main)\.ts$/.test(file)))
}

/** The manifests say the same as the table, and name every package that the sources import. */
export function manifestFaults(files: readonly SourceFile[]): string[] {
  const found: string[] = []
  const suites = sharedSuites(files)
  for (const [own, allowed] of Object.entries(MAY_IMPORT)) {
    const manifest = files.find((f) => f.path === `${own}/package.json`)
    if (manifest === undefined) continue
    const declared = Object.keys((JSON.parse(manifest.text) as { dependencies?: Record<string, string> }).dependencies ?? {})
    for (const name of declared) {
      const ours = /^@heavens\/(.+)/.exec(name)?.[1]
      if (ours !== undefined && !allowed.includes(ours)) found.push(`${manifest.path}: ${own} must not depend on ${ours}`)
    }
    for (const file of files.filter((f) => f.path.startsWith(`${own}/src/`) && isCode(f.path) && !isTest(f.path) && !suites.has(f.path))) {
      for (const { specifier, typeOnly } of importsOf(file.text)) {
        if (specifier.startsWith('.') || specifier.startsWith('node:') || typeOnly) continue
        if (!declared.includes(packageOf(specifier))) found.push(`${file.path}: ${packageOf(specifier)} is not among the dependencies of ${own}`)
      }
    }
  }
  return found
}

/** No file of a package reaches itself through its imports (types aside, which leave nothing behind). Each cycle is given once. */
export function importCycles(files: readonly SourceFile[]): string[] {
  const sources = files.filter((f) => isSource(f.path) && !isTest(f.path))
  const known = new Set(sources.map((f) => f.path))
  const edges = new Map(sources.map((f) => [f.path, neighbours(f, false).filter((to) => known.has(to))]))
  const found: string[] = []
  const done = new Set<string>()
  const visit = (at: string, trail: string[]): void => {
    const seen = trail.indexOf(at)
    if (seen >= 0) found.push([...trail.slice(seen), at].join(' → '))
    if (seen >= 0 || done.has(at)) return
    for (const to of edges.get(at)!) visit(to, [...trail, at])
    done.add(at)
  }
  for (const file of sources) visit(file.path, [])
  return found
}

/** RxJS wires pipelines; numbers and instruments know nothing of it. */
export function rxjsWhereItMustNotBe(files: readonly SourceFile[]): string[] {
  return files.filter((f) => isCode(f.path) && /^(science|instruments)\//.test(f.path) && importsOf(f.text).some((i) => packageOf(i.specifier) === 'rxjs')).map((f) => `${f.path}: imports rxjs`)
}

/** Kernels and processors depend on their arguments alone: no clock, no randomness, no input or output. */
export function impurities(files: readonly SourceFile[]): string[] {
  const found: string[] = []
  for (const file of files.filter((f) => /^(science\/src|stream-processors\/src\/processors)\//.test(f.path) && isCode(f.path) && !isTest(f.path))) {
    for (const { specifier, typeOnly } of importsOf(file.text)) if (specifier.startsWith('node:') && !typeOnly) found.push(`${file.path}: imports ${specifier}`)
    scan(file.text).code.split('\n').forEach((line, i) => {
      for (const [pattern, what] of IMPURE) if (pattern.test(line)) found.push(`${file.path}:${i + 1}: ${what}`)
    })
  }
  return found
}

/** An instrument is named in its folder only; the simulator's scenarios, tests, and the examples beside the schemas are documentation. */
export function strayInstrumentIds(files: readonly SourceFile[], ids: readonly string[]): string[] {
  if (ids.length === 0) return []
  const named = new RegExp(`(?<![a-z0-9-])(?:${ids.join('|')})(?![a-z0-9-])`)
  const found: string[] = []
  for (const file of files.filter((f) => isSource(f.path) && !isTest(f.path) && !/^(instruments\/|ingest\/src\/simulator\/(.*\/)?scenarios?[/.])/.test(f.path))) {
    const text = file.path.startsWith('schemas/src/') ? withoutExamples(file.text) : file.text
    for (const { value, line } of scan(text).strings) if (named.test(value)) found.push(`${file.path}:${line}: names an instrument ('${value}')`)
  }
  return found
}

/** Blanks out `export const …Example(s) = …` up to the line that closes it. */
function withoutExamples(text: string): string {
  return text.replace(/^export const \w+Examples?\b.*[{[]\n[\s\S]*?^[}\]].*$|^export const \w+Examples?\b.*$/gm, (example) => example.replace(/[^\n]/g, ' '))
}

/** The generated index of instruments lists exactly the folders that hold an instrument. */
export function indexFaults(index: SourceFile, folders: readonly string[]): string[] {
  const listed = importsOf(index.text).map((i) => /^\.\.\/([^/]+)\//.exec(i.specifier)?.[1]).filter((id) => id !== undefined)
  return [
    ...folders.filter((id) => !listed.includes(id)).map((id) => `${index.path}: ${id} is missing`),
    ...listed.filter((id) => !folders.includes(id)).map((id) => `${index.path}: ${id} has no folder with a descriptor`),
  ]
}

/** docs/errors.md has one row per code, each code a row, with its status and its sentence (fields in italics). */
export function errorTableFaults(page: string, errors: Readonly<Record<string, { status: number; sentence: string }>>): string[] {
  const rows = [...page.matchAll(/^\| `([a-z-]+)` \| (\d{3}) \| (.*?) \| (.*?) \|$/gm)].map(([, code, status, sentence, advice]) => ({ code: code!, status: Number(status), sentence, advice }))
  const found = Object.keys(errors).filter((code) => !rows.some((row) => row.code === code)).map((code) => `docs/errors.md: ${code} is missing`)
  rows.forEach((row, i) => {
    const error = errors[row.code]
    if (error === undefined) return found.push(`docs/errors.md: there is no code ${row.code}`)
    if (error.status !== row.status) found.push(`docs/errors.md: ${row.code} has status ${error.status}, not ${row.status}`)
    if (error.sentence.replace(/\{(\w+)\}/g, '*$1*') !== row.sentence) found.push(`docs/errors.md: ${row.code} says "${error.sentence}"`)
    if (row.advice === '') found.push(`docs/errors.md: ${row.code} does not say what to do`)
    if (rows.findIndex((other) => other.code === row.code) < i) found.push(`docs/errors.md: ${row.code} has two rows`)
  })
  return found
}

/** What the page of operations does not tell: options of the command line and variables of the environment (`HEAVENS_…`) that the code reads. */
export function untoldSettings(files: readonly SourceFile[], page: string): string[] {
  const settings = new Map<string, string>()
  for (const file of files.filter((f) => isCode(f.path) && !/^[^/]+\/test\//.test(f.path))) {
    const { code, strings } = scan(file.text)
    for (const match of code.matchAll(/\benv(?:\.|\[['"])(HEAVENS_\w+)/g)) settings.set(match[1]!, file.path)
    if (file.path.startsWith('cli/src/')) for (const { value } of strings) if (/^--[a-z-]+( [<[]|$)/.test(value)) settings.set(value.split(' ')[0]!, file.path)
  }
  return [...settings].filter(([name]) => !new RegExp(`\\W${name}\\b`).test(page)).map(([name, file]) => `${file}: ${name} is not in docs/operations.md`)
}

/** Hand-written sources stay short enough to be read. */
export function longFiles(files: readonly SourceFile[]): string[] {
  return files.filter((f) => /\.(ts|mjs|cjs|js|py|css|html|sh)$/.test(f.path) && !isGenerated(f.path))
    .map((f) => ({ path: f.path, lines: f.text.replace(/\n$/, '').split('\n').length })).filter(({ lines }) => lines > MAX_LINES).map((f) => `${f.path}: ${f.lines} lines, at most ${MAX_LINES}`)
}

/** Nothing is left for later in the text of the project. */
export function unfinishedWords(files: readonly SourceFile[]): string[] {
  return files.flatMap((f) => f.text.split('\n').flatMap((line, i) => (UNFINISHED.test(line) ? [`${f.path}:${i + 1}: ${line.trim().slice(0, 80)}`] : [])))
}

/** What science exports says what it computes. Of overloads, the first carries the text. */
export function functionsWithoutDocstring(files: readonly SourceFile[]): string[] {
  const found: string[] = []
  for (const file of files.filter((f) => f.path.startsWith('science/src/') && isCode(f.path) && !isTest(f.path))) {
    const lines = file.text.split('\n')
    const documented = new Set<string>()
    lines.forEach((line, i) => {
      const name = /^export (?:async )?function\*? ?(\w+)/.exec(line)?.[1] ?? /^export const (\w+)(?::[^=]+)? = (?:async )?(?:<[^>]*>)?\([^)]*\)(?:: [^=]+)? =>/.exec(line)?.[1]
      if (name === undefined) return
      if (/\*\/\s*$/.test(lines[i - 1] ?? '')) documented.add(name)
      if (!documented.has(name)) found.push(`${file.path}:${i + 1}: ${name} has no docstring`)
    })
  }
  return found
}

/** Relative links of Markdown pages lead to something. `exists` takes a path relative to the root. */
export function deadLinks(files: readonly SourceFile[], exists: (file: string) => boolean): string[] {
  const found: string[] = []
  for (const file of files.filter((f) => f.path.endsWith('.md'))) {
    // Code is shown, not linked.
    const text = file.text.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, '')
    for (const match of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      const target = match[1]!.replace(/#.*$/, '')
      if (target === '' || /^[a-z]+:/.test(target)) continue
      const at = path.posix.join(path.posix.dirname(file.path), target)
      if (at.startsWith('..') || !exists(at)) found.push(`${file.path}: ${target} leads nowhere`)
    }
  }
  return found
}

/** No path of one person's machine. */
export function machinePaths(files: readonly SourceFile[]): string[] {
  return files.flatMap((f) => f.text.split('\n').flatMap((line, i) => (/(^|[^a-z.])\/(work|root|farm)\//.test(line) ? [`${f.path}:${i + 1}: ${line.trim().slice(0, 80)}`] : [])))
}
