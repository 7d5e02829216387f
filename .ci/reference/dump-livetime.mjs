// Livetime by angle from the boresight (our cube), of one attitude file within the good time of a livetime cube, at the places and with the bins of that cube.
// node dump-livetime.mjs FT2 LTCUBE [ZENITH|none [AEFF EMIN,EMAX,INDEX …]] → JSON { bins, cube, weighted, exposures }: of each band [MeV] cm² s at each place
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import path from 'node:path'
import { pathToFileURL } from 'node:url'

const root = path.resolve(import.meta.dirname, '../..')
const load = (file) => import(pathToFileURL(path.join(root, file)).href)
const { bytesSource, openFits, readTable } = await load('science/dist/fits/index.js')
const { INSTRUMENTS } = await load('instruments/dist/index.js')
const { looksWithin } = await load('analysis/dist/selection/exposed-time.js')
const { livetimeCube } = await load('analysis/dist/selection/livetime-cube.js')

const { exposuresOf } = await load('analysis/dist/products/exposures-of.js')

const [ft2, ltcube, limit = 'none', aeff, ...bands] = process.argv.slice(2)
const zenith = limit === 'none' ? undefined : Number(limit)
const open = (file) => {
  const bytes = readFileSync(file)
  return openFits(bytesSource(new Uint8Array(file.endsWith('.gz') ? gunzipSync(bytes) : bytes)), path.basename(file))
}
const attitude = await open(ft2)
const [instrument, kind] = INSTRUMENTS.map((one) => [one, one.recognise(attitude)]).find(([, of]) => of !== undefined)
const pointings = []
for await (const item of instrument.decode(attitude, kind, { rows: 8192, undecodable: (n, why) => { throw new Error(`${n} rows: ${why}`) }, keep: async () => '' })) if (item.kind === 'pointing') pointings.push(item)
const cube = await open(ltcube)
const table = (name) => readTable(cube, cube.hdu(name))
const [places, bounds, good] = [await table('EXPOSURE'), await table('CTHETABOUNDS'), await table('GTI')]
const column = (slice, name) => Array.from(slice.columns[name].values)
const low = column(bounds, 'CTHETA_MIN')
const high = column(bounds, 'CTHETA_MAX')
const edges = Float64Array.of(high[0], ...low)
// Fermi counts TT seconds from MJDREF; our TT seconds have their own origin, which the attitude's first row tells.
const firstStart = column(await readTable(attitude, attitude.hdu('SC_DATA')), 'START')[0]
const shift = pointings[0].time[0] - firstStart
const stops = column(good, 'STOP')
const intervals = column(good, 'START').map((start, i) => [start + shift, stops[i] + shift])
const looks = looksWithin(pointings, intervals)
const started = performance.now()
const { live, weighted } = livetimeCube(looks, column(places, 'RA'), column(places, 'DEC'), edges, zenith)
console.error(`${(performance.now() - started).toFixed(0)} ms`)
const exposures = []
if (aeff !== undefined) {
  const response = await instrument.pointResponse([{ type: 'aeff', sha256: '', file: await open(aeff) }])
  const limits = { fieldOfView: (Math.acos(edges.at(-1)) * 180) / Math.PI, zenith }
  for (const text of bands) {
    const [eMin, eMax, index] = text.split(',').map(Number)
    const of = exposuresOf(response, looks, limits, [[{ id: text, eMin: eMin * 1e3, eMax: eMax * 1e3 }]], index)
    const dec = column(places, 'DEC')
    exposures.push(column(places, 'RA').map((ra, i) => of(ra, dec[i])[1]))
  }
}
process.stdout.write(JSON.stringify({ bins: edges.length - 1, cube: Array.from(live), weighted: Array.from(weighted), exposures }))
