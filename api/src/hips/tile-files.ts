import { writeFits } from '@heavens/science/fits'
import { PALETTE, colourScale, type ColourScale } from './colour-scale.js'
import { palettePng } from './palette-png.js'
import type { SkyLayer } from './sky-layer.js'
import { TILE_WIDTH, tilePixels, tilesOf } from './tile-pixels.js'

/** Width of a tile within the picture of the whole sky, and the order of its tiles. */
const SMALL = 64
const ALLSKY_ORDER = 3

/** A tile as FITS: the values of the map, whatever is covered; NaN where it has none. */
export function tileFits({ values, order, header }: SkyLayer, tileOrder: number, tile: number): Uint8Array {
  const pixels = tilePixels(order, tileOrder, tile, TILE_WIDTH)
  return writeFits([{ kind: 'image', shape: [TILE_WIDTH, TILE_WIDTH], values: Float32Array.from(pixels, (p) => values[p]!), cards: [['ORDER', tileOrder, 'order of the tile'], ['NPIX', tile, 'number of the tile, NESTED'], ['MAPNSIDE', header.nside, 'nside of the map that it shows']] }])
}

/** A tile as PNG; transparent where nothing is covered. */
export function tilePng(layer: SkyLayer, tileOrder: number, tile: number): Uint8Array {
  const out = new Uint8Array(TILE_WIDTH * TILE_WIDTH)
  paint(layer, colourScale(layer), tileOrder, tile, TILE_WIDTH, out, TILE_WIDTH, 0, 0)
  return palettePng(TILE_WIDTH, TILE_WIDTH, out, PALETTE)
}

/** All tiles of order 3, small, row by row: what clients show first. */
export function allskyPng(layer: SkyLayer): Uint8Array {
  const tiles = tilesOf(ALLSKY_ORDER)
  const across = Math.floor(Math.sqrt(tiles))
  const down = Math.ceil(tiles / across)
  const out = new Uint8Array(across * down * SMALL * SMALL)
  const scale = colourScale(layer)
  for (let tile = 0; tile < tiles; tile++) paint(layer, scale, ALLSKY_ORDER, tile, SMALL, out, across * SMALL, (tile % across) * SMALL, Math.floor(tile / across) * SMALL)
  return palettePng(across * SMALL, down * SMALL, out, PALETTE)
}

/** Paint a tile into a picture. */
function paint(layer: SkyLayer, scale: ColourScale, tileOrder: number, tile: number, width: number, into: Uint8Array, stride: number, left: number, top: number): void {
  const pixels = tilePixels(layer.order, tileOrder, tile, width)
  for (let row = 0; row < width; row++) {
    for (let column = 0; column < width; column++) {
      const p = pixels[row * width + column]!
      into[(top + row) * stride + left + column] = layer.covered[p] === 1 ? scale.index(layer.values[p]!) : 0
    }
  }
}
