import type { EventBlock, InstrumentDescriptor, Item, PointingBlock } from '@heavens/schemas'
import { ang2pixRingMany, nside2npix, pix2angRing } from '@heavens/science/sky'
import { bandOfEnergy, NO_BAND } from './energy-bands.js'
import { addExposure, exposedPixels, exposePixels, pixelSky, pointingRows, zenithCutAfter, type PointingRow } from './pointing-exposure.js'

/** Exposure varies slowly over the sky: it is kept on coarser pixels. */
export const EXPOSURE_NSIDE = 32

/**
 * Counts and exposure of the sky in rolling windows, per band, in HEALPix ring order, ICRS. At a watermark W the window of
 * length L holds what lies in [W − L, W). Plain data.
 */
export interface ImageState {
  descriptor: InstrumentDescriptor
  /** per window, then band: counts per pixel; behind the bands, where photons may be flagged as unseen, those of each band that are */
  counts: Uint32Array[][]
  /** events per window, then band */
  totals: number[][]
  /** per window: live seconds per coarse pixel, on-axis equivalent */
  exposure: Float64Array[]
  hasExposure: boolean
  /** events of the longest finite window, oldest first, then those before the watermark came */
  photons: Fifo
  /** per window: how many of the photons (counted since the beginning) have left it */
  left: number[]
  /** largest angle from the zenith that pointings to come expose [deg] */
  zenithCut: number | undefined
  pointings: PointingRow[]
  pointingsLeft: number[]
  pointingsDropped: number
  first: number
  watermark: number
  /** photons and pointings that have come or left since the beginning: the same for the same data, however they were cut */
  revision: number
}

interface Fifo {
  time: Float64Array
  pixel: Uint32Array
  band: Uint8Array
  /** number of photons that were ever dropped from the front */
  dropped: number
  size: number
}

export function createImages(descriptor: InstrumentDescriptor): ImageState | undefined {
  if (!descriptor.images) return undefined
  const npix = nside2npix(descriptor.images.nside)
  const { windows } = descriptor.images
  const maps = descriptor.columns.includes('flags') ? [...descriptor.bands, ...descriptor.bands] : descriptor.bands
  return {
    descriptor,
    counts: windows.map(() => maps.map(() => new Uint32Array(npix))),
    totals: windows.map(() => maps.map(() => 0)),
    exposure: windows.map(() => new Float64Array(nside2npix(EXPOSURE_NSIDE))),
    hasExposure: false,
    photons: { time: new Float64Array(1024), pixel: new Uint32Array(1024), band: new Uint8Array(1024), dropped: 0, size: 0 },
    left: windows.map(() => 0),
    zenithCut: descriptor.zenithCut, pointings: [], pointingsLeft: windows.map(() => 0), pointingsDropped: 0,
    first: NaN, watermark: NaN, revision: 0,
  }
}

/** Take one item; photons enter every window at once and leave the finite ones as the watermark passes. */
export function stepImages(state: ImageState, item: Item): void {
  if (item.kind === 'events') takePhotons(state, item)
  else if (item.kind === 'pointing') takePointings(state, item)
  else if (item.kind === 'watermark') roll(state, item.time)
  else state.zenithCut = zenithCutAfter(state.zenithCut, item, state.descriptor)
}

function takePhotons(state: ImageState, block: EventBlock): void {
  const { ra, dec, time, energy, flags } = block.columns
  if (!ra || !dec || !energy || block.count === 0) return
  const { bands, images } = state.descriptor
  const pixels = new Uint32Array(block.count)
  ang2pixRingMany(images!.nside, ra, dec, pixels)
  for (let i = 0; i < block.count; i++) {
    const own = bandOfEnergy(energy[i]!, bands)
    if (own === NO_BAND || Number.isNaN(ra[i]!)) continue
    // A flag says that it comes from where no exposure is counted: it is shown only where there is no exposure at all.
    const band = flags?.[i] === 1 ? bands.length + own : own
    if (!(state.first <= time[i]!)) state.first = time[i]!
    for (let w = 0; w < state.counts.length; w++) {
      state.counts[w]![band]![pixels[i]!]!++
      state.totals[w]![band]!++
    }
    push(state.photons, time[i]!, pixels[i]!, band)
  }
  // Late photons come out of order: the queue must stay ascending for windows to let them go at their time.
  if (block.late) sortFifo(state)
  state.revision += block.count
}

function takePointings(state: ImageState, block: PointingBlock): void {
  state.hasExposure = true
  const { windows } = state.descriptor.images!
  const exposed = exposedPixels(COARSE_SKY)
  for (const row of pointingRows(block, state.zenithCut)) {
    exposePixels(state.descriptor, row, COARSE_SKY, exposed)
    state.exposure.forEach((exposure, w) => {
      // A late pointing is behind the edge of some windows already.
      if (!block.late || row.time >= edgeOf(state, windows[w]!.seconds)) addExposure(exposure, exposed, 1)
    })
    state.pointings.push(row)
  }
  if (block.late) {
    state.pointings.sort((a, b) => a.time - b.time)
    windows.forEach(({ seconds }, w) => {
      if (seconds === null) return
      const inside = state.pointings.findIndex((row) => row.time >= edgeOf(state, seconds))
      state.pointingsLeft[w] = state.pointingsDropped + (inside < 0 ? state.pointings.length : inside)
    })
  }
  state.revision += block.count
}

