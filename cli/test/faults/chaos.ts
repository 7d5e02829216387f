import { spawn, type ChildProcess } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const PROGRAM = fileURLToPath(new URL('../../bin/heavens.js', import.meta.url))

/** Uniform numbers in [0, 1) from a seed: mulberry32. */
export function seededRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** A program that is started again whenever it has been killed, until `end`. */
export interface Supervised {
  name: string
  process(): ChildProcess
  /** kill -9; resolves when it runs again and has said `ready`, with the milliseconds that took */
  kill(): Promise<number>
  /** all that every incarnation printed */
  output(): string
  /** SIGTERM, or SIGKILL after 15 s */
  end(): Promise<void>
}

/** Start the built program and keep it. `ready` is what it prints when it does its work. An incarnation that ends by itself with an error is noted in `output`. */
export async function supervise(name: string, args: readonly string[], env: Record<string, string | undefined>, ready: RegExp): Promise<Supervised> {
  let output = ''
  let child: ChildProcess
  let ending = false
  async function begin(): Promise<void> {
    const mine = spawn(process.execPath, [PROGRAM, ...args], { env: { ...process.env, HEAVENS_TOKEN: undefined, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
    child = mine
    let said = ''
    let over = false
    const take = (bytes: Buffer): void => {
      said += bytes.toString()
      output += bytes.toString()
    }
    mine.stdout!.on('data', take)
    mine.stderr!.on('data', take)
    mine.once('exit', () => (over = true))
    for (const until = performance.now() + 60_000; !ready.test(said); await sleep(10)) {
      if (over || performance.now() > until) throw new Error(`${name} ${over ? 'has ended' : 'is not ready'}:\n${said.slice(-3000)}`)
    }
  }
  await begin()
  return {
    name, process: () => child, output: () => output,
    async kill() {
      const began = performance.now()
      const gone = new Promise((resolve) => child.once('exit', resolve))
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGKILL')
        await gone
      }
      if (!ending) await begin()
      return performance.now() - began
    },
    async end() {
      ending = true
      if (child.exitCode !== null || child.signalCode !== null) return
      const gone = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      const force = setTimeout(() => child.kill('SIGKILL'), 15_000)
      await gone
      clearTimeout(force)
    },
  }
}

/** The value below which a share `p` of the values lies. */
export function percentile(values: readonly number[], p: number): number {
  return values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * p))]!
}

/** Ask until the answer fits; throws with the last answer after `seconds`. */
export async function until<T>(ask: () => Promise<T>, fits: (answer: T) => boolean, seconds: number): Promise<T> {
  for (const end = performance.now() + seconds * 1000; ; await sleep(250)) {
    const answer = await ask()
    if (fits(answer)) return answer
    if (performance.now() > end) throw new Error(`not within ${seconds} s: ${JSON.stringify(answer).slice(0, 2000)}`)
  }
}
