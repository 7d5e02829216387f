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

/** Tiles in a row, and rows, of the picture of the whole sky. */
const ACROSS = Math.floor(Math.sqrt(tilesOf(ALLSKY_ORDER)))
const DOWN = Math.ceil(tilesOf(ALLSKY_ORDER) / ACROSS)

/** All tiles of order 3, small, row by row from the top: what clients show first. */
export function allskyPng(layer: SkyLayer): Uint8Array {
  const out = new Uint8Array(ACROSS * DOWN * SMALL * SMALL)
  const scale = colourScale(layer)
  for (let tile = 0; tile < tilesOf(ALLSKY_ORDER); tile++) paint(layer, scale, ALLSKY_ORDER, tile, SMALL, out, ACROSS * SMALL, (tile % ACROSS) * SMALL, Math.floor(tile / ACROSS) * SMALL)
  return palettePng(ACROSS * SMALL, DOWN * SMALL, out, PALETTE)
}

/** The same with the values of the map, as FITS: it looks as the picture does. */
export function allskyFits({ values, order }: SkyLayer): Uint8Array {
  const width = ACROSS * SMALL
  const height = DOWN * SMALL
  const out = new Float32Array(width * height).fill(NaN)
  for (let tile = 0; tile < tilesOf(ALLSKY_ORDER); tile++) {
    const pixels = tilePixels(order, ALLSKY_ORDER, tile, SMALL)
    const left = (tile % ACROSS) * SMALL
    const bottom = height - (Math.floor(tile / ACROSS) + 1) * SMALL
    pixels.forEach((p, i) => (out[(bottom + Math.floor(i / SMALL)) * width + left + (i % SMALL)] = values[p]!))
  }
  return writeFits([{ kind: 'image', shape: [width, height], values: out }])
}

/** Paint a tile into a picture, whose rows go from the top. */
function paint(layer: SkyLayer, scale: ColourScale, tileOrder: number, tile: number, width: number, into: Uint8Array, stride: number, left: number, top: number): void {
  const pixels = tilePixels(layer.order, tileOrder, tile, width)
  for (let row = 0; row < width; row++) {
    for (let column = 0; column < width; column++) {
      const p = pixels[row * width + column]!
      into[(top + width - 1 - row) * stride + left + column] = layer.covered[p] === 1 ? scale.index(layer.values[p]!) : 0
    }
  }
}
