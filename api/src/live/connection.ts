import { CHANNELS, ClientMessage, HeavensError, LIVE_MAX_FRAME } from '@heavens/schemas'
import type { Channel } from '@heavens/schemas'
import { ttFromUnix } from '@heavens/science/time'
import type { RawData, WebSocket } from 'ws'
import { badRequest, heavensErrorOf } from '../answer-errors.js'
import { descriptorOf } from '../curves/select-series.js'
import type { ApiOptions } from '../options.js'
import type { Metrics } from '../metrics.js'
import type { Views } from '../views/views.js'
import { openCurves } from './curves-channel.js'
import { openImages } from './images-channel.js'
import { createOutbox } from './outbox.js'
import type { OutboxLimits } from './outbox.js'
import type { PhotonTail } from './photon-tail.js'
import { openPhotons } from './photons-channel.js'
import type { SharedCurves } from './shared-curves.js'
import { openRecords } from './records-channel.js'
import { passes } from './subscription.js'
import type { Filter, Subscription } from './subscription.js'

/** Subscriptions that one client may hold. */
const MOST_SUBSCRIPTIONS = 200
/** Frames of one client that may wait to be looked at. */
const MOST_WAITING = 1000
/** Properties that a filter may name. */
const FILTERS: Record<Channel, readonly string[]> = {
  candidates: [], jobs: [], status: [], images: ['instrument', 'run', 'band', 'window'],
  curves: ['instrument', 'run', 'group', 'band', 'width'], photons: ['instrument', 'run'],
}

/** Jobs of a first snapshot; older ones are in `GET /analyses`. */
const NEWEST_JOBS = 500

export interface ConnectionOptions {
  options: ApiOptions
  views: Views
  photons: PhotonTail
  curves: SharedCurves
  metrics: Metrics
  limits: OutboxLimits
  /** an error that is not the client's */
  failed(error: unknown): void
}

interface OpenSubscription {
  channel: Channel
  filter: Filter
  subscription: Subscription
}

