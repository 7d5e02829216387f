import { readFile, stat } from 'node:fs/promises'
import { encodeFrame, TOPICS } from '@heavens/schemas'
import type { Log } from '@heavens/storage'
import type { RefusedFile } from './adapters/files.js'

/** Bytes of a refused file that are kept; of a longer one the beginning, which holds its headers. */
const MOST_BYTES = 16 * 2 ** 20

/** Header of a dead letter; a frame (schemas/frame) with the array `bytes`. */
export interface DeadLetter {
  file: string
  code: string
  sentence: string
  /** bytes of the whole file; the frame may hold fewer */
  size: number
  /** ISO UTC */
  received: string
}

/** Put refused files on the dead-letter topic with their bytes, so that what could not be read is not lost. */
export async function keepDeadLetters(log: Log, refused: readonly RefusedFile[], received: Date): Promise<void> {
  for (const { file, code, sentence } of refused) {
    const size = (await stat(file).catch(() => undefined))?.size
    // A file that is not there has no bytes to keep: the answer to the sender said so.
    if (size === undefined) continue
    const bytes = (await readFile(file)).subarray(0, MOST_BYTES)
    const letter: DeadLetter = { file, code, sentence, size, received: received.toISOString() }
    await log.append(TOPICS.deadletter, [{ key: null, value: encodeFrame(letter, { bytes: new Uint8Array(bytes) }) }])
  }
}
