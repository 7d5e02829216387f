import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { bytesSource, openFits, type FitsFile } from '../fits/index.js'
import { fitSpectrum, parseModel, readEffectiveArea, readResponse, readSpectrum } from './index.js'

const data = process.env['HEAVENS_DATA'] ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url))
const absent = !existsSync(data)
if (absent) console.warn(`SKIPPED: no real data in ${data}; name their folder in HEAVENS_DATA`)

async function open(name: string): Promise<FitsFile> {
  const bytes = readFileSync(path.join(data, name))
  return openFits(bytesSource(name.endsWith('.gz') ? gunzipSync(bytes) : bytes), name)
}

describe.skipIf(absent)('real spectra', () => {
  it('the Crab of HXMT HE: counts with a background of rates, channels from 0, TLMIN as text', async () => {
    const base = 'hxmt/Crab_P011160506306/P011160506306_HE_'
    const response = await readResponse(await open(`${base}RSP.fits`))
    const request = {
      response, spectrum: await readSpectrum(await open(`${base}TOTAL.fits`), 256), background: await readSpectrum(await open(`${base}BKG.fits`), 256),
      model: parseModel('powerlaw'), min: 30, max: 120, statistic: 'chi2' as const, systematics: 0.02,
    }
    const { parameters: [index, norm], value, dof, warnings } = fitSpectrum(request)
    expect(index!.name).toBe('PhoIndex')
    expect(index!.value).toBeCloseTo(2.082, 3)
    expect(index!.error[1]).toBeCloseTo(0.026, 3)
    expect(norm!.value).toBeCloseTo(7.81, 2)
    expect(dof).toBe(61)
    expect(value / dof).toBeCloseTo(0.9, 2)
    expect(warnings).toEqual([])
    // With the groups of the file, most above 60 keV wide, the fit has 15 degrees of freedom.
    expect(fitSpectrum({ ...request, grouping: 'file' }).dof).toBe(15)
  })

  it('the Crab of JEM-X: rates with errors, EBOUNDS numbered from 0 and the matrix from 1', async () => {
    const base = 'integral/JEMX_Crab/jemx_query_spectrum_'
    const { parameters: [index] } = fitSpectrum({
      response: await readResponse(await open(`${base}rmf_Crab.fits.gz`)), area: await readEffectiveArea(await open(`${base}arf_Crab.fits.gz`)),
      spectrum: await readSpectrum(await open(`${base}spec_Crab_pha.fits.gz`), 16), model: parseModel('powerlaw'), min: 5, max: 25, statistic: 'chi2',
    })
    expect(Math.abs(index!.value - 2.22)).toBeLessThan(0.05)
    expect(index!.error[1]).toBeCloseTo(0.19, 1)
  })

  it('3C 273 with a black body: a deeper minimum is met while errors are sought; the fit goes on from there and says so', async () => {
    const base = 'chandra/3C273_spectrum/3c273'
    const request = {
      response: await readResponse(await open(`${base}.rmf`)), area: await readEffectiveArea(await open(`${base}.arf`)), spectrum: await readSpectrum(await open(`${base}.pi`)), background: await readSpectrum(await open(`${base}_bg.pi`)),
      model: parseModel('tbabs*(powerlaw+bbody)'), min: 0.5, max: 7, statistic: 'chi2' as const,
    }
    const first = fitSpectrum(request)
    expect(first.warnings).toEqual([expect.stringMatching(/^while errors were sought a minimum was met that is deeper by 2\.\d: the fit went on from there$/)])
    expect(first.value).toBeLessThan(30.7)
    // Begun at the end, there is nothing deeper, and the same errors.
    const second = fitSpectrum({ ...request, start: Object.fromEntries(first.parameters.map(({ name, value }) => [name, value])) })
    expect(second.warnings).toEqual([])
    second.parameters.forEach(({ error }, i) => expect(error[1]! / first.parameters[i]!.error[1]!).toBeCloseTo(1, 1))
  })

  it('matrices with rows of variable length and several groups conserve what comes in', async () => {
    const { rowStart, groupLength, groupOffset, matrix } = await readResponse(await open('xmm-epic/NGC7793_ULX4/PN.rmf'))
    const sums = Array.from({ length: rowStart.length - 1 }, (_, row) => {
      let sum = 0
      for (let g = rowStart[row]!; g < rowStart[row + 1]!; g++) for (let k = 0; k < groupLength[g]!; k++) sum += matrix[groupOffset[g]! + k]!
      return sum
    })
    expect(Math.max(...sums)).toBeLessThan(1.001)
    expect(sums[1000]).toBeGreaterThan(0.98)
  })
})
