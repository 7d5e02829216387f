import { encodeFrame, type SkyImage, type StreamId } from '@heavens/schemas'
import { ang2pixRing, nside2npix, pix2angRing } from '@heavens/science/sky'
import { brightestPixel, EXPOSURE_NSIDE, shownMaps, type ImageState } from '../processors/roll-images.js'
import { createRegionTables, skySignificance, type RegionTables } from '../processors/sky-significance.js'

/** Pixels of the published images: a quarter of the kept ones, which is finer than any point-spread function here. */
const PUBLISHED_NSIDE = 64

/** Band id under which the sum of all bands is published. */
export const ALL_BANDS = 'all'

export interface ImageRenderer {
  regions: RegionTables
  /** published pixel of each kept pixel */
  coarse: Int32Array
  /** exposure pixel of each published pixel */
  exposurePixel: Int32Array
}

export function createRenderer(nside: number): ImageRenderer {
  const published = Math.min(nside, PUBLISHED_NSIDE)
  const pixelIn = (from: number, to: number): Int32Array => Int32Array.from({ length: nside2npix(from) }, (_, p) => ang2pixRing(to, ...pix2angRing(from, p)))
  return { regions: createRegionTables(published), coarse: pixelIn(nside, published), exposurePixel: pixelIn(published, EXPOSURE_NSIDE) }
}

export interface RenderedImage {
  image: SkyImage
  frame: Uint8Array
}

/** One window of one band (or of all of them) as it is at the watermark. Undefined before anything has come. */
export function renderImage(renderer: ImageRenderer, state: ImageState, stream: StreamId, window: number, band: string): RenderedImage | undefined {
  const { descriptor } = state
  const bands = descriptor.bands.flatMap((b, i) => (band === ALL_BANDS || b.id === band ? [i] : []))
  const shown = shownMaps(state, bands)
  const total = shown.reduce((n, b) => n + state.totals[window]![b]!, 0)
  if (Number.isNaN(state.first) || Number.isNaN(state.watermark)) return undefined
  const { nside } = renderer.regions
  const npix = nside2npix(nside)
  const counts = new Float32Array(npix)
  for (const b of shown) {
    const map = state.counts[window]![b]!
    for (let p = 0; p < map.length; p++) if (map[p]! > 0) counts[renderer.coarse[p]!]! += map[p]!
  }
  const exposure = new Float32Array(state.hasExposure ? npix : 0)
  for (let p = 0; p < exposure.length; p++) exposure[p] = Math.max(0, state.exposure[window]![renderer.exposurePixel[p]!]!)
  const { significance, background } = skySignificance(renderer.regions, counts, state.hasExposure ? exposure : undefined)
  const brightest = brightestPixel(state, window, bands)
  const definition = descriptor.images!.windows[window]!
  const image: SkyImage = {
    instrument: stream.instrument, run: stream.run, band, window: definition.id, nside, ordering: 'ring', frame: 'icrs',
    start: definition.seconds === null ? state.first : Math.max(state.first, state.watermark - definition.seconds), stop: state.watermark,
    counts: total, exposureUnit: state.hasExposure ? 's' : 'none', revision: state.revision,
    peak: brightest ? { ra: brightest.ra, dec: brightest.dec, counts: brightest.counts, significance: orZero(significance[ang2pixRing(nside, brightest.ra, brightest.dec)]!) } : null,
  }
  return { image, frame: encodeFrame(image, { counts, exposure, background, significance }) }
}

function orZero(x: number): number {
  return Number.isFinite(x) ? x : 0
}
