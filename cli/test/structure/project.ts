import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import path from 'node:path'
import type { SourceFile } from './rules.js'

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url))

/** Folders that hold nothing hand-written. */
const SKIPPED = new Set(['node_modules', 'dist', 'dist-types', '.git', 'coverage', 'heavens-data', 'screenshots', 'test-results'])
const READ = /\.(ts|mjs|cjs|js|py|css|html|sh|md|json|ya?ml)$|^run$/

function* walk(folder: string): Generator<string> {
  for (const entry of readdirSync(path.join(ROOT, folder), { withFileTypes: true })) {
    const at = folder === '' ? entry.name : `${folder}/${entry.name}`
    if (entry.isDirectory()) {
      if (!SKIPPED.has(entry.name)) yield* walk(at)
    } else if (entry.isFile()) yield at
  }
}

/** Every text file of the project with its path relative to the root, "/" between folders. */
export function readProject(): SourceFile[] {
  const files: SourceFile[] = []
  for (const file of walk('')) if (READ.test(path.basename(file)) && file !== 'package-lock.json') files.push({ path: file, text: readFileSync(path.join(ROOT, file), 'utf8') })
  return files
}

/** Folders of instruments: those under instruments/src that hold a descriptor. The folder's name is the instrument's id. */
export function instrumentIds(): string[] {
  const folder = path.join(ROOT, 'instruments/src')
  return readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory() && existsSync(path.join(folder, entry.name, 'descriptor.ts'))).map((entry) => entry.name).sort()
}

export function exists(file: string): boolean {
  return existsSync(path.join(ROOT, file))
}
