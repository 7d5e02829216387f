import type { Candidate, InstrumentDescriptor } from '@heavens/schemas'
import { cashSignificance } from '@heavens/science/statistics'
import type { ClosedBins } from './bin-light-curves.js'
import { candidateId } from './candidate-id.js'
import { keepCheckpoint, type Checkpoint } from './checkpoint-trigger.js'
import { classifyRate } from './classify.js'
import { publish, type Published } from './publish-candidates.js'
import { createTrigger, nextBin, restartTrigger, stepTrigger, type TriggerBin, type TriggerState } from './rate-trigger.js'

/** Hits within this after a trigger belong to it [s]. */
const SAME_EVENT = 300
/** Longest time for which the background before a candidate is trusted [s]. */
const LONGEST_HOLD = 300
/** A growing candidate is told again at most this often [s of data]. */
const RETELL = 1
/** Bins of the sparkline. */
const SPARK_BINS = 120

/**
 * Finds new things in the rates of one run of one instrument: closed bins in, candidates out. One event is one candidate that
 * grows. All triggers of the instrument feed the same candidate. Plain data.
 */
export interface TransientState {
  descriptor: InstrumentDescriptor
  run: string
  triggers: TriggerState[]
  event: OpenEvent | null
  /** counts of the first trigger, all groups, before and during an event: [start, counts] of its last bins */
  recent: { from: number; counts: number[] }[]
  /** the last version of each event, as the search knows it */
  found: Candidate[]
  /** the same as the world knows it */
  published: Published[]
  /** from where the search can be run again over bins that late data have changed; the first was made before any data */
  checkpoints: Checkpoint[]
}

interface OpenEvent {
  candidate: Candidate
  /** trigger that found most */
  best: number
  lastHit: number
  told: number
  /** false once the quiet time has passed; a later hit opens it again */
  growing: boolean
  /** last hit that was told as the event's end because the stream ended */
  toldAsEnd: number
  bands: number[]
  groups: number[]
  counts: number
  expected: number
  /** since the last hit */
  pendingCounts: number
  pendingExpected: number
}

export function createTransients(descriptor: InstrumentDescriptor, run: string): TransientState {
  const triggers = descriptor.triggers.rate.map((trigger) => {
    const level = descriptor.curves.widths.indexOf(trigger.width)
    const band = descriptor.bands.findIndex((b) => b.id === trigger.band)
    if (level < 0 || band < 0) throw new RangeError(`${descriptor.id}: trigger on ${trigger.band} at ${trigger.width} s has no such band or width`)
    const groups = descriptor.groups.flatMap((g, i) => (!trigger.groups || trigger.groups.includes(g.id) ? [i] : []))
    return createTrigger(trigger, level, band, groups, descriptor.data === 'rates')
  })
  const state: TransientState = { descriptor, run, triggers, event: null, recent: triggers.map(() => ({ from: NaN, counts: [] })), found: [], published: [], checkpoints: [] }
  keepCheckpoint(state, -Infinity)
  return state
}

/** Take bins as bin-light-curves closes them; they are judged at the watermark, when every group has delivered. */
export function offerBins(state: TransientState, bins: ClosedBins): void {
  const nBands = state.descriptor.bands.length
  for (const trigger of state.triggers) {
    if (bins.level !== trigger.level) continue
    const g = trigger.groups.findIndex((group) => group.group === bins.group)
    if (g < 0) continue
    const waiting = trigger.waiting[g]!
    for (let i = 0; i < bins.index.length; i++) {
      waiting.index.push(bins.index[i]!)
      waiting.counts.push(bins.counts[i * nBands + trigger.band]!)
      waiting.exposure.push(bins.exposure[i]!)
    }
  }
}

/** Judge all waiting bins in order of their ends, whichever trigger they belong to; `emit` gets each new version of a candidate. */
export function judgeBins(state: TransientState, phase: number, final: boolean, emit: (candidate: Candidate) => void): void {
  searchBins(state, phase, final, (found) => emit(publish(state.published, found)))
}

/** The same without publishing anything: `tell` gets what the search knows, under the ids that it gives. */
export function searchBins(state: TransientState, phase: number, final: boolean, tell: (found: Candidate) => void): void {
  const emit = (found: Candidate): void => {
    const i = state.found.findIndex((f) => f.id === found.id)
    if (i < 0) state.found.push(found)
    else state.found[i] = found
    tell(found)
  }
  for (;;) {
    let best = -1
    let stop = Infinity
    let index = NaN
    for (let t = 0; t < state.triggers.length; t++) {
      const trigger = state.triggers[t]!
      const next = nextBin(trigger)
      const end = (next + 1) * trigger.trigger.width
      if (end < stop) {
        best = t
        stop = end
        index = next
      }
    }
    if (best < 0) break
    const trigger = state.triggers[best]!
    const start = index * trigger.trigger.width + phase
    closeQuiet(state, start, emit)
    const held = state.event !== null && state.event.growing
    const bin = stepTrigger(trigger, index, start, held)
    remember(state, best, bin)
    if (bin.groups.length > 0) takeHit(state, best, bin, emit)
    else if (state.event?.growing && best === state.event.best) {
      state.event.pendingCounts += bin.counts
      state.event.pendingExpected += bin.expected
    }
  }
  if (final && state.event?.growing) tellAsEnded(state, state.event, emit)
}

