import type { FastifyBaseLogger } from 'fastify'
import { HeavensError, TOPICS, decodeFrame } from '@heavens/schemas'
import type { Candidate, CurveNotice, Job, SkyImage, StreamHealth } from '@heavens/schemas'
import type { Log } from '@heavens/storage'
import type { Metrics } from '../metrics.js'
import { followKeyedView } from './keyed-view.js'
import type { KeyedView } from './keyed-view.js'

/** How long a request waits for the views [ms]. */
const PATIENCE = 3000

/** The last image of one instrument, run, band and window: its header, and the frame as it was on the log. */
export interface ImageEntry {
  header: SkyImage
  frame: Uint8Array
}

/** All the state that the api has: rebuilt from the log, so that every replica shows the same. */
export interface Views {
  candidates: KeyedView<Candidate>
  jobs: KeyedView<Job>
  health: KeyedView<StreamHealth>
  images: KeyedView<ImageEntry>
  curves: KeyedView<CurveNotice>
  /** Resolves when all of them are rebuilt. */
  ready: Promise<void>
  /** As `ready`, but throws log-unreachable when it takes longer than a few seconds. */
  whenReady(): Promise<void>
  /** The topics that are not followed now; empty when all is well. */
  behind(): string[]
}

const decodeJson = <T>(bytes: Uint8Array): T => JSON.parse(new TextDecoder().decode(bytes)) as T

/** A record that an older program wrote says nothing of stages and packets. */
function decodeHealth(bytes: Uint8Array): StreamHealth {
  const health = decodeJson<Omit<StreamHealth, 'stages' | 'packets'> & Partial<Pick<StreamHealth, 'stages' | 'packets'>>>(bytes)
  return { ...health, stages: health.stages ?? [], packets: health.packets ?? [] }
}

/** Follow the five topics until `signal` aborts. */
export function followViews(log: Log, metrics: Metrics, logger: FastifyBaseLogger, signal: AbortSignal): Views {
  const follow = <T>(topic: string, removals: boolean, decode: (value: Uint8Array) => T): KeyedView<T> => followKeyedView({
    log, topic, decode, removals, signal,
    unreadable(key, error) {
      metrics.count('heavens_view_unreadable_records_total', { topic })
      logger.error({ err: error, topic, key }, 'a record of the log cannot be read')
    },
    failed(error) { logger.error({ err: error, topic }, 'the log cannot be followed; trying again') },
  })
  const views = {
    candidates: follow<Candidate>(TOPICS.candidates, false, decodeJson),
    jobs: follow<Job>(TOPICS.jobs, true, decodeJson),
    health: follow<StreamHealth>(TOPICS.health, false, decodeHealth),
    images: follow<ImageEntry>(TOPICS.images, false, (frame) => ({ header: imageHeader(frame), frame })),
    curves: follow<CurveNotice>(TOPICS.curves, false, decodeJson),
  }
  const named: [string, KeyedView<unknown>][] = [
    [TOPICS.candidates, views.candidates], [TOPICS.jobs, views.jobs], [TOPICS.health, views.health], [TOPICS.images, views.images], [TOPICS.curves, views.curves],
  ]
  const ready = Promise.all(named.map(([, view]) => view.ready)).then(() => undefined)
  ready.catch(() => undefined)
  async function whenReady(): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new HeavensError('log-unreachable', { reason: 'not all that is on it has been read yet' })), PATIENCE)
    })
    await Promise.race([ready, late]).finally(() => clearTimeout(timer))
  }

  return { ...views, ready, whenReady, behind: () => named.filter(([, view]) => !view.following()).map(([topic]) => topic) }
}

function imageHeader(frame: Uint8Array): SkyImage {
  const { header } = decodeFrame<SkyImage>(frame)
  return header
}
