import type { BinaryHeader, Candidate, Frame, Job, ServerMessage, StreamHealth } from '@heavens/schemas'
import { type ConsoleState, type SkyMap, streamKey } from './console-state.js'

/** What came meanwhile, counted after a reconnect: told to the user once. */
export interface Meanwhile {
  events: number
  jobs: number
}

/**
 * Put a text message of the server into the state and say what changed. Answers an event that has just come, to be announced.
 * @param now  performance.now() [ms]
 */
export function receiveText(state: ConsoleState, message: ServerMessage, now: number, meanwhile: Meanwhile | null): Candidate | null {
  if (message.type === 'hello') {
    state.clockOffset = message.time - now / 1000
    state.simulated = message.simulated
    state.touch('clock', 'connection')
  } else if (message.type === 'pong') {
    state.roundTrip = Math.max(0, now - message.at) / 1000
    state.clockOffset = message.time + state.roundTrip / 2 - now / 1000
    state.touch('clock')
  } else if (message.type === 'snapshot') {
    receiveSnapshot(state, message, now)
  } else if (message.type === 'record') {
    if (message.channel === 'candidates') return receiveCandidate(state, message.item, meanwhile)
    if (message.channel === 'jobs') {
      if (meanwhile) meanwhile.jobs++
      state.jobs.set(message.item.id, message.item)
      state.touch('jobs')
    } else receiveHealth(state, message.item, now)
  } else if (message.type === 'removed') {
    if (message.channel === 'jobs') state.jobs.delete(message.key)
    if (message.channel === 'candidates') state.candidates.delete(message.key)
    state.touch(message.channel === 'jobs' ? 'jobs' : 'candidates')
  } else if (message.type === 'lost') {
    state.lost.set(message.channel, (state.lost.get(message.channel) ?? 0) + message.count)
    state.touch('clock')
  }
  return null
}

function receiveSnapshot(state: ConsoleState, message: Extract<ServerMessage, { type: 'snapshot' }>, now: number): void {
  if (message.channel === 'candidates') {
    state.candidates = new Map(message.items.map((item) => [item.id, item]))
    state.touch('candidates')
  } else if (message.channel === 'jobs') {
    state.jobs = new Map((message.items as Job[]).map((item) => [item.id, item]))
    state.touch('jobs')
  } else {
    state.streams = new Map()
    for (const item of message.items as StreamHealth[]) receiveHealth(state, item, now)
    state.touch('streams')
  }
}

function receiveCandidate(state: ConsoleState, item: Candidate, meanwhile: Meanwhile | null): Candidate | null {
  const known = state.candidates.get(item.id)
  state.candidates.set(item.id, item)
  if (meanwhile) meanwhile.events++
  if (!known && item.state !== 'retracted') state.fresh.add(item.id)
  state.touch('candidates')
  return known || item.state === 'retracted' ? null : item
}

function receiveHealth(state: ConsoleState, item: StreamHealth, now: number): void {
  const key = streamKey(item.instrument, item.run)
  const before = state.streams.get(key)
  state.streams.set(key, item)
  if (!before || before.watermark !== item.watermark || before.items !== item.items) state.heard.set(key, now)
  state.touch('streams')
}

/** The map that an `images` frame holds. Significance and exposure that were not computed are null. */
export function mapOfFrame(frame: Frame<BinaryHeader>): SkyMap | null {
  if (frame.header.channel !== 'images') return null
  const { image } = frame.header
  const pixels = 12 * image.nside ** 2
  const array = (name: string): Float32Array | null => {
    const found = frame.arrays[name]
    return found instanceof Float32Array && found.length === pixels ? found : null
  }
  const counts = array('counts')
  return counts && { image, counts, exposure: image.exposureUnit === 'none' ? null : array('exposure'), background: array('background'), significance: array('significance') }
}
