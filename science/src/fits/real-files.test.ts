import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { bytesSource, openFits, readImage, readTable, tableRows } from './index.js'
import type { FitsFile } from './index.js'

const data = process.env['HEAVENS_DATA'] ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url))
const absent = !existsSync(data)
if (absent) console.warn(`SKIPPED: no real data in ${data}; name their folder in HEAVENS_DATA`)

async function open(name: string): Promise<FitsFile> {
  const bytes = readFileSync(path.join(data, name))
  return openFits(bytesSource(name.endsWith('.gz') ? gunzipSync(bytes) : bytes), name)
}

// Every column of every file is compared with another reader in .ci/reference/check-fits.py; here is one file of each sort.
describe.skipIf(absent)('real files', () => {
  it('a GBM event list: times with TZERO on doubles', async () => {
    const file = await open('fermi-gbm/GRB190530A/glg_tte_n0_bn190530430_v00.fit.gz')
    expect(file.hdus.map(({ name }) => name)).toEqual(['PRIMARY', 'EBOUNDS', 'EVENTS', 'GTI'])
    const events = file.hdu('EVENTS')!
    expect(tableRows(events)).toBe(780966)
    const { columns } = await readTable(file, events)
    const time = columns['TIME']!.values as Float64Array
    const trigger = file.hdus[0]!.header.number('TRIGTIME')
    expect(trigger).toBe(580904353.903198)
    expect(Math.abs(time[0]! - trigger)).toBeLessThan(150)
    expect(Math.abs(time.at(-1)! - trigger)).toBeLessThan(500)
    expect((columns['PHA']!.values as Int16Array).every(channel => channel >= 0 && channel < 128)).toBe(true)
  })

  it('a GBM spectrum: unsigned counts in rows of 128', async () => {
    const file = await open('fermi-gbm/GRB190530A/glg_cspec_n0_bn190530430_v00.pha')
    const { columns, rows } = await readTable(file, file.hdu('SPECTRUM')!, { columns: ['COUNTS'] })
    expect(columns['COUNTS']!.values).toBeInstanceOf(Uint16Array)
    expect(columns['COUNTS']!.values).toHaveLength(128 * rows)
  })

  it('a response with variable-length rows', async () => {
    const file = await open('fermi-gbm/GRB190530A/glg_cspec_n0_bn190530430_v02.rsp2')
    const { columns, rows } = await readTable(file, file.hdus.find(({ name }) => name.endsWith('MATRIX'))!)
    const matrix = columns['MATRIX']!
    expect(matrix.offsets).toHaveLength(rows + 1)
    expect(matrix.offsets!.at(-1)).toBe(matrix.values.length)
  })

  it('an image', async () => {
    const file = await open('integral/ISGRI_images/isgri_sky_ima_1.fits.gz')
    const hdu = file.hdus.find(({ kind, header }) => kind === 'image' && header.number('NAXIS') === 2)!
    const { shape, values } = await readImage(file, hdu)
    expect(shape).toEqual([400, 400])
    expect(values).toBeInstanceOf(Float32Array)
    expect(values).toHaveLength(160000)
  })
})
