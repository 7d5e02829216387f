import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { ReplaySummary } from '@heavens/schemas'

const PROGRAM = fileURLToPath(new URL('../bin/heavens.js', import.meta.url))

export interface Ended {
  /** null: ended by a signal */
  code: number | null
  stdout: string
  stderr: string
}

export interface Running {
  process: ChildProcess
  ended: Promise<Ended>
  /** all that was printed so far, both streams */
  output(): string
  /** resolves when `output()` matches; rejects when the program ends before, or after `seconds` */
  prints(pattern: RegExp, seconds?: number): Promise<RegExpMatchArray>
}

/** Start the built program in a process of its own. It is ended by force after a minute, or as many seconds: a hang must fail, not stall. */
export function start(args: readonly string[], env: Record<string, string | undefined> = {}, seconds = 60): Running {
  const child = spawn(process.execPath, [PROGRAM, ...args], { env: { ...process.env, HEAVENS_TOKEN: undefined, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (bytes: Buffer) => (stdout += bytes.toString()))
  child.stderr.on('data', (bytes: Buffer) => (stderr += bytes.toString()))
  const hung = setTimeout(() => child.kill('SIGKILL'), 1000 * seconds)
  let over = false
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code) => {
      over = true
      clearTimeout(hung)
      resolve({ code, stdout, stderr })
    })
  })
  const output = (): string => stdout + stderr
  return {
    process: child, ended, output,
    async prints(pattern, seconds = 20) {
      const until = performance.now() + seconds * 1000
      for (;;) {
        const found = output().match(pattern)
        if (found) return found
        if (over || performance.now() > until) throw new Error(`${over ? 'ended' : 'waited'} without printing ${String(pattern)}:\n${output()}`)
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
    },
  }
}

/** Run the built program to its end. */
export function heavens(...args: string[]): Promise<Ended> {
  return start(args).ended
}

/** `heavens replay --json`: the summary, checked against its schema; standard output must hold it and nothing else. */
export async function replay(...args: string[]): Promise<Ended & { summary: ReplaySummary }> {
  const ended = await heavens('replay', '--json', ...args)
  if (!/^\{.*\}\n$/.test(ended.stdout)) throw new Error(`not one line of JSON on standard output (exit code ${ended.code}): ${ended.stdout.slice(0, 200)}\n${ended.stderr}`)
  return { ...ended, summary: ReplaySummary.parse(JSON.parse(ended.stdout)) }
}

/** A temporary folder, and how to remove it. */
export async function temporaryFolder(): Promise<{ folder: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'heavens-test-'))
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) }
}

const DATA = process.env['HEAVENS_DATA'] ?? fileURLToPath(new URL('../../../shared/data', import.meta.url))

/** Real files; says aloud which are absent, so that a skipped test is not taken for a passed one. */
export function realFiles(...names: string[]): { present: boolean; paths: string[] } {
  const paths = names.map((name) => path.join(DATA, name))
  const absent = paths.filter((file) => !existsSync(file))
  if (absent.length > 0) console.warn(`skipped: no real data at ${absent.join(', ')}; name a folder in HEAVENS_DATA`)
  return { present: absent.length === 0, paths }
}
