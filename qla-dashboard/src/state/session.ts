import type { LIVE_PROTOCOL, BinaryHeader, Candidate, Frame, InstrumentDescriptor, ResolvedTarget, SkyImage, Status } from '@heavens/schemas'
import { type CurveCache } from '../curves/curve-rows.js'
import { binsOfFrame } from '../curves/series-buffer.js'
import { type LiveClient, connectLive } from '../wire/live-client.js'
import { ask } from '../wire/rest.js'
import { pageToken } from '../wire/token.js'
import type { Actions } from './actions.js'
import type { ConsoleState } from './console-state.js'
import { type Meanwhile, mapOfFrame, receiveText } from './receive.js'
import { durationText } from './formats.js'

// Written out here: to import the value would bring every schema and zod along; the type keeps both the same.
const PROTOCOL: typeof LIVE_PROTOCOL = 'heavens.v1'
/** How long after a reconnect what arrives counts as missed [ms]. */
const CATCHING_UP = 1500
const REFRESH = 10_000

/**
 * The page's tie to the server: keeps the state up to date from WebSocket and REST until the page is closed.
 * @param announce  called for each event that is new
 */
export function startSession(state: ConsoleState, cache: CurveCache, actions: () => Actions, announce: (c: Candidate) => void): LiveClient {
  let meanwhile: Meanwhile | null = null
  let downSince: number | null = null
  let told = 0

  async function refresh(first: boolean): Promise<void> {
    const [status, images] = await Promise.all([ask<Status>('status'), ask<SkyImage[]>('images')])
    state.status = status
    state.simulated = status.simulated
    if (JSON.stringify(images.map(keyOf)) !== JSON.stringify(state.images.map(keyOf))) {
      state.images = images
      state.touch('image')
    }
    if (first) {
      const [instruments, catalogue] = await Promise.all([ask<InstrumentDescriptor[]>('instruments'), ask<ResolvedTarget[]>('catalogue')])
      Object.assign(state, { instruments, catalogue })
      state.touch('instruments', 'catalogue')
    }
    state.touch('connection')
  }

  const refreshQuietly = (first: boolean): void => {
    refresh(first).catch((error: unknown) => {
      // While the server is away the top bar says so already.
      if (state.connection.phase === 'live' && performance.now() - told > 60_000) {
        told = performance.now()
        actions().notice({ kind: 'error', text: (error as Error).message })
      }
    })
  }

  function opened(): void {
    const first = state.instruments.length === 0
    const away = downSince === null ? null : performance.now() - downSince
    downSince = null
    state.connection = { phase: 'live', since: performance.now(), retryAt: null }
    state.touch('connection')
    cache.forgetFetched()
    refreshQuietly(first)
    if (away === null) return
    meanwhile = { events: 0, jobs: 0 }
    setTimeout(() => {
      const { events, jobs } = meanwhile ?? { events: 0, jobs: 0 }
      meanwhile = null
      const missed = [events ? `${events} event ${events === 1 ? 'change' : 'changes'}` : '', jobs ? `${jobs} job ${jobs === 1 ? 'change' : 'changes'}` : ''].filter(Boolean).join(' and ')
      actions().notice({ kind: 'info', text: `Connected again after ${durationText(Math.round(away / 1000))}. ${missed ? `${missed} came meanwhile and are shown.` : 'No event was missed.'} The curves are filled in from the store.` })
    }, CATCHING_UP)
  }

  function frame(message: Frame<BinaryHeader>): void {
    const { header, arrays } = message
    if (header.channel === 'images') {
      const map = mapOfFrame(message)
      if (!map) return
      const known = state.images.findIndex((i) => keyOf(i) === keyOf(map.image))
      state.images = known < 0 ? [...state.images, map.image] : state.images.with(known, map.image)
      state.map = map
      state.touch('image')
    } else if (header.channel === 'curves') {
      const key = [header.instrument, header.run, header.group, header.band, header.width].join(' ')
      const bins = binsOfFrame(header.width, header.phase, arrays)
      cache.merge(key, bins)
      cache.reached(key, bins.index.length ? bins.index[0]! * bins.width + bins.phase : header.watermark, header.watermark)
      state.touch('curves')
    } else {
      const { ra, dec, energy } = arrays
      if (ra instanceof Float32Array && dec instanceof Float32Array && energy instanceof Float32Array) {
        state.photons.push({ ra, dec, energy })
        state.touch('photons')
      }
    }
  }

  const url = new URL('live', document.baseURI)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  const token = pageToken()
  if (token) url.searchParams.set('token', token)
  const client = connectLive(url.href, PROTOCOL, {
    text(message) {
      if (message.type === 'error') return actions().notice({ kind: 'error', text: `${message.sentence} (${message.code})` })
      const fresh = receiveText(state, message, performance.now(), meanwhile)
      if (fresh) announce(fresh)
      if (message.type === 'record' && message.channel === 'status' && state.images.length === 0) refreshSoon()
    },
    frame,
    phase(phase, retryIn) {
      if (phase === 'open') return opened()
      if (phase === 'closed') {
        downSince ??= performance.now()
        state.connection = { phase: 'disconnected', since: downSince, retryAt: retryIn === null ? null : performance.now() + retryIn }
      } else if (downSince === null) state.connection = { phase: 'connecting', since: performance.now(), retryAt: null }
      state.touch('connection')
    },
    fault: (error) => actions().notice({ kind: 'error', text: `A message of the server could not be read: ${error instanceof Error ? error.message : String(error)}` }),
  })
  for (const channel of ['candidates', 'jobs', 'status']) client.subscribe(channel, { channel })

  let soon: ReturnType<typeof setTimeout> | undefined
  const refreshSoon = (): void => { soon ??= setTimeout(() => { soon = undefined; refreshQuietly(false) }, 1000) }
  setInterval(() => { if (state.connection.phase === 'live') refreshQuietly(state.instruments.length === 0) }, REFRESH)
  return client
}

const keyOf = (i: SkyImage): string => [i.instrument, i.run, i.band, i.window].join(' ')
