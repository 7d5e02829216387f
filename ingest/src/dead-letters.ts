import { readFile, stat } from 'node:fs/promises'
import { encodeFrame, HeavensError, TOPICS, type StreamId } from '@heavens/schemas'
import type { Log } from '@heavens/storage'
import type { RefusedFile } from './adapters/files.js'

/** Bytes of a dead letter that are kept; of a longer one the beginning, which holds its headers. */
const MOST_BYTES = 16 * 2 ** 20

/** Header of a dead letter; a frame (schemas/frame) with the array `bytes`. */
export interface DeadLetter {
  /** which way they came; absent: a file */
  via?: 'file' | 'block' | 'packets'
  /** name of the file, or who sent the bytes */
  file: string
  code: string
  sentence: string
  /** bytes as they came; the frame may hold fewer */
  size: number
  /** ISO UTC */
  received: string
  /** of a block: where it was meant to go */
  stream?: StreamId
  /** found on `heavens.raw` at this offset */
  raw?: number
}

/** Put refused files on the dead-letter topic with their bytes, so that what could not be read is not lost. */
export async function keepDeadLetters(log: Log, refused: readonly RefusedFile[], received: Date): Promise<void> {
  for (const { file, code, sentence } of refused) {
    const size = (await stat(file).catch(() => undefined))?.size
    // A file that is not there has no bytes to keep: the answer to the sender said so.
    if (size === undefined) continue
    await keepDeadLetter(log, { via: 'file', file, code, sentence, size, received: received.toISOString() }, await readFile(file))
  }
}

/** Put bytes on the dead-letter topic. */
export async function keepDeadLetter(log: Log, letter: DeadLetter, bytes: Uint8Array): Promise<void> {
  await log.append(TOPICS.deadletter, [{ key: null, value: encodeFrame(letter, { bytes: new Uint8Array(bytes.subarray(0, MOST_BYTES)) }) }])
}

/** Why bytes were refused, as a dead letter says it. */
export function refusalOf(error: unknown): { code: string; sentence: string } {
  if (error instanceof HeavensError) return { code: error.code, sentence: error.message }
  return { code: 'internal', sentence: error instanceof Error ? error.message : String(error) }
}
