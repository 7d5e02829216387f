import { setTimeout as sleep } from 'node:timers/promises'
import { HeavensError, type CurveBins, type CurveKey, type StreamId } from '@heavens/schemas'
import { emptyBins } from '../bin-chunks.js'
import { checkBins } from '../check-bins.js'
import type { CurveBacklog, CurveStore } from '../curve-store.js'
import { EPOCH_NS, FIRST_NS, LAST_NS, widthNs } from '../time-limits.js'
import { BINS, curveLines, INFINITE, NAMES, NAN_BITS, nameLine, nsOf } from './curve-lines.js'
import { drainSpool } from './drain-spool.js'
import { checkInflux, connectInflux, isAway, isUnwritable, type InfluxSettings } from './influx-server.js'
import { openSpool } from './spool.js'

export interface InfluxCurveOptions extends InfluxSettings {
  /** folder of this process for what waits for a server that is away */
  spool: string
  /** bytes that may wait; default 1 GiB */
  spoolBytes?: number
  /** what an earlier process left there: `drop` where all that had not arrived is put again, by whoever goes on with its work. Default `send` */
  leftovers?: 'send' | 'drop'
  /** told one sentence for each thing worth an operator's eye */
  log(sentence: string): void
}

export interface InfluxCounters {
  /** lines acknowledged by the server: one a bin, and one for the name of each curve */
  written: number
  /** what waits on disk */
  waitingBytes: number
  waitingPieces: number
  /** pieces that the server refused when it came back; their bytes are kept beside the others */
  refusedPieces: number
}

export interface InfluxCurveStore extends CurveStore {
  hold(stream: StreamId, holds: () => boolean): void
  forget(stream: StreamId): Promise<void>
  backlog(): CurveBacklog | undefined
  counters(): InfluxCounters
}

/** Requests at the same time: two were the fastest. */
const LANES = 2
/** Wait between two looks of a read whether all has arrived, and the longest wait for it [ms]. */
const LOOK = 100
const READ_PATIENCE = 10_000
/** Longest wait of `close` and `forget` for what is on its way: it is sent again [ms]. */
const CLOSE_PATIENCE = 2000

const quoted = (text: string): string => JSON.stringify(text).replaceAll('${', '\\${')
const ownerOf = ({ instrument, run }: StreamId): string => `${instrument}/${run}`
const FIELDS = ['counts', 'exposure', 'background', 'completeness', 'phase', 'revision', 'state'] as const

/**
 * Curves on InfluxDB 2. A put is acknowledged by the server, or, while that is away, on this machine's disk: then it is written in order when the server
 * returns, also by the next process; so it is while the server refuses (a token withdrawn, a bucket removed). Reads wait until what was put before has arrived.
 * Throws curves-unreachable and curves-refused with what is wrong.
 */
