import type { InstrumentDescriptor, Job, Product } from '@heavens/schemas'
import { directionOf, formatDec, formatRa, unitVector } from '@heavens/science/sky'
import { mjdTtFromTt } from '@heavens/science/time'
import { contentTypeOf } from '../products/content-type.js'
import { OBSCORE } from './obscore-columns.js'
import { publisherDid } from './publisher-did.js'
import type { Cell, Table } from './table.js'

/** hc [keV m] */
const HC = 1.239841984e-9

const TYPES: Partial<Record<Product['kind'], string>> = { 'light-curve': 'timeseries', spectrum: 'spectrum', background: 'spectrum', image: 'image', events: 'event' }
const LEVELS: Partial<Record<Product['kind'], number>> = { events: 2, fit: 4, report: 4 }

/** One file of an analysis. */
export interface ProductOfJob {
  job: Job
  product: Product
}

/** Files of analyses as ObsCore 1.1 rows: all its mandatory columns, and a few of the optional ones. */
export function productTable(files: readonly ProductOfJob[], descriptors: readonly InstrumentDescriptor[], address: (id: string, path: string) => string, overflow = false): Table {
  const rows = files.map(({ job, product }) => {
    const row: Record<string, Cell> = {
      dataproduct_type: TYPES[product.kind], dataproduct_subtype: product.kind, calib_level: LEVELS[product.kind] ?? 3, obs_collection: 'HEAVENS', obs_id: job.id, obs_title: job.label,
      obs_publisher_did: publisherDid(job.id, product.path), access_url: address(job.id, product.path), access_format: contentTypeOf(product.path), access_estsize: Math.ceil(product.bytes / 1000),
      o_ucd: 'phot.count', pol_states: null, pol_xel: null, ...of(job, product, descriptors.find((d) => d.id === product.instrument)),
    }
    return OBSCORE.map(({ name }) => row[name])
  })
  return { name: 'products', description: 'Files of the analyses, described as in ObsCore 1.1', columns: OBSCORE, rows, overflow }
}

/** Where, when, at which energies and by whom, as far as the request says. */
function of({ used }: Job, product: Product, descriptor: InstrumentDescriptor | undefined): Record<string, Cell> {
  if (used === undefined) return {}
  const { target } = used
  const first = used.intervals[0]
  const stop = used.intervals.at(-1)?.stop
  const bands = (used.bands ?? descriptor?.bands ?? []).filter((band) => product.band === undefined || band.id === product.band)
  const low = Math.min(...bands.map((b) => b.eMin))
  const high = Math.max(...bands.map((b) => b.eMax))
  const directed = descriptor?.columns.includes('ra') === true && descriptor.columns.includes('dec')
  const radius = directed ? (target?.radius ?? descriptor.defaults.radius) : undefined
  const asked = used.request.products?.image
  const size = product.kind === 'image' ? (asked?.size ?? descriptor?.defaults.size ?? 10) : undefined
  const pixel = asked?.pixel ?? descriptor?.defaults.pixel ?? 0.1
  const side = size === undefined ? undefined : 2 * Math.floor(Math.round(size / pixel) / 2) + 1
  return {
    target_name: target === undefined ? null : (target.name ?? `${formatRa(target.ra, 1)} ${formatDec(target.dec, 0)}`), s_ra: target?.ra, s_dec: target?.dec,
    s_fov: size ?? (radius === undefined ? null : 2 * radius), s_region: target === undefined ? null : size === undefined && target.shape !== undefined && 'polygon' in target.shape ? `POLYGON ICRS ${target.shape.polygon.map(([ra, dec]) => `${ra} ${dec}`).join(' ')}` : region(target, size === undefined ? undefined : side! * pixel, radius),
    s_resolution: descriptor?.images === undefined ? null : descriptor.images.psfRadius * 3600, s_xel1: side, s_xel2: side,
    t_min: first && mjdTtFromTt(first.start), t_max: stop === null || stop === undefined ? null : mjdTtFromTt(stop),
    t_exptime: used.intervals.reduce((sum, i) => sum + (i.stop === null ? NaN : i.stop - i.start), 0), t_resolution: product.kind === 'light-curve' ? (used.request.products?.lightCurve?.bin ?? descriptor?.defaults.bin) : null,
    em_min: high > 0 ? HC / high : null, em_max: low > 0 ? HC / low : null, facility_name: descriptor?.mission, instrument_name: descriptor?.name ?? product.instrument,
  }
}

/** As STC-S: the circle that was cut out, or the corners of the image (north up). */
function region(centre: { ra: number; dec: number }, side: number | undefined, radius: number | undefined): string | null {
  const text = (v: number): string => String(Number(v.toFixed(6)))
  if (side === undefined) return radius === undefined ? null : `CIRCLE ICRS ${text(centre.ra)} ${text(centre.dec)} ${text(radius)}`
  if (side > 120) return null
  const corners = [[1, -1], [1, 1], [-1, 1], [-1, -1]].map(([x, y]) => deproject(centre, (x! * side) / 2, (y! * side) / 2))
  return `POLYGON ICRS ${corners.map(([ra, dec]) => `${text(ra)} ${text(dec)}`).join(' ')}`
}

/** A place x degrees east and y degrees north of a centre, on the tangent plane. */
function deproject({ ra, dec }: { ra: number; dec: number }, x: number, y: number): readonly [number, number] {
  const c = unitVector(ra, dec)
  const east = unitVector(ra + 90, 0)
  const north = unitVector(ra, dec + 90)
  const [u, v] = [x, y].map((a) => (a * Math.PI) / 180) as [number, number]
  return directionOf(c[0] + u * east[0] + v * north[0], c[1] + u * east[1] + v * north[1], c[2] + u * east[2] + v * north[2])
}
