import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import path from 'node:path'
import { gunzipSync } from 'node:zlib'
import { HeavensError, Item } from '@heavens/schemas'
import { recogniseFile } from '@heavens/instruments'
import { closeSource, createAssembler, offer, openSource, release, type Assembler } from '@heavens/ingest'
import { bytesSource, openFits } from '@heavens/science/fits'
import { expect, it } from 'vitest'

const data = process.env.HEAVENS_DATA ?? fileURLToPath(new URL('../../../shared/data', import.meta.url))
const present = existsSync(data)
if (!present) console.warn(`skipped: no real data in ${data}; name a folder in HEAVENS_DATA`)

/** Folders of real files, and how many of them no instrument knows. */
const FOLDERS = [
  ['fermi-gbm/GRB190530A', 0], ['fermi-gbm/GRB180120A', 0], ['fermi-lat/2fhl_allsky', 0], ['fermi-lat/gammalib_p8v3', 2],
  ['integral/SPI-ACS_GRB230307A', 0], ['swift-bat/rates_64ms_1s', 0],
] as const

it.skipIf(!present).each(FOLDERS)('real files of %s go on the log as the contract has them', async (folder, unknown) => {
  const assemblers = new Map<string, Assembler>()
  let refused = 0
  for (const name of readdirSync(path.join(data, folder)).filter((f) => /\.(fits?|lc|pha|rsp2?)(\.gz)?$/.test(f))) {
    const bytes = readFileSync(path.join(data, folder, name))
    const file = await openFits(bytesSource(new Uint8Array(name.endsWith('.gz') ? gunzipSync(bytes) : bytes)), name)
    try {
      const { instrument, kind } = recogniseFile(file)
      const assembler = assemblers.get(instrument.descriptor.id) ?? createAssembler(instrument.descriptor, { rowsPerBlock: 20_000 })
      assemblers.set(instrument.descriptor.id, assembler)
      openSource(assembler, name)
      for await (const item of instrument.decode(file, kind, { rows: 65_536, undecodable: () => {}, keep: async () => '0'.repeat(64) })) offer(assembler, name, item)
      closeSource(assembler, name)
    } catch (error) {
      if (!(error instanceof HeavensError) || error.code !== 'file-unknown') throw error
      refused++
    }
  }
  expect(refused).toBe(unknown)
  const wrong: string[] = []
  let watermark = -Infinity
  for (const assembler of assemblers.values()) {
    for (let items = release(assembler); items.length > 0; items = release(assembler)) {
      for (const item of items) {
        const result = Item.safeParse(item)
        if (!result.success) wrong.push(...result.error.issues.map((issue) => `${item.kind} ${issue.path.join('.')} ${issue.message}`))
        if (item.kind === 'watermark') watermark = Math.max(watermark, item.time)
      }
    }
  }
  expect(wrong).toEqual([])
  expect(watermark).toBeGreaterThan(0)
})
