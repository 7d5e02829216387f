import type { FitsFile } from '@heavens/science/fits'
import type { DecodeContext, DecodedItem } from '../instrument.js'
import { wholeFile } from '../reading/whole-file.js'
import { timesOfFile } from '../reading/times-of-file.js'
import { detectorIndex } from './detector-index.js'

const DAY = 86400

/**
 * A response (RSP; RSP2 holds several matrices by time) or binned spectra (CSPEC, CTIME): kept as they are. Valid a day
 * before and after what the header says: a response of GBM is made for one trigger, and the detectors' gain is stable over that.
 */
export async function decodeCalibration(file: FitsFile, context: DecodeContext): Promise<DecodedItem> {
  const response = file.hdus.some(hdu => hdu.name.toUpperCase().includes('MATRIX'))
  const { limits } = timesOfFile(file, file.hdus[0]!)
  const group = detectorIndex(file)
  const bytes = await wholeFile(file)
  const sha256 = await context.keep(file.name, bytes)
  return {
    kind: 'calibration', group, type: response ? 'rsp' : 'other', file: file.name, sha256, bytes: bytes.length,
    from: limits.start === undefined ? limits.earliest : limits.start - DAY,
    until: limits.stop === undefined ? limits.latest : limits.stop + DAY,
  }
}
