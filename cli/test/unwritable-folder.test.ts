import { spawn } from 'node:child_process'
import { chmod, mkdir } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { temporaryFolder, type Ended } from './heavens.js'

const PROGRAM = fileURLToPath(new URL('../bin/heavens.js', import.meta.url))
/** Root may write anywhere: then the program runs as nobody. */
const NOBODY = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}

let folder: string
let remove: () => Promise<void>
beforeAll(async () => {
  ;({ folder, remove } = await temporaryFolder())
  await chmod(folder, 0o755)
  await mkdir(path.join(folder, 'locked'))
  await chmod(path.join(folder, 'locked'), 0o555)
})
afterAll(async () => {
  await chmod(path.join(folder, 'locked'), 0o755)
  await remove()
})

function run(args: readonly string[], data: string): Promise<Ended> {
  const child = spawn(process.execPath, [PROGRAM, ...args], { ...NOBODY, cwd: folder, env: { ...process.env, HEAVENS_TOKEN: undefined, HEAVENS_DATA_DIR: data, HEAVENS_LOG: 'embedded', HEAVENS_CURVES: 'embedded', HEAVENS_ARCHIVE: 'files', HEAVENS_PORT: '0' }, stdio: ['ignore', 'pipe', 'pipe'], timeout: 30_000 })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (bytes: Buffer) => (stdout += bytes.toString()))
  child.stderr.on('data', (bytes: Buffer) => (stderr += bytes.toString()))
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })))
}

it.each([['process'], ['ingest'], ['work'], ['api'], ['up']])('heavens %s does not start on a data folder that it may not write to, and names it', async (name) => {
  for (const data of [path.join(folder, 'locked'), path.join(folder, 'locked', 'new')]) {
    const { code, stderr } = await run([name], data)
    expect(code, stderr).not.toBe(null)
    expect(code, stderr).not.toBe(0)
    expect(stderr).toContain('[folder-unusable]')
    expect(stderr).toContain(data)
  }
}, 60_000)
