import { pngFile } from '@heavens/analysis'

export type Rgba = readonly [red: number, green: number, blue: number, alpha: number]

/**
 * A PNG of indexed colours (bit depth 8, colour type 3), rows from the top. Large areas of one colour take next to no room.
 *
 * @param pixels  indices into the palette, width·height
 * @param palette 1 … 256 colours
 */
export function palettePng(width: number, height: number, pixels: Uint8Array, palette: readonly Rgba[]): Uint8Array {
  // Each row begins with its filter: none.
  const rows = new Uint8Array((width + 1) * height)
  for (let y = 0; y < height; y++) rows.set(pixels.subarray(y * width, (y + 1) * width), y * (width + 1) + 1)
  return pngFile({ width, height, colourType: 3, rows, before: [['PLTE', Uint8Array.from(palette.flatMap(([r, g, b]) => [r, g, b]))], ['tRNS', Uint8Array.from(palette, ([, , , a]) => a)]] })
}
