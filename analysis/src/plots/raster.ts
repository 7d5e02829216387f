import { pngFile } from './png-file.js'
import { GLYPHS, GLYPH_WIDTH } from './glyphs.js'

export type Colour = readonly [red: number, green: number, blue: number]

/** A picture of RGB pixels, row 0 on top. Whatever is drawn outside is cut off. */
export interface Raster {
  width: number
  height: number
  data: Uint8Array
}

export function makeRaster(width: number, height: number, paper: Colour): Raster {
  const data = new Uint8Array(width * height * 3)
  data.set(paper)
  // Twice as much each time.
  for (let done = 3; done < data.length; done *= 2) data.copyWithin(done, 0, done)
  return { width, height, data }
}

export function dot(raster: Raster, x: number, y: number, colour: Colour): void {
  if (x < 0 || y < 0 || x >= raster.width || y >= raster.height) return
  const at = (y * raster.width + x) * 3
  raster.data[at] = colour[0]
  raster.data[at + 1] = colour[1]
  raster.data[at + 2] = colour[2]
}

export function rectangle(raster: Raster, x: number, y: number, width: number, height: number, colour: Colour): void {
  for (let j = Math.max(0, y); j < Math.min(raster.height, y + height); j++) for (let i = Math.max(0, x); i < Math.min(raster.width, x + width); i++) dot(raster, i, j, colour)
}

/** A line along an axis, both ends included. */
export function segment(raster: Raster, x0: number, y0: number, x1: number, y1: number, colour: Colour): void {
  rectangle(raster, Math.min(x0, x1), Math.min(y0, y1), Math.abs(x1 - x0) + 1, Math.abs(y1 - y0) + 1, colour)
}

/** Width of a text [pixels]. */
export function textWidth(text: string): number {
  return text.length * (GLYPH_WIDTH + 1) - 1
}

/** Text with its top left corner at (x, y). Characters that are not in the font leave a gap. */
export function write(raster: Raster, x: number, y: number, text: string, colour: Colour): void {
  for (const [k, character] of [...text].entries()) {
    GLYPHS.get(character)?.forEach((bits, column) => {
      for (let row = 0; row < 8; row++) if ((bits >> row) & 1) dot(raster, x + k * (GLYPH_WIDTH + 1) + column, y + row, colour)
    })
  }
}

/** The picture as a PNG of 8-bit colours. */
export function png({ width, height, data }: Raster): Uint8Array {
  const row = 3 * width
  const rows = new Uint8Array((row + 1) * height)
  for (let y = 0; y < height; y++) {
    const at = y * (row + 1)
    const from = y * row
    // Each row as its difference from the one above: plots are mostly what is above.
    rows[at] = 2
    if (y === 0) rows.set(data.subarray(0, row), 1)
    // Many rows are as the one above: their differences are 0, as they stand.
    else if (Buffer.compare(data.subarray(from, from + row), data.subarray(from - row, from)) !== 0) for (let x = 0; x < row; x++) rows[at + 1 + x] = data[from + x]! - data[from - row + x]!
  }
  return pngFile({ width, height, colourType: 2, rows })
}
