import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeFits, type CardInput } from '@heavens/science/fits'
import { heavens, type Ended } from './heavens.js'

const SIZE = 40
const EXPOSURE = 100
const low = Float32Array.from({ length: SIZE }, (_, i) => 1 + 0.25 * i)
const high = Float32Array.from({ length: SIZE }, (_, i) => 1.25 + 0.25 * i)
const channels = Int16Array.from({ length: SIZE }, (_, i) => i + 1)
/** Counts of 5 E^−2 through an area of 200 cm², rounded, plus `extra`. */
const counts = (extra: number): Int32Array => Int32Array.from(low, (a, i) => Math.round(5 * (1 / a - 1 / high[i]!) * 200 * EXPOSURE) + extra)

const spectrum = (values: Int32Array, cards: CardInput[]): Uint8Array =>
  writeFits([{
    kind: 'bintable', name: 'SPECTRUM', rows: SIZE, columns: [{ name: 'CHANNEL', format: 'I', values: channels, tlmin: 1 }, { name: 'COUNTS', format: 'J', values }],
    cards: [['HDUCLASS', 'OGIP'], ['HDUCLAS1', 'SPECTRUM'], ['EXPOSURE', EXPOSURE], ['POISSERR', true], ['DETCHANS', SIZE], ...cards],
  }])
const response = (area: number): Uint8Array =>
  writeFits([
    {
      kind: 'bintable', name: 'MATRIX', rows: SIZE, cards: [['HDUCLASS', 'OGIP'], ['HDUCLAS1', 'RESPONSE'], ['HDUCLAS2', 'RSP_MATRIX']],
      columns: [
        { name: 'ENERG_LO', format: 'E', unit: 'keV', values: low }, { name: 'ENERG_HI', format: 'E', unit: 'keV', values: high }, { name: 'N_GRP', format: 'I', values: new Int16Array(SIZE).fill(1) },
        { name: 'F_CHAN', format: 'I', values: channels, tlmin: 1 }, { name: 'N_CHAN', format: 'I', values: new Int16Array(SIZE).fill(1) }, { name: 'MATRIX', format: 'E', values: new Float32Array(SIZE).fill(area) },
      ],
    },
    { kind: 'bintable', name: 'EBOUNDS', rows: SIZE, columns: [{ name: 'CHANNEL', format: 'I', values: channels }, { name: 'E_MIN', format: 'E', unit: 'keV', values: low }, { name: 'E_MAX', format: 'E', unit: 'keV', values: high }] },
  ])
const area = writeFits([{ kind: 'bintable', name: 'SPECRESP', rows: SIZE, columns: [{ name: 'ENERG_LO', format: 'E', unit: 'keV', values: low }, { name: 'ENERG_HI', format: 'E', unit: 'keV', values: high }, { name: 'SPECRESP', format: 'E', unit: 'cm**2', values: new Float32Array(SIZE).fill(200) }] }])

