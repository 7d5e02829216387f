/** Width of a tile [pixels], the default of HiPS, and its logarithm. */
export const TILE_WIDTH = 512
const TILE_ORDER = 9

/** Orders of tiles of a map: the deepest shows all that the map has, and is 3 at least, as clients begin there. */
export function tileOrders(order: number): { min: number; max: number } {
  return { min: Math.max(0, order - TILE_ORDER), max: Math.max(3, order - TILE_ORDER) }
}

/** Number of tiles of an order. */
export function tilesOf(order: number): number {
  return 12 * 4 ** order
}

/**
 * Pixels of the map under those of a tile: nested indices, row by row from the bottom, as FITS has them. South is in the upper left corner,
 * west in the upper right, east in the lower left, north in the lower right: along a row runs the odd bit of the nested number (to the
 * north-west), down the rows the even bit (to the north-east). A tile is thus seen from behind; clients turn it over.
 *
 * @param order of the map, at most that of the tile's pixels
 * @param tile  0 … 12·4^tileOrder − 1
 * @param width of the tile, a power of two with tileOrder + log2(width) ≥ order
 */
export function tilePixels(order: number, tileOrder: number, tile: number, width: number): Int32Array {
  const bits = Math.log2(width)
  // Below the map's own order each of its pixels fills a square of the tile.
  const drop = tileOrder + bits - order
  const out = new Int32Array(width * width)
  const spread = Int32Array.from({ length: width }, (_, v) => interleave(v >> Math.min(drop, bits)))
  const first = drop > bits ? Math.floor(tile / 4 ** (drop - bits)) : tile * 4 ** (bits - drop)
  for (let row = 0; row < width; row++) for (let column = 0; column < width; column++) out[row * width + column] = first + spread[width - 1 - row]! + 2 * spread[column]!
  return out
}

/** Bits of a number with zeros between. */
function interleave(value: number): number {
  let out = 0
  for (let bit = 0; value >> bit; bit++) if ((value >> bit) & 1) out += 4 ** bit
  return out
}
