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

/** A program that is started again whenever it has been killed, until `end`. One that ends by itself fails whoever asks next: `kill`, `gone`, `end` throw with its last lines. */
export interface Supervised {
  name: string
  process(): ChildProcess
  /** kill -9; resolves when it runs again and has said `ready`, with the milliseconds that took */
  kill(): Promise<number>
  /** kill -9, and it stays away */
  gone(): Promise<void>
  /** all that every incarnation printed */
  output(): string
  /** SIGTERM, or SIGKILL after 15 s */
  end(): Promise<void>
}

/** Last lines of a program that has ended by itself. */
const LAST = 20

const lastLines = (text: string): string => text.trimEnd().split('\n').slice(-LAST).join('\n')

/** End all of them; throws what the first one had to say that was not well. */
export async function endAll(programs: readonly Supervised[]): Promise<void> {
  for (const outcome of await Promise.allSettled(programs.map((program) => program.end()))) if (outcome.status === 'rejected') throw outcome.reason
}

/** Start the built program and keep it. `ready` is what it prints when it does its work. */
export async function supervise(name: string, args: readonly string[], env: Record<string, string | undefined>, ready: RegExp): Promise<Supervised> {
  let output = ''
  let child: ChildProcess
  /** of this incarnation: whether we have told it to end */
  let fate = { told: false }
  let failure: Error | undefined
  async function begin(): Promise<void> {
    const mine = spawn(process.execPath, [PROGRAM, ...args], { env: { ...process.env, HEAVENS_TOKEN: undefined, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
    child = mine
    const mineEnds = (fate = { told: false })
    let said = ''
    const take = (bytes: Buffer): void => {
      said += bytes.toString()
      output += bytes.toString()
    }
    mine.stdout!.on('data', take)
    mine.stderr!.on('data', take)
    mine.once('close', (code, signal) => {
      if (!mineEnds.told) failure = new Error(`${name} has ended by itself (${signal ?? `exit code ${code}`}):\n${lastLines(said)}`)
    })
    for (const until = performance.now() + 60_000; !ready.test(said); await sleep(10)) {
      if (failure) throw failure
      if (performance.now() > until) throw new Error(`${name} is not ready:\n${said.slice(-3000)}`)
    }
  }
  const lives = (): boolean => child.exitCode === null && child.signalCode === null
  /** Send a signal and wait for the end. Throws when it had ended before. */
  async function send(signal: NodeJS.Signals, force?: number): Promise<void> {
    if (failure) throw failure
    if (fate.told) return
    if (!lives()) throw new Error(`${name} has ended by itself (${child.signalCode ?? `exit code ${child.exitCode}`})`)
    fate.told = true
    const over = new Promise((resolve) => child.once('exit', resolve))
    child.kill(signal)
    const timer = force === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), force)
    await over
    clearTimeout(timer)
    if (signal === 'SIGTERM' && child.exitCode !== 0) throw new Error(`${name} has not ended in order (${child.signalCode ?? `exit code ${child.exitCode}`}):\n${lastLines(output)}`)
  }
  await begin()
  return {
    name, process: () => child, output: () => output,
    async kill() {
      const began = performance.now()
      await send('SIGKILL')
      await begin()
      return performance.now() - began
    },
    gone: () => send('SIGKILL'),
    async end() {
      await send('SIGTERM', 15_000)
    },
  }
}

/**
 * How much slower this machine is just now than one of its own, 1 or more: wall clock over processor time of a second's work. Limits of time are multiplied
 * by it, so that they can be as tight as the goals and hold where other work runs beside.
 */
export function slowness(): number {
  const began = performance.now()
  const before = process.cpuUsage()
  while (performance.now() - began < 1000) Math.hypot(began, performance.now())
  const { user, system } = process.cpuUsage(before)
  return Math.max(1, (performance.now() - began) / ((user + system) / 1000))
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