describe('heavens fit', () => {
  let folder = ''
  const write = async (name: string, files: Record<string, Uint8Array>): Promise<void> => {
    await mkdir(path.join(folder, name))
    for (const [file, bytes] of Object.entries(files)) await writeFile(path.join(folder, name, file), bytes)
  }
  const fit = (file: string, ...more: string[]): Promise<Ended> => heavens('fit', path.join(folder, file), '--model', 'powerlaw', '--energy', '1-11', '--json', ...more)
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'fit-'))
    const named: CardInput[] = [['RESPFILE', 'a.rmf'], ['ANCRFILE', 'a.arf'], ['BACKFILE', 'off.fits']]
    await write('named', { 'on.pha': spectrum(counts(50), named), 'a.rmf': response(1), 'a.arf.gz': gzipSync(area), 'off.fits': spectrum(new Int32Array(SIZE).fill(100), [['BACKSCAL', 2]]), 'other.rmf': response(3) })
    await write('beside', { 'on.pha': spectrum(counts(50), [['RESPFILE', 'NONE']]), 'x.fits': response(200), 'x_bkg.fits': spectrum(new Int32Array(SIZE).fill(50), []), 'damaged.fits': Uint8Array.of(1, 2, 3) })
    await write('several', { 'on.pha': spectrum(counts(0), []), 'a.rmf': response(200), 'b.rmf': response(200) })
    await write('missing', { 'on.pha': spectrum(counts(0), [['BACKFILE', 'gone.fits']]), 'a.rmf': response(200) })
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('takes the files that the header names, packed ones too', async () => {
    const { code, stdout, stderr } = await fit('named/on.pha')
    expect([code, stderr]).toEqual([0, ''])
    const { parameters: [index, norm], dof, flux, statistic } = JSON.parse(stdout) as { statistic: string; dof: number; flux: { value: number }[]; parameters: { name: string; value: number; error: number[]; frozen: boolean }[] }
    expect([statistic, dof, index!.name, norm!.name, index!.frozen]).toEqual(['chi2', 38, 'PhoIndex', 'norm', false])
    expect(index!.value).toBeCloseTo(2, 2)
    expect(norm!.value).toBeCloseTo(5, 1)
    expect(index!.error[0]).toBeLessThan(0)
    expect(flux[0]!.value / (5 * Math.log(11) * 1.602e-9)).toBeCloseTo(1, 2)
  })

  it('takes the only ones that fit beside a spectrum whose header names none, and says so', async () => {
    const { code, stdout, stderr } = await fit('beside/on.pha')
    expect(code).toBe(0)
    expect(stderr).toContain('response: x.fits, the only one beside the spectrum')
    expect(stderr).toContain('background: x_bkg.fits')
    expect((JSON.parse(stdout) as { parameters: { value: number }[] }).parameters[0]!.value).toBeCloseTo(2, 2)
  })

  it('holds a parameter, and takes options before headers', async () => {
    const { stdout } = await fit('named/on.pha', '--response', path.join(folder, 'named/other.rmf'), '--freeze', 'PhoIndex=2', '--statistic', 'wstat')
    const { parameters } = JSON.parse(stdout) as { parameters: { value: number; frozen: boolean; error: (number | null)[] }[] }
    expect(parameters[0]).toMatchObject({ value: 2, frozen: true, error: [null, null] })
    expect(parameters[1]!.value).toBeCloseTo(5 / 3, 2)
  })

  it('tells the flux between energies of its own, and the luminosity at a distance or a redshift', async () => {
    type Told = { flux: { min: number; value: number }[]; luminosity: { min: number; max: number; value: number; distance: number } }
    const told = async (...more: string[]): Promise<Told> => JSON.parse((await fit('named/on.pha', '--flux', '2-4', ...more)).stdout) as Told
    const near = await told('--distance', '10')
    expect(near.flux[0]!.min).toBe(2)
    expect(near.flux[0]!.value / (5 * Math.log(2) * 1.602e-9)).toBeCloseTo(1, 2)
    expect(near.luminosity).toMatchObject({ min: 2, max: 4, distance: 10 })
    expect(near.luminosity.value / near.flux[0]!.value / (4 * Math.PI * 3.0857e25 ** 2)).toBeCloseTo(1, 4)
    // 756 Mpc at z = 0.158 for H0 = 70, 0.3 of matter.
    const far = await told('--redshift', '0.158')
    expect([far.luminosity.min, far.luminosity.max]).toEqual([2 * 1.158, 4 * 1.158])
    expect(far.luminosity.distance / 756).toBeCloseTo(1, 2)
  }, 30_000)

  it.each([
    ['several/on.pha', [], 3, 'a.rmf, b.rmf'], ['missing/on.pha', [], 3, 'gone.fits'], ['none.pha', [], 3, 'file-missing'], ['beside/damaged.fits', [], 3, 'fits-'],
    ['named/on.pha', ['--energy', '10-2'], 2, 'keV'], ['named/on.pha', ['--model', 'powerlow'], 2, 'powerlow'], ['named/on.pha', ['--statistic', 'c'], 2, 'statistic'], ['named/on.pha', ['--systematics', '2'], 2, 'fraction'],
    ['named/on.pha', ['--freeze', 'kT=1'], 2, 'kT'], ['named/on.pha', ['--set', 'PhoIndex'], 2, 'NAME=VALUE'], ['named/on.pha', ['--energy', '20-30'], 3, 'no-data'], ['named/on.pha', ['--response', 'nowhere.rmf'], 3, 'nowhere.rmf'],
    ['named/on.pha', ['--response', `a.rmf{2}`], 3, 'a.rmf'],
  ] as const)('refuses %s %j', async (file, options, wanted, text) => {
    const { code, stdout, stderr } = await fit(file, ...options)
    expect([code, stdout]).toEqual([wanted, ''])
    expect(stderr).toContain(text)
  })
})
