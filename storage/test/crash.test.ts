import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { decodeItem, openEmbeddedStores } from '../src/index.js'

const WRITER = fileURLToPath(new URL('./write-until-killed.mjs', import.meta.url))

/** Run the writer until so many lines have come, then kill it `after` milliseconds later; answers what it said. */
async function writeUntilKilled(folder: string, first: number, lines: number, after: number): Promise<string[]> {
  const child = spawn(process.execPath, [WRITER, folder, String(first)], { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  let errors = ''
  let armed = false
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString()
    if (!armed && said.split('\n').length > lines) {
      armed = true
      setTimeout(() => child.kill('SIGKILL'), after)
    }
  })
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString()
  })
  const signal = await new Promise((resolve) => child.on('close', (_, by) => resolve(by)))
  expect({ signal, errors }).toEqual({ signal: 'SIGKILL', errors: '' })
  return said.slice(0, said.lastIndexOf('\n')).split('\n')
}

describe('a writer that is killed', () => {
  it('has written everything that it had been told was durable, once', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'heavens-crash-'))
    const acknowledged = new Map<string, Set<number>>(['log', 'job', 'curve', 'archive', 'product'].map((what) => [what, new Set()]))
    const products: string[] = []
    let next = 0
    // Moments of the kill: spread over what the writer does by numbers without a pattern.
    for (const [lines, after] of [[5, 0], [40, 3], [97, 11], [23, 7], [150, 1], [61, 17]] as const) {
      for (const line of await writeUntilKilled(folder, next, lines, after)) {
        const [what, n, sha256] = line.split(' ')
        acknowledged.get(what!)!.add(Number(n))
        if (sha256) products.push(sha256)
      }
      const stores = await openEmbeddedStores(folder, { sliceBytes: 8000 })
      const logged: number[] = []
      let records = 0
      for await (const batch of stores.log.read('heavens.telemetry.crash', 0, 0, { follow: false })) {
        for (const record of batch.records) {
          expect(record.offset).toBe(records++)
          const item = decodeItem(record.value)
          if (item.kind === 'events') logged.push(item.sequence)
        }
      }
      expect(records).toBe(2 * logged.length)
      expect(new Set(logged).size).toBe(logged.length)
      for (const n of acknowledged.get('log')!) expect(logged).toContain(n)
      const jobs = await stores.log.latest('heavens.jobs')
      for (const { key, value } of jobs) {
        const told = [...acknowledged.get('job')!].filter((n) => `job ${n % 7}` === key)
        expect(Number(new TextDecoder().decode(value))).toBeGreaterThanOrEqual(Math.max(...told, -1))
      }
      const curve = await stores.curves.read({ instrument: 'crash', run: 'main', group: 'a', band: 'b', width: 1 }, 0, 1e6)
      for (const n of acknowledged.get('curve')!) expect(curve.index).toContain(n)
      expect(curve.counts).toEqual(curve.index)
      const archived: number[] = []
      for await (const { item } of stores.archive.blocks({ instrument: 'crash', run: 'main' }, -Infinity, Infinity)) if (item.kind === 'events') archived.push(item.sequence)
      expect(archived).toEqual(logged)
      const coverage = (await stores.archive.coverage())[0]!
      const mustBe = Math.max(-1, ...acknowledged.get('archive')!)
      expect(coverage.archived).toBeGreaterThan(2 * logged.indexOf(mustBe))
      for (const sha256 of products) expect(await stores.products.has(sha256)).toBe(true)
      await stores.close()
      next = Math.max(-1, ...logged) + 1
    }
    expect(acknowledged.get('log')!.size).toBeGreaterThan(50)
    await rm(folder, { recursive: true, force: true })
  }, 60_000)
})