/** One WebSocket client: answers its frames one after the other, and forgets everything when it goes. */
export function serveClient(socket: WebSocket, { options, views, photons, curves, metrics, limits, failed }: ConnectionOptions): void {
  const outbox = createOutbox(socket, limits, metrics)
  const open: OpenSubscription[] = []
  const now = (): number => ttFromUnix(Date.now())
  let waiting = 0
  let turn = Promise.resolve()

  function refuse(error: unknown): void {
    const known = heavensErrorOf(error, { id: 'on /live' })
    if (known.status >= 500) failed(error)
    outbox.send({ type: 'error', code: known.code, sentence: known.message, ...(known.path === undefined ? {} : { path: known.path }) })
  }

  function close(which: (entry: OpenSubscription) => boolean): void {
    for (const entry of open.filter(which)) {
      entry.subscription.close()
      open.splice(open.indexOf(entry), 1)
    }
  }

  async function subscribe(channel: Channel, since: number | undefined, filter: Filter): Promise<void> {
    const unknown = Object.keys(filter).find((name) => !FILTERS[channel].includes(name))
    if (unknown !== undefined) throw new HeavensError('bad-request', { reason: `${channel} cannot be filtered by ${unknown}` }, { path: `filter.${unknown}` })
    for (const [name, value] of Object.entries(filter)) {
      if (typeof value !== (name === 'width' ? 'number' : 'string')) throw new HeavensError('bad-request', { reason: `${name} must be a ${name === 'width' ? 'number' : 'text'}` }, { path: `filter.${name}` })
    }
    if (open.length >= MOST_SUBSCRIPTIONS) throw new HeavensError('bad-request', { reason: `at most ${MOST_SUBSCRIPTIONS} subscriptions` })
    const { instrument, run, group, band, width } = filter as { instrument?: string; run?: string; group?: string; band?: string; width?: number }
    const descriptor = instrument === undefined ? undefined : descriptorOf(options.instruments, instrument)
    await views.ready
    if (socket.readyState !== socket.OPEN) return
    close((entry) => entry.channel === channel && sameFilter(entry.filter, filter))
    const begin = (): Subscription => {
      switch (channel) {
        case 'candidates': return openRecords(channel, views.candidates, since, outbox, { written: (candidate, appended) => metrics.publication.note(candidate, appended) })
        case 'jobs': return openRecords(channel, views.jobs, since, outbox, { newest: NEWEST_JOBS })
        case 'status': return openRecords(channel, views.health, since, outbox, { show: (health) => metrics.publication.complete(health) })
        case 'images': return openImages(views.images, filter, outbox)
        case 'photons': return openPhotons(photons, filter, outbox)
        case 'curves': {
          if (descriptor === undefined) throw new HeavensError('bad-request', { reason: 'curves need an instrument' }, { path: 'filter.instrument' })
          return openCurves({
            store: options.stores.curves, shared: curves, notices: views.curves, descriptor, filter: { instrument: descriptor.id, run, group, band, width }, outbox, publication: metrics.publication,
            failed(error) { close((entry) => entry.filter === filter); refuse(error) },
          })
        }
      }
    }
    open.push({ channel, filter, subscription: begin() })
  }

  async function obey(message: Exclude<ClientMessage, { type: 'ping' }>): Promise<void> {
    const { channel, filter = {} } = message
    if (!isChannel(channel)) throw new HeavensError('unknown-channel', { channel: channel.slice(0, 100), known: Object.keys(CHANNELS).join(', ') }, { path: 'channel' })
    if (message.type === 'subscribe') return subscribe(channel, message.since, filter)
    const mine = open.filter((entry) => entry.channel === channel)
    const exact = mine.filter((entry) => sameFilter(entry.filter, filter))
    // Else the filter means all that fit it: none names every subscription of the channel.
    close((entry) => exact.length ? exact.includes(entry) : mine.includes(entry) && passes(filter, entry.filter))
  }

  function receive(data: RawData, binary: boolean): void {
    const bytes = data as Buffer
    if (bytes.byteLength > LIVE_MAX_FRAME) {
      refuse(new HeavensError('frame-too-large', { limit: LIVE_MAX_FRAME }))
      return socket.close(1009, 'frame too large')
    }
    let message: ClientMessage
    try { message = parseFrame(bytes, binary) } catch (error) { return refuse(error) }
    // A pulse is answered at once, however long a subscription before it takes.
    if (message.type === 'ping') return outbox.send({ type: 'pong', at: message.at, time: now() })
    const wish = message
    if (++waiting > MOST_WAITING) return socket.close(1008, 'too many frames at once')
    turn = turn.then(() => obey(wish)).catch(refuse).finally(() => { waiting -= 1 })
  }

  metrics.clientCame()
  socket.on('message', receive)
  socket.on('close', () => {
    metrics.clientLeft()
    outbox.close()
    close(() => true)
  })
  const { name, version, simulated } = options.status()
  outbox.send({ type: 'hello', server: name, version, time: now(), simulated, channels: Object.keys(CHANNELS) })
}

/** Throws frame-not-json, bad-request. */
function parseFrame(bytes: Buffer, binary: boolean): ClientMessage {
  if (binary) throw new HeavensError('frame-not-json', { reason: 'binary frames are not read here' })
  let frame: unknown
  try { frame = JSON.parse(bytes.toString('utf8')) } catch (error) { throw new HeavensError('frame-not-json', { reason: error instanceof Error ? error.message : 'unreadable' }, { cause: error }) }
  const parsed = ClientMessage.safeParse(frame)
  if (!parsed.success) throw badRequest(parsed.error.issues)
  return parsed.data
}

function isChannel(name: string): name is Channel {
  return Object.hasOwn(CHANNELS, name)
}

function sameFilter(a: Filter, b: Filter): boolean {
  return passes(a, b) && passes(b, a)
}
