import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { HeavensError, RolePresence, TOPICS, type RoleStatus } from '@heavens/schemas'
import { followTopic, type Log } from '@heavens/storage'
import { isRunning } from '../data-folder.js'

/** How often a role says that it is there, and after how long without a word it counts as gone [ms]. */
export const BEAT = 2000
const GONE = 8000
/** How long is listened for the next word of somebody [ms], and by how much clocks may differ [ms]. */
const LISTEN = 1.5 * BEAT
const SKEW = 600_000

export interface Presence {
  /** Change what is said, and say it soon. */
  say(change: Partial<RolePresence>): void
  /** Processes of a role that are there, this one included. */
  alive(role: RolePresence['role']): number
  /** The last word. */
  leave(): Promise<void>
}

export interface PresenceOptions {
  log: Log
  self: RolePresence
  /** looked at whenever something is said */
  fresh(): Partial<RolePresence>
  failed(error: unknown): void
}

interface Seen {
  presence: RolePresence
  /** our own clock, ms */
  at: number
}

const text = new TextEncoder()
const keyOf = (presence: RolePresence): string => `${presence.role}/${presence.id}`

/** Whether a role is known to be over: it said so, or its process on this machine is not there. */
function isOver(presence: RolePresence): boolean {
  return presence.state === 'stopped' || (presence.host === hostname() && presence.pid !== process.pid && !isRunning(presence.pid))
}

/**
 * Say on the log that a role is there, again and again, and know who else is. Throws role-busy where another process with the same
 * role and id is alive.
 */
export async function announce(options: PresenceOptions): Promise<Presence> {
  const { log, failed } = options
  const self = { ...options.self }
  const seen = new Map<string, Seen>()
  const stop = new AbortController()
  const begun = performance.now()
  const followed = followTopic({
    log, topic: TOPICS.roles, signal: stop.signal, failed,
    apply({ key, value, appended }) {
      if (key === null || value.length === 0) return
      const parsed = RolePresence.safeParse(JSON.parse(new TextDecoder().decode(value)))
      // A record of another version of the program: it is there, whatever else it says.
      if (!parsed.success) return failed(new Error(`the record of ${key} cannot be read`))
      // What was said before we came counts by the log's clock, what we hear by ours.
      const age = performance.now() - begun < 1000 ? Math.max(0, Date.now() - appended) : 0
      seen.set(key, { presence: parsed.data, at: performance.now() - age })
    },
  })
  await followed.caughtUp()
  const other = seen.get(keyOf(self))
  // Whether it lives is heard, not read from clocks, which may differ by minutes.
  if (other && performance.now() - other.at < SKEW && !isOver(other.presence) && other.presence.pid !== self.pid && (await heardAgain(keyOf(self), other))) {
    stop.abort()
    throw new HeavensError('role-busy', { role: self.role, id: self.id, where: `process ${other.presence.pid} on ${other.presence.host}` })
  }
  async function heardAgain(key: string, before: Seen): Promise<boolean> {
    for (const end = performance.now() + LISTEN; performance.now() < end; await sleep(50)) if (seen.get(key) !== before) return seen.get(key)!.presence.state !== 'stopped'
    return false
  }
  let telling: Promise<unknown> = Promise.resolve()
  let pending = false
  const tell = (): Promise<unknown> => {
    if (pending) return telling
    pending = true
    telling = telling.then(() => {
      pending = false
      Object.assign(self, options.fresh())
      return log.append(TOPICS.roles, [{ key: keyOf(self), value: text.encode(JSON.stringify(self)) }])
    }).catch(failed)
    return telling
  }
  const timer = setInterval(() => void tell(), BEAT)
  await tell()
  return {
    say(change) {
      const before = self.state
      Object.assign(self, change)
      if (self.state !== before) void tell()
    },
    alive: (role) => Math.max(1, [...seen.values()].filter(({ presence, at }) => presence.role === role && presence.state !== 'draining' && performance.now() - at < GONE && !isOver(presence)).length),
    async leave() {
      clearInterval(timer)
      // Who waits is there, though it says nothing more for now.
      if (self.state !== 'waiting') self.state = 'stopped'
      await tell()
      stop.abort()
    },
  }
}

/** Everybody who has ever been there, as the log has it. Where nobody seems to be there it is listened for a moment: our clock may be ahead of the log's. */
export async function roleStatus(log: Log): Promise<RoleStatus[]> {
  const read = async (): Promise<{ presence: RolePresence; appended: number }[]> =>
    (await log.latest(TOPICS.roles)).map(({ value, appended }) => ({ presence: RolePresence.parse(JSON.parse(new TextDecoder().decode(value))), appended }))
  const newest = (all: readonly { appended: number }[]): number => all.reduce((last, { appended }) => Math.max(last, appended), -Infinity)
  let all = await read()
  let ahead = 0
  const unsure = all.some(({ presence, appended }) => !isOver(presence) && Date.now() - appended < SKEW)
  if (unsure && Date.now() - newest(all) > GONE) {
    const before = newest(all)
    await sleep(LISTEN)
    all = await read()
    if (newest(all) > before) ahead = Date.now() - newest(all)
  }
  const found = all.map(({ presence, appended }) => {
    const age = Math.max(0, (Date.now() - ahead - appended) / 1000)
    return { ...presence, age, alive: age < GONE / 1000 && !isOver(presence) }
  })
  return found.sort((a, b) => a.role.localeCompare(b.role) || a.id.localeCompare(b.id))
}
