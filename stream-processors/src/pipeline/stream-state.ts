import { createHash } from 'node:crypto'
import { deserialize, serialize } from 'node:v8'
import type { InstrumentDescriptor, StreamId } from '@heavens/schemas'
import { createLightCurves, type LightCurveState } from '../processors/bin-light-curves.js'
import { createSkyTransients, type SkyTransientState } from '../processors/detect-sky-transients.js'
import { createTransients, type TransientState } from '../processors/detect-transients.js'
import { createHealth, type HealthState } from '../processors/measure-health.js'
import { createImages, type ImageState } from '../processors/roll-images.js'
import type { TakenSequences } from '../processors/take-once.js'
import { captureArrays, packCaptured, unpackArrays } from './pack-arrays.js'

/** Raise it when the meaning of any processor's state changes: older snapshots are then rebuilt by replay. */
const STATE_VERSION = 12

/** All that the processors of one stream remember. Plain data. */
export interface StreamState {
  curves: LightCurveState
  transients: TransientState
  skyTransients: SkyTransientState
  images: ImageState | undefined
  health: HealthState
  taken: TakenSequences
}

export function createStreamState(descriptor: InstrumentDescriptor, stream: StreamId): StreamState {
  return { curves: createLightCurves(descriptor), transients: createTransients(descriptor, stream.run), skyTransients: createSkyTransients(descriptor, stream.run), images: createImages(descriptor), health: createHealth(descriptor, stream.run), taken: new Map() }
}

/** State as it was at one moment, and the offset it stands for. What is done to the state afterwards does not reach it. */
export interface CapturedState {
  descriptor: string
  offset: number
  /** of `captureArrays` */
  state: unknown
}

/** The part of a snapshot for which the stream stands still: a copy in memory. */
export function captureState(descriptor: InstrumentDescriptor, state: StreamState, offset: number): CapturedState {
  return { descriptor: JSON.stringify(descriptor), offset, state: captureArrays(state) }
}

/** The bytes of a snapshot, with a checksum in front: sha256 (32 bytes), then the serialised record. The stream may go on meanwhile. */
export async function snapshotBytes({ descriptor, offset, state }: CapturedState): Promise<Uint8Array> {
  const body = serialize({ version: STATE_VERSION, descriptor, offset, state: await packCaptured(state) })
  return Buffer.concat([createHash('sha256').update(body).digest(), body])
}

/** What a snapshot holds, or the reason why it cannot be used. */
export function restoreState(descriptor: InstrumentDescriptor, bytes: Uint8Array): { state: StreamState; offset: number } | { refused: string } {
  const body = bytes.subarray(32)
  if (bytes.length < 32 || !createHash('sha256').update(body).digest().equals(bytes.subarray(0, 32))) return { refused: 'its checksum does not fit' }
  const record = deserialize(body) as { version: number; descriptor: string; offset: number; state: unknown }
  if (record.version !== STATE_VERSION) return { refused: `it was made by another version of the processors (${record.version}, now ${STATE_VERSION})` }
  if (record.descriptor !== JSON.stringify(descriptor)) return { refused: 'the instrument has been described anew since' }
  return { state: unpackArrays(record.state) as StreamState, offset: record.offset }
}
