import { HeavensError, decodeFrame } from '@heavens/schemas'
import type { SkyImage } from '@heavens/schemas'
import { nside2npix, nsideOrder, ring2nest } from '@heavens/science/sky'
import type { KeyedView } from '../views/keyed-view.js'
import type { ImageEntry } from '../views/views.js'

/** Arrays of a sky image that are shown as layers. */
export const LAYERS = ['significance', 'counts', 'exposure', 'background'] as const
export type LayerName = (typeof LAYERS)[number]

/** One array of a rolling sky image in NESTED order, as HiPS and MOC count pixels. */
export interface SkyLayer {
  header: SkyImage
  name: LayerName
  /** nside = 2 ** order */
  order: number
  values: Float32Array
  /** 1: the instrument has looked there, or, where no exposure is known, has seen a photon from there */
  covered: Uint8Array
}

/** The image of a band and a window: of the main run, else of the first that has one. Throws not-found. */
export function skyLayer(images: KeyedView<ImageEntry>, instrument: string, band: string, window: string, name: LayerName): SkyLayer {
  const found = images.entries().map(({ value }) => value).filter(({ header: h }) => h.instrument === instrument && h.band === band && h.window === window)
  const entry = found.find(({ header }) => header.run === 'main') ?? found[0]
  if (entry === undefined) throw new HeavensError('not-found', { what: 'sky image', id: [instrument, band, window].join('/').slice(0, 200) })
  const { header, arrays } = decodeFrame<SkyImage>(entry.frame)
  const ring = arrays[name] as Float32Array
  const coverage = (header.exposureUnit === 'none' ? arrays['counts'] : arrays['exposure']) as Float32Array
  const pixels = nside2npix(header.nside)
  const values = new Float32Array(pixels)
  const covered = new Uint8Array(pixels)
  for (let p = 0; p < pixels; p++) {
    const nested = ring2nest(header.nside, p)
    values[nested] = ring[p]!
    covered[nested] = coverage[p]! > 0 ? 1 : 0
  }
  return { header, name, order: nsideOrder(header.nside), values, covered }
}
