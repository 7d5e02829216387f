import { ang2pixRingMany, queryDisc } from '@heavens/science/sky'

/** A disc on the sky: degrees ICRS. */
export interface SkyRegion {
  ra: number
  dec: number
  /** 0 … 180 */
  radius: number
}

/** Cells of 3.7°: 3072 of them, so that the cells of a block never take more than 384 bytes. */
const NSIDE = 16
const CELLS = 12 * NSIDE * NSIDE
const BITMAP_BYTES = CELLS / 8
/** The disc that is looked up is larger by this [deg]: a photon on the edge of a cell is in one of the two by rounding. */
const MARGIN = 0.01

/**
 * The HEALPix cells (ring scheme, nside 16) in which a block has events, ascending: 16-bit numbers, little-endian, or a bitmap
 * where that is shorter. Empty where no event has a direction. Events without a direction (NaN) are in no cell.
 */
export function cellsOf(ra: Float32Array, dec: Float32Array): Uint8Array {
  const pixels = new Int32Array(ra.length)
  ang2pixRingMany(NSIDE, ra, dec, pixels)
  const bitmap = new Uint8Array(BITMAP_BYTES)
  for (let i = 0; i < pixels.length; i++) if (Number.isFinite(ra[i]!) && Number.isFinite(dec[i]!)) bitmap[pixels[i]! >> 3]! |= 1 << (pixels[i]! & 7)
  const cells: number[] = []
  for (let cell = 0; cell < CELLS; cell++) if ((bitmap[cell >> 3]! >> (cell & 7)) & 1) cells.push(cell)
  if (2 * cells.length >= BITMAP_BYTES) return bitmap
  return Uint8Array.from(cells.flatMap((cell) => [cell & 255, cell >> 8]))
}

/** Whether a block with these cells may have an event in the disc. */
export function cellTest({ ra, dec, radius }: SkyRegion): (cells: Uint8Array) => boolean {
  const wanted = new Uint8Array(CELLS)
  for (const cell of queryDisc(NSIDE, ra, dec, Math.min(180, radius + MARGIN), true)) wanted[cell] = 1
  return (cells) => {
    if (cells.length === BITMAP_BYTES) {
      for (let cell = 0; cell < CELLS; cell++) if (wanted[cell] === 1 && (cells[cell >> 3]! >> (cell & 7)) & 1) return true
      return false
    }
    for (let i = 0; i < cells.length; i += 2) if (wanted[cells[i]! | (cells[i + 1]! << 8)] === 1) return true
    return false
  }
}
