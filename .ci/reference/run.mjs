// Compares our numbers with the field's own software. Each check-*.py runs in the reference Python and exits 0 when all agree.
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import path from 'node:path'

const here = path.dirname(fileURLToPath(import.meta.url))
const root = path.resolve(here, '../..')
const script = path.join(root, '../shared/services/python-reference')
const python = process.env.HEAVENS_PYTHON ?? (existsSync(script) ? execFileSync(script, { encoding: 'utf8' }).trim().split('\n').at(-1) : undefined)
if (!python) {
  console.log('SKIPPED: reference checks need a Python with astropy, healpy and Sherpa; name it in HEAVENS_PYTHON')
  process.exit(0)
}
const data = process.env.HEAVENS_DATA ?? path.join(root, '../shared/data')
const wanted = process.argv.slice(2)
let failed = 0
let passed = 0
for (const file of readdirSync(here).filter((f) => /^check-.*\.py$/.test(f) && (wanted.length === 0 || wanted.some((w) => f.includes(w)))).sort()) {
  const started = Date.now()
  const run = spawnSync(python, [path.join(here, file)], { cwd: root, stdio: 'inherit', env: { ...process.env, HEAVENS_DATA: data, PYTHONDONTWRITEBYTECODE: '1' } })
  if (run.status === 0) passed++
  else failed++
  console.log(`${run.status === 0 ? 'agrees  ' : 'DIFFERS '} ${file} (${((Date.now() - started) / 1000).toFixed(1)} s)`)
}
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed ? 1 : 0)
