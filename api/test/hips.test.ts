import { decode } from 'fast-png'
import { bytesSource, openFits, readImage } from '@heavens/science/fits'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ID, openBench, type Bench } from './fixture.js'

let bench: Bench
const ROOT = `/hips/${ID}/50-300/1ks`
beforeAll(async () => {
  bench = await openBench()
  await bench.image({ run: 'main', band: '50-300', window: '1ks', exposureUnit: 's', revision: 4 }, 7)
})
afterAll(() => bench.close())

test('properties name what HiPS demands, and the tiles that there are', async () => {
  const { status, headers, body } = await bench.ask<Uint8Array>(`${ROOT}/properties`)
  expect([status, headers.get('content-type')]).toEqual([200, 'text/plain; charset=utf-8'])
  const properties = Object.fromEntries(new TextDecoder().decode(body).trim().split('\n').map((line) => line.split(/ += /) as [string, string]))
  expect(properties).toMatchObject({ hips_version: '1.4', hips_order: '3', hips_tile_width: '512', hips_tile_format: 'png fits', hips_frame: 'equatorial', dataproduct_type: 'image', moc_sky_fraction: '1' })
  for (const demanded of ['creator_did', 'obs_title', 'hips_release_date', 'hips_status']) expect(properties[demanded]).toBeTruthy()
})

test('tiles are 512 pixels wide, as FITS with the values and as PNG in colour', async () => {
  const fits = await openFits(bytesSource((await bench.ask<Uint8Array>(`${ROOT}/counts/Norder3/Dir0/Npix767.fits`)).body), 'tile')
  const { shape, values } = await readImage(fits, fits.hdus[0]!)
  expect(shape).toEqual([512, 512])
  expect(new Set(values as Float32Array)).toEqual(new Set([7]))
  const png = decode((await bench.ask<Uint8Array>(`${ROOT}/Norder3/Dir0/Npix767.png`)).body)
  expect([png.width, png.height, png.palette?.length]).toEqual([512, 512, 256])
  expect(new Set(png.data)).toEqual(new Set([255]))
  const all = decode((await bench.ask<Uint8Array>(`${ROOT}/Norder3/Allsky.png`)).body)
  expect([all.width, all.height]).toEqual([27 * 64, 29 * 64])
})

test('what has not changed is not sent again', async () => {
  const first = await bench.ask(`${ROOT}/Norder0/Dir0/Npix0.png`)
  expect((await fetch(`${bench.api.url}${ROOT}/Norder0/Dir0/Npix0.png`, { headers: { 'if-none-match': first.headers.get('etag')! } })).status).toBe(304)
})

test.each([`${ROOT}/Norder4/Dir0/Npix0.png`, `${ROOT}/Norder3/Dir0/Npix768.png`, `${ROOT}/Norder3/Dir10000/Npix1.png`, `${ROOT}/Norder3/Dir0/Npix1.jpg`, `/hips/${ID}/50-300/none/properties`])('there is no %s', async (path) => {
  const { status, body } = await bench.ask(path)
  expect([status, body.error.code]).toEqual([404, 'not-found'])
})

test('the list of HiPS has one record for each layer', async () => {
  const text = new TextDecoder().decode((await bench.ask<Uint8Array>('/hips/hipslist')).body)
  expect(text.match(/^hips_service_url/gm)).toHaveLength(4)
})