export async function openInfluxCurveStore(options: InfluxCurveOptions): Promise<InfluxCurveStore> {
  const { bucket, log } = options
  await checkInflux(options, log)
  const server = connectInflux(options)
  const spool = await openSpool(options.spool, options.spoolBytes ?? 2 ** 30)
  if (options.leftovers === 'drop') await dropLeftovers()
  const named = new Set<string>()
  /** streams that may pass to another process, and whether they still are ours */
  const held = new Map<string, () => boolean>()
  /** one after the other: what is sent from the disk, and what is taken out of it */
  let lock: Promise<unknown> = Promise.resolve()
  let written = 0
  let refusedPieces = 0
  const closed = new AbortController()
  /** why what waits cannot be sent, and when something of it last could */
  let failure: unknown
  let moved = performance.now()
  let draining: Promise<void> | undefined
  let turn: Promise<unknown> = Promise.resolve()
  if (spool.pieces() > 0) startDraining()

  async function dropLeftovers(): Promise<void> {
    if (spool.pieces() === 0) return
    log(`${spool.pieces()} pieces of light curves that waited when an earlier process ended are made anew from the last snapshot.`)
    await spool.remove((await spool.first(Infinity)).pieces)
  }

  async function alone<T>(action: () => Promise<T>): Promise<T> {
    const result = lock.then(action)
    lock = result.catch(() => undefined)
    return result
  }

  /** Until everything is on the server, or the store is closed. */
  function startDraining(): void {
    draining ??= drainSpool({
      spool, server, lanes: LANES, signal: closed.signal, log, alone,
      ours: (owner) => held.get(owner)?.() ?? true,
      sent(lines) {
        written += lines
        moved = performance.now()
      },
      failing: (why) => (failure = why),
      aside(name, why) {
        refusedPieces++
        moved = performance.now()
        log(`InfluxDB will not take a piece of light curves; it is kept as ${name}: ${why}`)
      },
    }).finally(() => {
      draining = undefined
      if (spool.pieces() > 0 && !closed.signal.aborted) startDraining()
    })
  }

  async function put(entries: readonly { key: CurveKey; bins: CurveBins }[]): Promise<void> {
    const lanes: string[][] = Array.from({ length: LANES }, () => [])
    const place = new Map<string, number>()
    for (const { key, bins } of entries) {
      if (bins.index.length === 0) continue
      const name = nameLine(key)
      // What is put twice in one call must arrive in order: a curve keeps to its lane.
      const lane = place.get(name) ?? lanes.reduce((best, lines, i) => (lines.length < lanes[best]!.length ? i : best), 0)
      place.set(name, lane)
      if (!named.has(name)) lanes[lane]!.push(name)
      for (const line of curveLines(key, bins)) lanes[lane]!.push(line)
    }
    const all = lanes.filter((lines) => lines.length > 0)
    if (all.length === 0) return
    if (spool.pieces() === 0) {
      const failures = (await Promise.allSettled(all.map((lines) => server.write(lines, false)))).flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []))
      const unwritable = failures.find((error) => isUnwritable(error))
      if (unwritable) throw unwritable
      if (failures.length === 0) {
        for (const name of place.keys()) named.add(name)
        written += all.reduce((sum, lines) => sum + lines.length, 0)
        return
      }
    }
    // Writing a line twice changes nothing, so all of them wait together, by stream.
    if (spool.pieces() === 0) moved = performance.now()
    const byOwner = new Map<string, string[]>()
    for (const { key, bins } of entries) {
      if (bins.index.length === 0) continue
      const lines = byOwner.get(ownerOf(key)) ?? []
      byOwner.set(ownerOf(key), lines)
      lines.push(nameLine(key))
      for (const line of curveLines(key, bins)) lines.push(line)
    }
    for (const [owner, lines] of byOwner) await spool.add(lines, owner)
    startDraining()
  }

  /** What was put before must be seen. Throws curves-unreachable, and curves-refused where waiting is of no use. */
  async function arrived(): Promise<void> {
    for (let waited = 0; spool.pieces() > 0; waited += LOOK) {
      if (failure instanceof HeavensError && !isAway(failure)) throw failure
      if (waited >= READ_PATIENCE) throw new HeavensError('curves-unreachable', { reason: `${spool.pieces()} pieces wait on disk for InfluxDB` })
      await sleep(LOOK)
    }
  }

  const source = (measurement: string, start: bigint, stop: bigint): string => `from(bucket: ${quoted(bucket)}) |> range(start: time(v: ${start}), stop: time(v: ${stop})) |> filter(fn: (r) => r._measurement == ${quoted(measurement)})`
  const only = (key: Partial<CurveKey>): string =>
    Object.entries(key).filter(([, value]) => value !== undefined).map(([name, value]) => ` |> filter(fn: (r) => r.${name} == ${quoted(String(value))})`).join('')
  const clamp = (key: CurveKey, index: number): bigint => {
    if (index === -Infinity) return FIRST_NS
    if (index === Infinity) return LAST_NS
    const at = EPOCH_NS + BigInt(Math.ceil(index)) * widthNs(key)
    return at < FIRST_NS ? FIRST_NS : at > LAST_NS ? LAST_NS : at
  }
  const indexOf = (key: CurveKey, time: string): number => Number((nsOf(time) - EPOCH_NS) / widthNs(key))

  return {
    async put(entries) {
      for (const { key, bins } of entries) checkBins(key, bins)
      const result = turn.then(() => put(entries))
      turn = result.catch(() => undefined)
      await result
    },
    async read(key, from, to) {
      await arrived()
      const start = clamp(key, from)
      const stop = clamp(key, to)
      if (start >= stop) return emptyBins(0, 0)
      const columns = new Map<string, string[]>(FIELDS.map((name) => [name, []]))
      const times: string[] = []
      const wanted = FIELDS.map((name) => `r._field == "${name}"`).join(' or ')
      await server.query(`${source(BINS, start, stop)}${only(key)} |> filter(fn: (r) => ${wanted}) |> keep(columns: ["_time", "_value", "_field"])`, (values, table) => {
        const field = values[table.column('_field').index]!
        columns.get(field)!.push(values[table.column('_value').index]!)
        if (field === 'counts') times.push(values[table.column('_time').index]!)
      })
      return binsOf(key, times, columns, indexOf)
    },
    async overview(key, from, to, factor) {
      await arrived()
      const every = widthNs(key) * BigInt(factor)
      const start = clamp(key, Math.floor(from / factor) * factor)
      const stop = clamp(key, Math.ceil(to / factor) * factor)
      const sums = new Map<string, number[]>([['counts', []], ['exposure', []]])
      const index: number[] = []
      if (start < stop) {
        // Windows of Flux begin at multiples of their length since 1970: the offset moves them onto the grid of the bins.
        const offset = ((EPOCH_NS % every) + every) % every
        await server.query(
          `${source(BINS, start, stop)}${only(key)} |> filter(fn: (r) => r._field == "counts" or r._field == "exposure")`
          + ` |> aggregateWindow(every: ${every}ns, offset: ${offset}ns, fn: sum, timeSrc: "_start", createEmpty: false) |> keep(columns: ["_time", "_value", "_field"])`, (values, table) => {
            const field = values[table.column('_field').index]!
            sums.get(field)!.push(Number(values[table.column('_value').index]))
            if (field === 'counts') index.push(Math.floor(indexOf(key, values[table.column('_time').index]!) / factor))
          },
        )
      }
      return { index: Float64Array.from(index), counts: Float64Array.from(sums.get('counts')!), exposure: Float64Array.from(sums.get('exposure')!) }
    },
    async keys(filter = {}) {
      await arrived()
      const found: CurveKey[] = []
      await server.query(`${source(NAMES, EPOCH_NS, EPOCH_NS + 1n)}${only(filter)} |> keep(columns: ["instrument", "run", "group", "band", "width"])`, (values, table) => {
        const tag = (name: string): string => values[table.column(name).index]!
        found.push({ instrument: tag('instrument'), run: tag('run'), group: tag('group'), band: tag('band'), width: Number(tag('width')) })
      })
      return found.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
    },
    async bounds(key) {
      await arrived()
      const ends: number[] = []
      for (const which of ['first', 'last']) {
        await server.query(`${source(BINS, FIRST_NS, LAST_NS)}${only(key)} |> filter(fn: (r) => r._field == "counts") |> ${which}() |> keep(columns: ["_time"])`, (values, table) => ends.push(indexOf(key, values[table.column('_time').index]!)))
      }
      return ends.length === 2 ? { first: ends[0]!, last: ends[1]! + 1 } : undefined
    },
    hold: (stream, holds) => void held.set(ownerOf(stream), holds),
    async forget(stream) {
      const owner = ownerOf(stream)
      // Not those that come when it is taken up again.
      const pieces = spool.of((one) => one === owner)
      held.set(owner, () => false)
      // A server that stands still may answer later than anybody can wait: whoever goes on meets it as well, and sends again when it is back.
      await Promise.race([alone(() => spool.remove(pieces)), sleep(CLOSE_PATIENCE, undefined, { ref: false })])
    },
    backlog: () => (spool.pieces() === 0 ? undefined : {
      bytes: spool.bytes(), pieces: spool.pieces(), stuck: performance.now() - moved, reason: failure === undefined ? undefined : failure instanceof Error ? failure.message : String(failure),
    }),
    counters: () => ({ written, waitingBytes: spool.bytes(), waitingPieces: spool.pieces(), refusedPieces }),
    async close() {
      await turn
      closed.abort()
      if (draining) await Promise.race([draining, sleep(CLOSE_PATIENCE, undefined, { ref: false })])
      server.close()
    },
  }
}

