import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { createWriteStream } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Transform } from 'node:stream'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { HeavensError } from '@heavens/schemas'

/** Sessions that may be open at once, and how long one waits for its next file [ms]. */
const MOST_SESSIONS = 20
const PATIENCE = 10 * 60_000
/** Files of one session. */
const MOST_FILES = 1000

/** A file that was received: its name as the client gave it, made harmless, and where it lies. */
export interface ReceivedFile {
  name: string
  path: string
}

/** Files on their way in, each session in a folder of its own. */
export interface UploadSessions {
  /** Write a body to disk; answers its size [bytes]. Throws too-large (the bound is on all files of a session together), bad-request, store-full. */
  receive(session: string, name: string, body: Readable, announced: number | undefined): Promise<number>
  /** The files of a session, which then is over; `remove` its folder when they have been used. */
  finish(session: string): Promise<{ files: ReceivedFile[]; remove(): Promise<void> }>
  /** Remove everything. */
  close(): Promise<void>
}

interface Session { folder: string; files: ReceivedFile[]; bytes: number; timer: NodeJS.Timeout }

/** @param limit bytes of one session */
export function createUploadSessions(limit: number): UploadSessions {
  const sessions = new Map<string, Promise<Session>>()
  // Folders whose files are being used: they too must be gone when the server is.
  const inUse = new Set<string>()

  async function begin(id: string): Promise<Session> {
    if (sessions.size >= MOST_SESSIONS) throw new HeavensError('bad-request', { reason: `${MOST_SESSIONS} uploads are open already: finish them first` }, { path: 'session' })
    const folder = await mkdtemp(join(tmpdir(), 'heavens-upload-'))
    return { folder, files: [], bytes: 0, timer: forgetLater(id) }
  }

  function forgetLater(id: string): NodeJS.Timeout {
    return setTimeout(() => { void drop(id) }, PATIENCE).unref()
  }

  async function drop(id: string): Promise<void> {
    const session = sessions.get(id)
    sessions.delete(id)
    if (session === undefined) return
    const { folder, timer } = await session
    clearTimeout(timer)
    await rm(folder, { recursive: true, force: true })
  }

  return {
    async receive(id, name, body, announced) {
      if (announced !== undefined && announced > limit) throw new HeavensError('too-large', { what: name, size: announced, limit })
      let pending = sessions.get(id)
      if (pending === undefined) {
        pending = begin(id)
        sessions.set(id, pending)
        pending.catch(() => sessions.delete(id))
      }
      const session = await pending
      clearTimeout(session.timer)
      session.timer = forgetLater(id)
      if (session.files.length >= MOST_FILES) throw new HeavensError('bad-request', { reason: `at most ${MOST_FILES} files at once` })
      // Each in a folder of its own, as names may repeat: sentences then say the name that was given.
      const own = join(session.folder, String(session.files.length))
      const path = join(own, name.slice(-100))
      session.files.push({ name, path })
      let size = 0
      const bound = new Transform({
        transform(piece: Buffer, _encoding, done) {
          size += piece.length
          session.bytes += piece.length
          if (session.bytes > limit) done(new HeavensError('too-large', { what: name, size: session.bytes, limit }))
          else done(null, piece)
        },
      })
      try {
        await mkdir(own)
        await pipeline(body, bound, createWriteStream(path))
        if (size === 0) throw new HeavensError('bad-request', { reason: `${name} is empty` })
      } catch (error) {
        await drop(id)
        throw error
      }
      return size
    },
    async finish(id) {
      const pending = sessions.get(id)
      sessions.delete(id)
      if (pending === undefined) throw new HeavensError('not-found', { what: 'upload', id })
      const { files, folder, timer } = await pending
      clearTimeout(timer)
      inUse.add(folder)
      const remove = async (): Promise<void> => {
        inUse.delete(folder)
        await rm(folder, { recursive: true, force: true })
      }
      return { files, remove }
    },
    async close() {
      await Promise.all([...[...sessions.keys()].map(drop), ...[...inUse].map((folder) => rm(folder, { recursive: true, force: true }))])
    },
  }
}

/** The last part of a name, in characters that are harmless everywhere; never empty, never hidden. */
export function harmlessName(name: string): string {
  const last = name.split(/[/\\]/).at(-1)!.replace(/[^\w.+-]/g, '_').replace(/^\.+/, '').slice(0, 200)
  return last === '' ? 'file' : last
}
