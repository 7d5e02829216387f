import type { InstrumentDescriptor, Item, PacketCounts, StageLatency, StreamHealth } from '@heavens/schemas'

/** Seconds of data over which rates are averaged. */
const RATE_SPAN = 10
const KEPT_GAPS = 20

/** What goes through a stream, counted. Plain data. */
export interface HealthState {
  descriptor: InstrumentDescriptor
  run: string
  start: number
  watermark: number
  ended: boolean
  items: number
  events: number
  groupEvents: number[]
  ledger: { duplicates: number; gaps: number; late: number; undecodable: number; tooLate: number }
  /** space packets, by APID */
  packets: PacketCounts[]
  gaps: { start: number; stop: number }[]
  /** recent [time, events] per group */
  recent: { time: number; group: number; events: number }[]
  pointing: StreamHealth['pointing']
}

export function createHealth(descriptor: InstrumentDescriptor, run: string): HealthState {
  return {
    descriptor, run, start: NaN, watermark: NaN, ended: false, items: 0, events: 0,
    groupEvents: descriptor.groups.map(() => 0),
    ledger: { duplicates: 0, gaps: 0, late: 0, undecodable: 0, tooLate: 0 }, packets: [], gaps: [], recent: [], pointing: null,
  }
}

export function stepHealth(state: HealthState, item: Item): void {
  state.items++
  switch (item.kind) {
    case 'watermark':
      state.watermark = item.time
      state.ended = item.final
      state.recent = state.recent.filter((r) => r.time >= item.time - RATE_SPAN)
      break
    case 'ledger':
      state.ledger.duplicates += item.duplicates
      state.ledger.late += item.late
      state.ledger.undecodable += item.undecodable
      state.ledger.gaps += item.gaps.length
      state.gaps = [...state.gaps, ...item.gaps].slice(-KEPT_GAPS)
      if (item.packets) countPackets(state, item.packets)
      break
    case 'events': {
      const { detector, time } = item.columns
      if (item.count > 0 && !(state.start <= time[0]!)) state.start = time[0]!
      state.events += item.count
      const perGroup = new Uint32Array(256)
      if (!detector) perGroup[0] = item.count
      else for (let i = 0; i < item.count; i++) perGroup[detector[i]!]!++
      for (let group = 0; group < 256; group++) if (perGroup[group]! > 0) countEvents(state, group, perGroup[group]!, item.stop)
      break
    }
    case 'rates': {
      if (item.count > 0 && !(state.start <= item.time[0]!)) state.start = item.time[0]!
      let sum = 0
      for (const n of item.counts) sum += n
      state.events += sum
      countEvents(state, item.group, sum, item.stop)
      break
    }
    case 'pointing': {
      const i = item.count - 1
      if (i >= 0) {
        state.pointing = {
          time: item.time[i]!, ra: item.ra[i]!, dec: item.dec[i]!, inSaa: item.inSaa[i]! > 0,
          raZenith: finite(item.raZenith[i]!), decZenith: finite(item.decZenith[i]!),
        }
      }
      break
    }
  }
}

/** @param totals counts in the light curves, so that what is shown is what is stored. `latency` and `stages` are of wall clocks, which are not the processors' to read */
export function healthRecord(state: HealthState, totals: { bands: readonly number[]; outOfBand: number }, latency: number | null, stages: StageLatency[], snapshots: StreamHealth['snapshots']): StreamHealth {
  const rates = state.descriptor.groups.map(() => 0)
  for (const r of state.recent) rates[r.group]! += r.events / RATE_SPAN
  return {
    instrument: state.descriptor.id, run: state.run, simulated: state.run === 'simulated',
    start: finite(state.start), watermark: finite(state.watermark), ended: state.ended, events: state.events, items: state.items,
    ledger: { ...state.ledger, outOfBand: totals.outOfBand }, packets: state.packets, gaps: state.gaps,
    groups: state.descriptor.groups.flatMap((g, i) => (state.groupEvents[i]! > 0 ? [{ id: g.id, events: state.groupEvents[i]!, rate: rates[i]! }] : [])),
    bands: state.descriptor.bands.map((b, i) => ({ id: b.id, eMin: b.eMin, eMax: b.eMax, counts: totals.bands[i]! })),
    pointing: state.pointing, latency, stages, snapshots,
  }
}

function countPackets(state: HealthState, since: PacketCounts): void {
  const known = state.packets.find((p) => p.apid === since.apid)
  if (!known) state.packets = [...state.packets, { ...since }].sort((a, b) => a.apid - b.apid)
  else for (const name of Object.keys(since) as (keyof PacketCounts)[]) if (name !== 'apid') known[name] += since[name]
}

function countEvents(state: HealthState, group: number, events: number, time: number): void {
  if (state.groupEvents[group] !== undefined) state.groupEvents[group]! += events
  state.recent.push({ time, group, events })
}

function finite(x: number): number | null {
  return Number.isFinite(x) ? x : null
}
