import { z } from 'zod'
import { Candidate, candidateExample } from './candidate.js'
import { Job, jobExample } from './analysis-result.js'
import { StreamHealth, streamHealthExample } from './health.js'
import type { SkyImage } from './image.js'

/** Subprotocol of the WebSocket at /live. */
export const LIVE_PROTOCOL = 'heavens.v1'
/** Largest text frame a client may send [bytes]. */
export const LIVE_MAX_FRAME = 64 * 1024

/**
 * Channels and what happens when a client is slow: `lossless` waits, `latest` keeps the last message of each key,
 * `decimated` may skip and says how many.
 */
export const CHANNELS = {
  candidates: 'lossless',
  jobs: 'lossless',
  status: 'latest',
  images: 'latest',
  curves: 'decimated',
  photons: 'decimated',
} as const
export type Channel = keyof typeof CHANNELS
export type ChannelClass = (typeof CHANNELS)[Channel]

/**
 * What a client may send, as JSON text frames. `since`: resume after this seq, if the server still holds it. A channel may be
 * subscribed several times with different filters: curves {instrument, run, group?, band?, width} (group "sum" adds all groups),
 * images {instrument?, run?, band?, window?}, photons {instrument?, run?}.
 */
export const ClientMessage = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('subscribe'), channel: z.string(), since: z.number().int().nonnegative().optional(), filter: z.record(z.string(), z.union([z.string(), z.number()])).optional() }),
  z.strictObject({ type: z.literal('unsubscribe'), channel: z.string(), filter: z.record(z.string(), z.union([z.string(), z.number()])).optional() }),
  z.strictObject({ type: z.literal('ping'), at: z.number() }),
])
export type ClientMessage = z.infer<typeof ClientMessage>

/** One of each message a client may send. */
export const clientMessageExamples: ClientMessage[] = [
  { type: 'subscribe', channel: 'curves', since: 1041, filter: { instrument: 'fermi-gbm', run: 'main', group: 'sum', band: '50-300', width: 0.064 } },
  { type: 'unsubscribe', channel: 'curves', filter: { instrument: 'fermi-gbm' } },
  { type: 'ping', at: 1748600348123 },
]

/**
 * What the server sends as text. A subscription is answered by `snapshot` (or `resumed` when `since` was still held), then
 * `record`s; `removed` says that a record is no more (a job that was forgotten). `lost` says how many messages of a channel were dropped or merged for
 * this client since the last one it saw.
 *
 * `seq` ascends within a channel but may leave numbers out: it is the record's offset on the log plus one (0: nothing yet), and
 * the log keeps only the last record of each key. So it outlives a restart of the server, and `since: N` means "from offset N on":
 * what was superseded meanwhile comes once, in its latest form. For curves it is that of the newest notice that a frame
 * answers; photons, which cannot be resumed, are counted from the server's start, and their `lost` counts photons, not messages.
 *
 * Binary messages are frames (frame.ts) whose header is a `BinaryHeader`.
 */
export const ServerMessage = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('hello'), server: z.string(), version: z.string(), time: z.number().describe('server clock, TT s'), simulated: z.boolean(), channels: z.array(z.string()) }),
  z.discriminatedUnion('channel', [
    z.strictObject({ type: z.literal('snapshot'), channel: z.literal('candidates'), seq: z.number(), items: z.array(Candidate) }),
    z.strictObject({ type: z.literal('snapshot'), channel: z.literal('jobs'), seq: z.number(), items: z.array(Job) }),
    z.strictObject({ type: z.literal('snapshot'), channel: z.literal('status'), seq: z.number(), items: z.array(StreamHealth) }),
  ]),
  z.strictObject({ type: z.literal('resumed'), channel: z.string(), seq: z.number() }),
  z.discriminatedUnion('channel', [
    z.strictObject({ type: z.literal('record'), channel: z.literal('candidates'), seq: z.number(), item: Candidate }),
    z.strictObject({ type: z.literal('record'), channel: z.literal('jobs'), seq: z.number(), item: Job }),
    z.strictObject({ type: z.literal('record'), channel: z.literal('status'), seq: z.number(), item: StreamHealth }),
  ]),
  z.strictObject({ type: z.literal('removed'), channel: z.string(), seq: z.number(), key: z.string() }),
  z.strictObject({ type: z.literal('lost'), channel: z.string(), count: z.number().int() }),
  z.strictObject({ type: z.literal('pong'), at: z.number(), time: z.number() }),
  z.strictObject({ type: z.literal('error'), code: z.string(), sentence: z.string(), path: z.string().optional() }),
])
export type ServerMessage = z.infer<typeof ServerMessage>

/** One of each message the server sends. */
export const serverMessageExamples: ServerMessage[] = [
  { type: 'hello', server: 'heavens', version: '0.1.0', time: 848774302.184, simulated: true, channels: ['candidates', 'jobs', 'status', 'images', 'curves', 'photons'] },
  { type: 'snapshot', channel: 'candidates', seq: 7, items: [candidateExample] },
  { type: 'snapshot', channel: 'jobs', seq: 4, items: [jobExample] },
  { type: 'snapshot', channel: 'status', seq: 90, items: [streamHealthExample] },
  { type: 'resumed', channel: 'candidates', seq: 7 },
  { type: 'record', channel: 'candidates', seq: 8, item: candidateExample },
  { type: 'record', channel: 'jobs', seq: 5, item: jobExample },
  { type: 'record', channel: 'status', seq: 91, item: streamHealthExample },
  { type: 'removed', channel: 'jobs', seq: 6, key: 'j-2f1c77aa01' },
  { type: 'lost', channel: 'curves', count: 12 },
  { type: 'pong', at: 1748600348123, time: 848774302.5 },
  { type: 'error', code: 'unknown-channel', sentence: 'There is no channel weather; there are: candidates, jobs.', path: 'channel' },
]

/**
 * Header of a binary message:
 * - `images`: a SkyImage; arrays counts, exposure, background, significance.
 * - `curves`: bins of one curve (key and phase in the header), arrays index, counts, exposure, background, revision, completeness, flags.
 * - `photons`: new photons of one run: arrays time (f64), ra, dec, energy (f32).
 */
export type BinaryHeader =
  | { channel: 'images'; seq: number; image: SkyImage }
  | { channel: 'curves'; seq: number; instrument: string; run: string; group: string; band: string; width: number; phase: number; watermark: number }
  | { channel: 'photons'; seq: number; instrument: string; run: string; simulated: boolean }
