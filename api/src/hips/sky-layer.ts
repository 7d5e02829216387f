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

/** Layers that are kept in NESTED order: a client asks for many tiles of one. */
const KEPT = 8

/** The layer of a band and a window: of the main run, else of the first that has an image. Throws not-found. */
export type SkyLayers = (instrument: string, band: string, window: string, name: LayerName) => SkyLayer

/** Layers of the images as they are now; the last few are kept until their image changes. */
export function skyLayers(images: KeyedView<ImageEntry>): SkyLayers {
  const kept = new Map<string, { frame: Uint8Array; layer: SkyLayer }>()
  return (instrument, band, window, name) => {
    const entry = imageOf(images, instrument, band, window)
    const key = [instrument, band, window, name].join('/')
    const known = kept.get(key)
    if (known?.frame === entry.frame) return known.layer
    const layer = nestedLayer(entry, name)
    kept.delete(key)
    kept.set(key, { frame: entry.frame, layer })
    if (kept.size > KEPT) kept.delete(kept.keys().next().value!)
    return layer
  }
}

function imageOf(images: KeyedView<ImageEntry>, instrument: string, band: string, window: string): ImageEntry {
  const found = images.entries().map(({ value }) => value).filter(({ header: h }) => h.instrument === instrument && h.band === band && h.window === window)
  const entry = found.find(({ header }) => header.run === 'main') ?? found[0]
  if (entry === undefined) throw new HeavensError('not-found', { what: 'sky image', id: [instrument, band, window].join('/').slice(0, 200) })
  return entry
}

function nestedLayer({ frame }: ImageEntry, name: LayerName): SkyLayer {
  const { header, arrays } = decodeFrame<SkyImage>(frame)
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
