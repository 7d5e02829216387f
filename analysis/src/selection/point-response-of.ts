import type { Instrument, PointResponse, ResponseFile } from '@heavens/instruments'
import type { CalibrationFile } from '@heavens/schemas'
import { bytesSource, openFits } from '@heavens/science/fits'
import type { ProductStore } from '@heavens/storage'

/** The response to points of an instrument from the calibration that came with its data: the last file of each type. Undefined where the instrument has none. */
export async function pointResponseOf(instrument: Instrument, calibration: readonly CalibrationFile[], products: ProductStore): Promise<PointResponse | undefined> {
  if (instrument.pointResponse === undefined) return undefined
  const last = new Map(calibration.map((item) => [item.type, item]))
  const files = await Promise.all([...last.values()].map(async ({ type, sha256, file }): Promise<ResponseFile> => ({ type, sha256, file: await openFits(bytesSource(await products.get(sha256)), file) })))
  return instrument.pointResponse(files)
}
