import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { packTar, tarHeader } from './pack-tar.js'

let dir: string
beforeEach(async () => { dir = await mkdtemp(join(tmpdir(), 'heavens-tar-')) })
afterEach(() => rm(dir, { recursive: true }))

const tarThere = ((): boolean => {
  try { execFileSync('tar', ['--version']); return true } catch { console.warn('tar is not there: its reading of our archives is not tried'); return false }
})()

describe('packTar', () => {
  it.skipIf(!tarThere)('is unpacked by tar to the same bytes', async () => {
    const long = `${'deep/'.repeat(25)}light-curve.fits`
    const contents = { 'empty.txt': new Uint8Array(0), 'block.bin': new Uint8Array(512).fill(7), [long]: Uint8Array.from({ length: 300_001 }, (_, i) => i) }
    const files = []
    for (const [i, [name, bytes]] of Object.entries(contents).entries()) {
      await writeFile(join(dir, `${i}`), bytes)
      files.push({ name, file: join(dir, `${i}`) })
    }
    const pieces = []
    for await (const piece of packTar('j-1', files)) pieces.push(piece)
    await writeFile(join(dir, 'a.tar'), Buffer.concat(pieces))
    execFileSync('tar', ['-xf', 'a.tar'], { cwd: dir })
    for (const [name, bytes] of Object.entries(contents)) expect(new Uint8Array(await readFile(join(dir, 'j-1', name)))).toEqual(bytes)
  })
  it.skipIf(!tarThere)('takes pages that are no files along', async () => {
    const pieces = []
    for await (const piece of packTar('j-1', [], [{ name: 'fits.html', text: '<p>Γ = 2</p>', seconds: 1_700_000_000 }])) pieces.push(piece)
    await writeFile(join(dir, 'a.tar'), Buffer.concat(pieces))
    execFileSync('tar', ['-xf', 'a.tar'], { cwd: dir })
    expect(await readFile(join(dir, 'j-1/fits.html'), 'utf8')).toBe('<p>Γ = 2</p>')
  })
  it('has a header whose checksum counts itself as spaces', () => {
    const header = tarHeader('j-1/a.txt', 3, 0)
    const stated = Number.parseInt(new TextDecoder().decode(header.subarray(148, 154)), 8)
    const sum = header.reduce((n, byte, i) => n + (i >= 148 && i < 156 ? 32 : byte), 0)
    expect([stated, new TextDecoder().decode(header.subarray(124, 135))]).toEqual([sum, '00000000003'])
  })
  it('refuses a name that no header can hold', () => {
    expect(() => tarHeader('x'.repeat(101), 0, 0)).toThrow('no tar name')
  })
})