function binsOf(key: CurveKey, times: readonly string[], columns: ReadonlyMap<string, readonly string[]>, indexOf: (key: CurveKey, time: string) => number): CurveBins {
  const n = times.length
  const phases = columns.get('phase')!
  // One phase a curve, as the last bin has it.
  const bins = emptyBins(n, n > 0 ? Number(phases[n - 1]) : 0)
  for (const name of FIELDS) if (columns.get(name)!.length !== n) throw new HeavensError('store-damaged', { store: 'curves', reason: `${columns.get(name)!.length} values of ${name} for ${n} bins` })
  const [counts, exposure, background, completeness, , revision, state] = FIELDS.map((name) => columns.get(name)!)
  for (let i = 0; i < n; i++) {
    const bits = Number(state![i])
    const real = (text: string, bit: number): number => ((bits & bit) !== 0 ? NaN : (bits & (bit << INFINITE)) !== 0 ? Number(text) * Infinity : Number(text))
    bins.index[i] = indexOf(key, times[i]!)
    bins.counts[i] = real(counts![i]!, NAN_BITS.counts)
    bins.exposure[i] = real(exposure![i]!, NAN_BITS.exposure)
    bins.background[i] = real(background![i]!, NAN_BITS.background)
    bins.completeness[i] = real(completeness![i]!, NAN_BITS.completeness)
    bins.revision[i] = Number(revision![i])
    bins.flags[i] = bits & 0xff
  }
  return bins
}