function takeHit(state: TransientState, t: number, bin: TriggerBin, emit: (candidate: Candidate) => void): void {
  const { descriptor } = state
  const trigger = state.triggers[t]!
  const band = trigger.trigger.band
  let event = state.event
  if (!event || bin.stop > event.candidate.time + SAME_EVENT + (event.growing ? LONGEST_HOLD : 0)) {
    event = {
      candidate: {
        id: candidateId(descriptor.id, state.run, band, trigger.trigger.width, Math.round((bin.onset - bin.start) / trigger.trigger.width) + bin.index),
        instrument: descriptor.id, run: state.run, revision: 0, state: 'open', trigger: 'rate',
        time: bin.onset, start: bin.earliest, stop: bin.stop, significance: bin.significance, band, groups: [], timescale: bin.timescale,
        reasons: [], simulated: state.run === 'simulated',
      },
      best: t, lastHit: bin.stop, told: -Infinity, growing: true, toldAsEnd: NaN, bands: [], groups: [], counts: 0, expected: 0, pendingCounts: 0, pendingExpected: 0,
    }
    state.event = event
  }
  const { candidate } = event
  if (event.best === t) {
    event.counts += event.pendingCounts + bin.counts
    event.expected += event.pendingExpected + bin.expected
    event.pendingCounts = 0
    event.pendingExpected = 0
  }
  event.growing = true
  event.lastHit = Math.max(event.lastHit, bin.stop)
  candidate.state = 'open'
  candidate.stop = Math.max(candidate.stop, bin.stop)
  candidate.start = Math.min(candidate.start, bin.earliest)
  if (!event.bands.includes(trigger.band)) event.bands = [...event.bands, trigger.band].sort((a, b) => a - b)
  for (const group of bin.groups) if (!event.groups.includes(group)) event.groups = [...event.groups, group].sort((a, b) => a - b)
  // Of a long event the whole is more significant than any interval of it: counts against the background before it,
  // with the scatter that was measured there.
  const whole = event.best === t && event.expected > 0 ? cashSignificance(event.counts, event.expected) / Math.sqrt(bin.spread) : 0
  const significance = Math.max(bin.significance, whole)
  if (significance > candidate.significance) {
    candidate.significance = significance
    candidate.timescale = whole > bin.significance ? candidate.stop - candidate.start : bin.timescale
    candidate.band = band
  }
  const rate = bin.counts / trigger.trigger.width
  if (rate > (candidate.peakRate ?? 0)) candidate.peakRate = rate
  candidate.counts = event.counts
  candidate.background = event.expected
  candidate.groups = event.groups.map((g) => descriptor.groups[g]!.id)
  Object.assign(candidate, classifyRate(descriptor, {
    timescale: candidate.stop - candidate.start, groups: event.groups.length, coincidence: trigger.trigger.coincidence, bands: event.bands,
  }))
  if (bin.stop - event.told >= RETELL) tell(state, event, bin.stop, emit)
}

/** End the event when its quiet time has passed, and forget it when nothing can belong to it any more. */
function closeQuiet(state: TransientState, now: number, emit: (candidate: Candidate) => void): void {
  const { event } = state
  if (!event) return
  const quiet = state.triggers[event.best]!.trigger.quiet
  if (event.growing && (now - event.lastHit >= quiet || now - event.candidate.time >= LONGEST_HOLD)) endEvent(state, emit)
  if (!event.growing && now - event.candidate.time > SAME_EVENT) state.event = null
}

function endEvent(state: TransientState, emit: (candidate: Candidate) => void): void {
  const event = state.event!
  event.growing = false
  event.candidate.state = 'closed'
  event.pendingCounts = 0
  event.pendingExpected = 0
  for (const trigger of state.triggers) restartTrigger(trigger)
  tell(state, event, event.lastHit, emit)
}

/** The stream has ended within an event. The state stays as it is, should the stream go on: the event may still grow. */
function tellAsEnded(state: TransientState, event: OpenEvent, emit: (candidate: Candidate) => void): void {
  if (event.toldAsEnd === event.lastHit) return
  event.toldAsEnd = event.lastHit
  emit({ ...event.candidate, state: 'closed', sparkline: sparkline(state, event) })
}

function tell(state: TransientState, event: OpenEvent, now: number, emit: (candidate: Candidate) => void): void {
  event.told = now
  emit({ ...event.candidate, sparkline: sparkline(state, event) })
}

/** Keep the last counts of each trigger, summed to bins of about a second, for the sparkline. */
function remember(state: TransientState, t: number, bin: TriggerBin): void {
  const width = state.triggers[t]!.trigger.width
  const merge = Math.max(1, Math.round(1 / width))
  const recent = state.recent[t]!
  const slot = Math.floor(bin.index / merge)
  if (Number.isNaN(recent.from) || slot - (recent.from + recent.counts.length - 1) > SPARK_BINS) {
    recent.from = slot
    recent.counts = [0]
  }
  while (recent.from + recent.counts.length - 1 < slot) recent.counts.push(0)
  recent.counts[slot - recent.from]! += bin.counts
  if (recent.counts.length > SPARK_BINS) recent.from += recent.counts.splice(0, recent.counts.length - SPARK_BINS).length
}

function sparkline(state: TransientState, event: OpenEvent): Candidate['sparkline'] {
  const recent = state.recent[event.best]!
  const { width } = state.triggers[event.best]!.trigger
  const merged = width * Math.max(1, Math.round(1 / width))
  // The last slot is still filling: shown, it would look like an end of the data.
  return { start: recent.from * merged, width: merged, counts: recent.counts.slice(0, -1) }
}
