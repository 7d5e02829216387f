// Our answers for check-sky.py: reads one JSON request from standard input, prints one JSON answer.
import { readFileSync } from 'node:fs'
import * as sky from '@heavens/science/sky'

const request = JSON.parse(readFileSync(0, 'utf8'))
const each = (f) => Array.from(request.lon, (lon, i) => f(lon, request.lat[i]))

const answers = {
  healpix() {
    const { nside, pixels } = request
    const many = new Int32Array(request.lon.length)
    sky.ang2pixRingMany(nside, Float64Array.from(request.lon), Float64Array.from(request.lat), many)
    return {
      ring: each((lon, lat) => sky.ang2pixRing(nside, lon, lat)),
      many: [...many],
      nest: each((lon, lat) => sky.ang2pixNest(nside, lon, lat)),
      vector: pixels.map((pix) => sky.vec2pixRing(nside, ...sky.pix2vecRing(nside, pix))),
      ringCentres: pixels.map((pix) => sky.pix2angRing(nside, pix)),
      nestCentres: pixels.map((pix) => sky.pix2angNest(nside, pix)),
      toNest: pixels.map((pix) => sky.ring2nest(nside, pix)),
      toRing: pixels.map((pix) => sky.nest2ring(nside, pix)),
      neighbours: pixels.map((pix) => [...sky.neighboursRing(nside, pix)]),
    }
  },
  discs: () => request.discs.map(([nside, ra, dec, radius]) => ({ centres: [...sky.queryDisc(nside, ra, dec, radius)], overlap: [...sky.queryDisc(nside, ra, dec, radius, true)] })),
  grade: () => request.to.map((nside) => ['sum', 'mean'].map((mode) => [...sky.udGradeRing(Float64Array.from(request.map), nside, mode)])),
  galactic: () => ({ there: each((lon, lat) => sky.galacticFromIcrs(lon, lat)), back: each((lon, lat) => sky.icrsFromGalactic(lon, lat)) }),
  pairs: () => ({ separation: each((lon, lat) => sky.separation(request.lon[0], request.lat[0], lon, lat)), angle: each((lon, lat) => sky.positionAngle(request.lon[0], request.lat[0], lon, lat)) }),
  wcs: () =>
    request.cases.map(({ options, sky: positions, pixels }) => {
      const wcs = sky.makeWcs(options)
      return { pixel: positions.map(([lon, lat]) => wcs.toPixel(lon, lat) ?? null), world: pixels.map(([x, y]) => wcs.toWorld(x, y) ?? null), cards: sky.wcsCards(wcs) }
    }),
  sun: () => request.times.map((t) => sky.sunPosition(t)),
  catalogue: () => sky.CATALOGUE.map(({ name, ra, dec }) => [name, ra, dec]),
}
process.stdout.write(JSON.stringify(answers[request.what]()))
