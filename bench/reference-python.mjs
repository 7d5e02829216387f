import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Path of the Python with the field's own software: HEAVENS_PYTHON, else the one beside the checkout; undefined without. */
export function referencePython() {
  if (process.env.HEAVENS_PYTHON) return process.env.HEAVENS_PYTHON
  const script = fileURLToPath(new URL('../../shared/services/python-reference', import.meta.url))
  return existsSync(script) ? execFileSync(script, { encoding: 'utf8' }).trim().split('\n').at(-1) : undefined
}
