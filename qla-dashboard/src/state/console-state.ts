import type { Candidate, InstrumentDescriptor, Job, ResolvedTarget, SkyImage, Status, StreamHealth } from '@heavens/schemas'
import type { FormModel } from '../form/form-model.js'
import { type View, firstView } from './view.js'

/** What can change; a panel watches the topics that it draws. */
export type Topic = 'connection' | 'clock' | 'instruments' | 'catalogue' | 'streams' | 'candidates' | 'jobs' | 'image' | 'photons' | 'curves' | 'view' | 'selection' | 'theme' | 'notices' | 'form'

export interface Connection {
  phase: 'connecting' | 'live' | 'disconnected'
  /** performance.now() when this phase began */
  since: number
  /** performance.now() of the next attempt while disconnected */
  retryAt: number | null
}

/** A rolling sky image with the arrays of its frame; `significance` and `exposure` may be absent. */
export interface SkyMap {
  image: SkyImage
  counts: Float32Array
  exposure: Float32Array | null
  background: Float32Array | null
  significance: Float32Array | null
}

/** What the selected panel speaks of. Degrees ICRS, TT s. */
export type Selection =
  | { kind: 'position'; ra: number; dec: number; name?: string }
  | { kind: 'candidate'; id: string }
  | { kind: 'interval'; start: number; stop: number }

/** A line at the foot of the page: said once, dismissed by a click or after a while. */
export interface Notice {
  id: number
  kind: 'info' | 'error'
  text: string
  /** label and effect of a button */
  action?: { label: string; run: () => void }
}

/** Times [TT s] and directions [degrees ICRS] of photons as they came, waiting to be drawn. */
export interface Photons {
  ra: Float32Array
  dec: Float32Array
  energy: Float32Array
}

export interface ConsoleState {
  connection: Connection
  /** server clock minus performance.now()/1000; null before the first word from the server */
  clockOffset: number | null
  /** round trip of the last ping [s] */
  roundTrip: number | null
  status: Omit<Status, 'streams'> | null
  simulated: boolean
  instruments: InstrumentDescriptor[]
  catalogue: ResolvedTarget[]
  streams: Map<string, StreamHealth>
  /** performance.now() when a stream was last heard */
  heard: Map<string, number>
  candidates: Map<string, Candidate>
  /** ids that came after the first snapshot and have not been opened */
  fresh: Set<string>
  jobs: Map<string, Job>
  images: SkyImage[]
  map: SkyMap | null
  photons: Photons[]
  lost: Map<string, number>
  view: View
  selection: Selection | null
  /** interval that is brushed on the curves [TT s] */
  brush: { start: number; stop: number } | null
  notices: Notice[]
  /** the request form as it was left: closing the drawer loses nothing */
  draft: FormModel | null
  /** files on their way to the server */
  upload: { text: string; fraction: number } | null
  on(topics: readonly Topic[], listener: () => void): () => void
  touch(...topics: Topic[]): void
}

/** The one state of the page. Panels read it, actions change it and say which topics changed. */
export function createState(now: number): ConsoleState {
  const listeners = new Map<Topic, Set<() => void>>()
  return {
    connection: { phase: 'connecting', since: now, retryAt: null },
    clockOffset: null, roundTrip: null, status: null, simulated: false,
    instruments: [], catalogue: [], streams: new Map(), heard: new Map(), candidates: new Map(), fresh: new Set(), jobs: new Map(),
    images: [], map: null, photons: [], lost: new Map(), view: firstView(), selection: null, brush: null, notices: [], draft: null, upload: null,
    on(topics, listener) {
      for (const topic of topics) {
        if (!listeners.has(topic)) listeners.set(topic, new Set())
        listeners.get(topic)!.add(listener)
      }
      return () => { for (const topic of topics) listeners.get(topic)?.delete(listener) }
    },
    touch(...topics) {
      for (const topic of topics) for (const listener of listeners.get(topic) ?? []) listener()
    },
  }
}

export const streamKey = (instrument: string, run: string): string => `${instrument} ${run}`
