import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { DataItem } from '@heavens/schemas'
import type { Instrument } from '@heavens/instruments'
import { bytesSource, openFits } from '@heavens/science/fits'

/** Items of a real file as an instrument decodes them, marked as ingest would; calibration bytes go to `keep`. */
export async function decoded(instrument: Instrument, file: string, keep: (bytes: Uint8Array) => void): Promise<DataItem[]> {
  const raw = await readFile(file)
  const bytes = file.endsWith('.gz') ? gunzipSync(raw) : raw
  const name = path.basename(file)
  const fits = await openFits(bytesSource(bytes), name)
  const kind = instrument.recognise(fits)
  if (kind === undefined) throw new Error(`${name} is not of ${instrument.descriptor.id}`)
  const items: DataItem[] = []
  const context = {
    rows: 20_000, undecodable: () => undefined,
    keep: async (_: string, kept: Uint8Array) => {
      keep(kept)
      return createHash('sha256').update(kept).digest('hex')
    },
  }
  for await (const item of instrument.decode(fits, kind, context)) items.push({ ...item, source: name, sequence: items.length, late: false } as DataItem)
  return items
}
