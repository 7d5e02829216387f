import type { InstrumentDescriptor } from '@heavens/schemas'
import { mjdTtFromTt } from '@heavens/science/time'
import { colourScale } from './colour-scale.js'
import { isoMinutes } from './iso-minutes.js'
import type { SkyLayer } from './sky-layer.js'
import { TILE_WIDTH, tileOrders } from './tile-pixels.js'

/** hc [keV m] */
const HC = 1.239841984e-9
/** Energies from here on are called gamma rays [keV]. */
const GAMMA = 120

const UNITS: Record<SkyLayer['name'], string> = { significance: 'sigma', counts: 'ct', exposure: '', background: 'ct' }

/** The properties of a layer's HiPS: all that HiPS 1.0 demands (its section 4.4.1), and what helps a client. The image rolls: its end is its release. */
export function hipsProperties(layer: SkyLayer, descriptor: InstrumentDescriptor, address: string): string {
  const { header, name, covered, order } = layer
  const scale = colourScale(layer)
  const orders = tileOrders(order)
  const bands = header.band === 'all' ? descriptor.bands : descriptor.bands.filter((b) => b.id === header.band)
  const low = Math.min(...bands.map((b) => b.eMin))
  const high = Math.max(...bands.map((b) => b.eMax))
  const short = (v: number): string => String(Number(v.toPrecision(7)))
  const share = covered.reduce((sum, c) => sum + c, 0) / covered.length
  const window = descriptor.images?.windows.find((w) => w.id === header.window)
  const rows: [string, string][] = [
    ['creator_did', `ivo://heavens/hips/${[header.instrument, header.band, header.window, name].join('/')}`], ['obs_collection', `HEAVENS ${descriptor.name}`],
    ['obs_title', `${descriptor.mission} ${descriptor.name} ${header.band}, ${window?.label ?? header.window}: ${name}`],
    ['obs_description', `Rolling image of the sky: ${name} of ${Math.round(header.counts)} events${header.exposureUnit === 'none' ? '; no exposure is known, so it covers where photons came from' : ''}`],
    ['obs_regime', high > GAMMA ? 'Gamma-ray' : 'X-ray'], ['dataproduct_type', 'image'], ['hips_version', '1.4'], ['hips_builder', 'HEAVENS Quick-Look'], ['hips_release_date', isoMinutes(header.stop)], ['hips_creation_date', isoMinutes(header.start)],
    ['hips_status', 'public master clonable'], ['hips_frame', 'equatorial'], ['hips_order', String(orders.max)], ['hips_order_min', String(orders.min)], ['hips_tile_width', String(TILE_WIDTH)], ['hips_tile_format', 'png fits'],
    ['hips_pixel_bitpix', '-32'], ['hips_pixel_cut', `${short(scale.low)} ${short(scale.high)}`], ['hips_data_range', scale.range.map(short).join(' ')], ...(UNITS[name] === '' ? [] : [['hips_pixel_unit', UNITS[name]] as [string, string]]),
    ['hips_pixel_scale', short(Math.sqrt(41252.96125 / (12 * 4 ** (orders.max + 9))))], ['hips_service_url', address], ['moc_sky_fraction', short(share)], ['moc_order', String(order)],
    ['t_min', mjdTtFromTt(header.start).toFixed(7)], ['t_max', mjdTtFromTt(header.stop).toFixed(7)], ...(high > 0 ? [['em_min', short(HC / high)] as [string, string]] : []), ...(low > 0 ? [['em_max', short(HC / low)] as [string, string]] : []),
    ...(header.peak === null ? [] : [['hips_initial_ra', short(header.peak.ra)], ['hips_initial_dec', short(header.peak.dec)], ['hips_initial_fov', '60']] as [string, string][]),
    ['dataproduct_subtype', 'live'], ['client_category', 'Image/HEAVENS'],
  ]
  return `${rows.map(([key, value]) => `${key.padEnd(20)} = ${value.replace(/[\r\n]/g, ' ')}`).join('\n')}\n`
}