/** Start of a window that has this length; what is older has left it. */
function edgeOf(state: ImageState, seconds: number | null): number {
  return seconds === null || Number.isNaN(state.watermark) ? -Infinity : state.watermark - seconds
}

const COARSE_SKY = pixelSky(EXPOSURE_NSIDE)

function roll(state: ImageState, watermark: number): void {
  state.watermark = watermark
  const { windows } = state.descriptor.images!
  const { photons } = state
  const exposed = exposedPixels(COARSE_SKY)
  let leastPhotons = photons.dropped + photons.size
  let leastPointings = state.pointingsDropped + state.pointings.length
  for (let w = 0; w < windows.length; w++) {
    const { seconds } = windows[w]!
    if (seconds === null) continue
    let left = Math.max(state.left[w]!, photons.dropped)
    for (; left < photons.dropped + photons.size; left++) {
      const i = left - photons.dropped
      if (photons.time[i]! >= watermark - seconds) break
      state.counts[w]![photons.band[i]!]![photons.pixel[i]!]!--
      state.totals[w]![photons.band[i]!]!--
    }
    state.revision += left - Math.max(state.left[w]!, photons.dropped)
    state.left[w] = left
    leastPhotons = Math.min(leastPhotons, left)
    let gone = Math.max(state.pointingsLeft[w]!, state.pointingsDropped)
    for (; gone < state.pointingsDropped + state.pointings.length; gone++) {
      const row = state.pointings[gone - state.pointingsDropped]!
      if (row.time >= watermark - seconds) break
      addExposure(state.exposure[w]!, exposePixels(state.descriptor, row, COARSE_SKY, exposed), -1)
    }
    state.pointingsLeft[w] = gone
    leastPointings = Math.min(leastPointings, gone)
  }
  dropFront(photons, leastPhotons - photons.dropped)
  if (leastPointings > state.pointingsDropped) {
    state.pointings.splice(0, leastPointings - state.pointingsDropped)
    state.pointingsDropped = leastPointings
  }
}

function push(fifo: Fifo, time: number, pixel: number, band: number): void {
  if (fifo.size === fifo.time.length) {
    for (const name of ['time', 'pixel', 'band'] as const) {
      const old = fifo[name]
      const grown = new (old.constructor as Float64ArrayConstructor)(old.length * 2)
      grown.set(old)
      fifo[name] = grown as never
    }
  }
  fifo.time[fifo.size] = time
  fifo.pixel[fifo.size] = pixel
  fifo.band[fifo.size++] = band
}

/** Dropping copies what remains, so wait until half can go. */
function dropFront(fifo: Fifo, n: number): void {
  if (n < 1024 || n * 2 < fifo.size) return
  fifo.time.copyWithin(0, n, fifo.size)
  fifo.pixel.copyWithin(0, n, fifo.size)
  fifo.band.copyWithin(0, n, fifo.size)
  fifo.size -= n
  fifo.dropped += n
}

/** Put the queue in order of time again; what has left a window stays in front of its mark, as it is older. */
function sortFifo(state: ImageState): void {
  const { photons } = state
  const order = Uint32Array.from({ length: photons.size }, (_, i) => i).sort((a, b) => photons.time[a]! - photons.time[b]! || a - b)
  photons.time = Float64Array.from(order, (i) => photons.time[i]!)
  photons.pixel = Uint32Array.from(order, (i) => photons.pixel[i]!)
  photons.band = Uint8Array.from(order, (i) => photons.band[i]!)
  // A late photon older than a window's edge moved in front of its mark uncounted out: count it out now.
  const { windows } = state.descriptor.images!
  for (let w = 0; w < windows.length; w++) {
    const { seconds } = windows[w]!
    if (seconds === null || Number.isNaN(state.watermark)) continue
    let older = 0
    while (older < photons.size && photons.time[older]! < state.watermark - seconds) older++
    recount(state, w, photons.dropped + older)
  }
}

/** Count window `w` anew from the queue, of which photons before `left` have left it. */
function recount(state: ImageState, w: number, left: number): void {
  const { photons } = state
  for (const counts of state.counts[w]!) counts.fill(0)
  state.totals[w]!.fill(0)
  for (let i = Math.max(0, left - photons.dropped); i < photons.size; i++) {
    state.counts[w]![photons.band[i]!]![photons.pixel[i]!]!++
    state.totals[w]![photons.band[i]!]!++
  }
  state.left[w] = left
}

/** The maps that show some bands: with those of unseen photons where no exposure is known, and none of it can be wrong. */
export function shownMaps({ descriptor, hasExposure }: ImageState, bands: readonly number[]): number[] {
  return hasExposure || !descriptor.columns.includes('flags') ? [...bands] : bands.flatMap((b) => [b, descriptor.bands.length + b])
}

/** Brightest pixel of the sum of some bands in a window: direction of its centre, counts. Undefined without events. */
export function brightestPixel(state: ImageState, window: number, bands: readonly number[]): { pixel: number; ra: number; dec: number; counts: number } | undefined {
  const maps = shownMaps(state, bands).map((b) => state.counts[window]![b]!)
  let best = -1
  let most = 0
  for (let p = 0; p < maps[0]!.length; p++) {
    let n = 0
    for (const map of maps) n += map[p]!
    if (n > most) {
      most = n
      best = p
    }
  }
  if (best < 0) return undefined
  const [ra, dec] = pix2angRing(state.descriptor.images!.nside, best)
  return { pixel: best, ra, dec, counts: most }
}
