import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, it } from 'vitest'
import { readTable } from '@heavens/science/fits'
import { openFile } from './open-file.js'

const HEADER = `# %ECSV 0.9
# ---
# datatype:
# - {name: time, unit: MJD, datatype: float64}
# - {name: flux, unit: 'cm-2 s-1', datatype: float32}
# - {name: note, datatype: string}
# meta: !!omap
# - {data_type: lc}
# - {source_id: 91}
# - {telescope: hegra}
# - mjd: {max: 50752.0, min: 50508.0}
# - {comments: This goes on
#     in the next line}
`

async function open(text: string): ReturnType<typeof openFile> {
  const file = path.join(tmpdir(), `heavens-ecsv-${process.pid}.ecsv`)
  await writeFile(file, text)
  return openFile(file)
}

it('opens a text table as FITS: columns with units, meta as keywords, empty places NaN', async () => {
  const { fits } = await open(`${HEADER}time flux note\n50523.177 2e-11 bright\n50526.2072 nan "two words, ""so"""\n`)
  const table = fits.hdu('TABLE')!
  expect([table.header.get('TELESCOP'), table.header.get('DATA_TYP'), table.header.get('SOURCE_I'), table.header.has('COMMENTS')]).toEqual(['hegra', 'lc', 91, false])
  const { columns } = await readTable(fits, table)
  expect([...(columns['TIME']!.values as Float64Array)]).toEqual([50523.177, 50526.2072])
  expect([...(columns['FLUX']!.values as Float64Array)]).toEqual([2e-11, NaN])
  expect(columns['FLUX']!.unit).toBe('cm-2 s-1')
  expect((columns['NOTE']!.values as string[]).map((text) => text.trim())).toEqual(['bright', 'two words, "so"'])
})

it('takes the delimiter that the header names', async () => {
  const { fits } = await open(`${HEADER.replace('# ---', "# ---\n# delimiter: ','")}time,flux,note\n1.5,,x\n`)
  const { columns } = await readTable(fits, fits.hdu('TABLE')!)
  expect([columns['TIME']!.values[0], columns['FLUX']!.values[0]]).toEqual([1.5, NaN])
})

it.each([
  ['rows of another length', 'time flux note\n1 2\n', 'row 1 has 2 values for 3 columns'],
  ['text where a number belongs', 'time flux note\n1 much x\n', 'flux of row 1 is much, which is no number'],
  ['other names than the header', 'time flux\n1 2\n', 'its header names other columns than its first line'],
  ['nothing behind the header', '', 'its header names other columns than its first line'],
])('refuses %s', async (_, body, reason) => {
  await expect(open(HEADER + body)).rejects.toThrow(reason)
})
