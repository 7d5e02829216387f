import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { HeavensError } from '@heavens/schemas'
import { requestedTime, type RequestedTime } from '@heavens/science/time'
import { unpacked } from './open-fits-file.js'

/** The time of a request from a file of good time, packed or not. Throws file-missing, fits-damaged; what requestedTime throws. */
export async function goodTimeFile(file: string): Promise<RequestedTime> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new HeavensError('file-missing', { file, reason: cause instanceof Error ? cause.message : String(cause) }, { cause })
  })
  return requestedTime(unpacked(bytes, path.basename(file)), file)
}
