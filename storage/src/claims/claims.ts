import { hostname } from 'node:os'
import { TOPICS } from '@heavens/schemas'
import type { Log, LogRecord } from '../log/log.js'
import { followTopic } from '../follow-topic.js'

/** A unit of work that is ours for as long as `holds()`. */
export interface Claim {
  unit: string
  /** false from the moment on at which another may have taken it over */
  holds(): boolean
  /** aborted when it is lost; not by `release` */
  lost: AbortSignal
  release(): Promise<void>
}

export interface Claims {
  /** Ours if nobody holds the unit or its holder is gone; undefined when another holds it. */
  take(unit: string): Promise<Claim | undefined>
  /** Who holds a unit, as far as is known. */
  holder(unit: string): string | undefined
  /** Release all and stop. */
  close(): Promise<void>
}

export interface ClaimsOptions {
  log: Log
  /** unlike that of any other process, also of an earlier one in the same place; no spaces */
  owner: string
  /** milliseconds after which a claim that is not renewed is free; default 10,000 */
  lease?: number
  failed(error: unknown): void
}

interface ClaimRecord {
  unit: string
  owner: string
  host: string
  pid: number
  /** when the process began, ms since 1970: a container gives every process the same number */
  born: number
}

interface Holder extends ClaimRecord {
  /** the log's clock at the last renewal, ms since 1970 */
  renewed: number
  /** our own clock when we read of it, ms */
  seen: number
}

const text = new TextEncoder()

/**
 * Leases on units of work, decided by the order of the log: a record claims a unit; it counts when the unit is free, or held by the
 * same owner, or was last renewed longer than a lease before **by the log's own clock**. All readers see the same order and
 * the same times, so they agree, whatever their clocks show. An owner trusts its claim only for a lease from before it sent the last
 * renewal, which ends earlier than anyone else may take it. On one host a dead owner is recognised by its process and needs no waiting.
 */
export function openClaims(options: ClaimsOptions): Claims {
  const { log, owner } = options
  const lease = options.lease ?? 10_000
  const host = hostname()
  const holders = new Map<string, Holder>()
  /** owners of whom our clock says that they are gone, and the log's that they are not */
  const denied = new Set<string>()
  const mine = new Map<string, { release(): Promise<void> }>()
  const stop = new AbortController()
  const keyOf = (unit: string, whose: string): string => `${unit} ${whose}`

  function apply({ key, value, appended }: LogRecord): void {
    const [unit, whose] = (key ?? '').split(' ') as [string, string]
    const holder = holders.get(unit)
    if (value.length === 0) {
      if (holder?.owner === whose) holders.delete(unit)
      return
    }
    const record = JSON.parse(new TextDecoder().decode(value)) as ClaimRecord
    if (holder && holder.owner !== whose && appended - holder.renewed <= lease) return
    holders.set(unit, { ...record, renewed: appended, seen: performance.now() })
  }
  const followed = followTopic({ log, topic: TOPICS.claims, signal: stop.signal, apply, failed: options.failed })

  async function append(unit: string): Promise<number> {
    const record: ClaimRecord = { unit, owner, host, pid: process.pid, born: bornAt() }
    return (await log.append(TOPICS.claims, [{ key: keyOf(unit, owner), value: text.encode(JSON.stringify(record)) }])).last
  }
  const clear = async (unit: string, whose: string): Promise<void> => followed.reached((await log.append(TOPICS.claims, [{ key: keyOf(unit, whose), value: new Uint8Array() }])).last + 1)
  const isGone = (holder: Holder): boolean => holder.host === host && (holder.pid === process.pid ? Math.abs(holder.born - bornAt()) > 5000 : !isRunning(holder.pid))

  async function take(unit: string): Promise<Claim | undefined> {
    if (mine.has(unit)) return undefined
    await followed.caughtUp()
    const holder = holders.get(unit)
    if (holder && holder.owner !== owner) {
      if (isGone(holder)) await clear(unit, holder.owner)
      else if (performance.now() - holder.seen <= lease && (denied.has(holder.owner) || Date.now() - holder.renewed <= lease)) return undefined
    }
    const sent = performance.now()
    await followed.reached((await append(unit)) + 1)
    if (holders.get(unit)?.owner !== owner) {
      // By our clock its lease was over, by the log's it is not: our clock is not to be asked again.
      if (holder) denied.add(holder.owner)
      await clear(unit, owner)
      return undefined
    }
    return hold(unit, sent)
  }

  function hold(unit: string, since: number): Claim {
    const lost = new AbortController()
    let until = since + lease
    let open = true
    const holds = (): boolean => open && !lost.signal.aborted && performance.now() < until
    const lose = (): void => {
      if (open) lost.abort()
      end()
    }
    let renewing = false
    const renew = async (): Promise<void> => {
      if (performance.now() >= until) return lose()
      if (renewing) return
      renewing = true
      const sent = performance.now()
      try {
        await followed.reached((await append(unit)) + 1)
        if (!open) return
        if (holders.get(unit)?.owner !== owner) lose()
        else until = sent + lease
      } catch (error) {
        if (open) options.failed(error)
      } finally {
        renewing = false
      }
    }
    const timer = setInterval(() => void renew(), lease / 5)
    const end = (): void => {
      open = false
      clearInterval(timer)
      mine.delete(unit)
    }
    const claim: Claim = {
      unit, holds, lost: lost.signal,
      async release() {
        if (!open) return
        end()
        await clear(unit, owner)
      },
    }
    mine.set(unit, claim)
    return claim
  }

  return {
    take,
    holder: (unit) => holders.get(unit)?.owner,
    async close() {
      await Promise.allSettled([...mine.values()].map((claim) => claim.release()))
      stop.abort()
    },
  }
}

const bornAt = (): number => Math.round(Date.now() - process.uptime() * 1000)

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
