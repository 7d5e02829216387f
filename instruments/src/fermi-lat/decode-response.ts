import { HeavensError } from '@heavens/schemas'
import type { FitsFile } from '@heavens/science/fits'
import type { DecodeContext, DecodedItem } from '../instrument.js'
import { wholeFile } from '../reading/whole-file.js'
import { pointResponse, RESPONSE_TABLES } from './point-response.js'

const DAY = 86_400
/** Launch and a time behind the end of any mission, TT seconds since MJD 51544.0: 2008-06-11, 2100-01-01. */
const LAUNCH = (54_628 - 51_544) * DAY
const FAR = (88_069 - 51_544) * DAY

export type ResponseType = keyof typeof RESPONSE_TABLES

/** Which of the response functions (effective area, point-spread function, energy dispersion) a file holds; undefined: none. */
export function responseType(file: FitsFile): ResponseType | undefined {
  return (Object.keys(RESPONSE_TABLES) as ResponseType[]).find(type => file.hdus.some(hdu => hdu.name.toUpperCase().startsWith(RESPONSE_TABLES[type])))
}

/** Response functions are kept as they are. They hold for the whole mission: one version serves all data of its class. */
export async function decodeResponse(file: FitsFile, context: DecodeContext): Promise<DecodedItem> {
  const type = responseType(file)
  if (type === undefined) throw new HeavensError('file-unusable', { file: file.name, reason: `it has none of the tables ${Object.values(RESPONSE_TABLES).join(', ')}` })
  const bytes = await wholeFile(file)
  const sha256 = await context.keep(file.name, bytes)
  // Read once now: what cannot be used is refused at the border and not in an analysis.
  await pointResponse([{ type, sha256, file }])
  return { kind: 'calibration', group: 0, type, file: file.name, sha256, bytes: bytes.length, from: LAUNCH, until: FAR }
}
