import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** A running system with a data folder of its own. */
export interface System {
  url: string
  /** What it wrote so far. */
  output(): string
  stop(): Promise<void>
  /** Stop, and start again on the same port and data. */
  restart(pause?: number): Promise<void>
  /** Stop and remove the data. */
  remove(): Promise<void>
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise<void>((resolve) => server.close(() => resolve()))
  return port
}

/** Start `heavens up` and wait until it is ready. Rejects with its output when it ends or does not come up in time. */
export async function startSystem(args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Promise<System> {
  const port = await freePort()
  const data = await mkdtemp(path.join(tmpdir(), 'heavens-browser-'))
  let text = ''
  let child: ChildProcess | undefined

  async function start(): Promise<void> {
    const mine = child = spawn(process.execPath, ['cli/bin/heavens.js', 'up', '--port', String(port), '--data', data, ...args], { cwd: ROOT, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
    for (const stream of [mine.stdout, mine.stderr]) stream!.on('data', (chunk: Buffer) => { text += chunk.toString() })
    const until = Date.now() + 60_000
    while (Date.now() < until) {
      if (mine.exitCode !== null) throw new Error(`heavens up ended with ${mine.exitCode}:\n${text}`)
      const ready = await fetch(`http://127.0.0.1:${port}/readyz`).then((a) => a.ok, () => false)
      if (ready) return
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
    throw new Error(`heavens up was not ready within a minute:\n${text}`)
  }

  async function stop(): Promise<void> {
    const mine = child
    if (!mine || mine.exitCode !== null) return
    const ended = new Promise<void>((resolve) => mine.once('exit', () => resolve()))
    mine.kill('SIGINT')
    const hard = setTimeout(() => mine.kill('SIGKILL'), 20_000)
    await ended
    clearTimeout(hard)
  }

  await start()
  return {
    url: `http://127.0.0.1:${port}/`, output: () => text, stop,
    async restart(pause = 0) {
      await stop()
      await new Promise((resolve) => setTimeout(resolve, pause))
      await start()
    },
    async remove() {
      await stop()
      await rm(data, { recursive: true, force: true })
    },
  }
}
