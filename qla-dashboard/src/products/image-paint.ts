import { BEYOND, type ColourTable, type Theme, cssOf, wordOf } from '../sky/colours.js'
import { type Stretch, stretched } from './stretch.js'
import type { Picture } from './read-product.js'

/** How values become colours. `beyond`: colours of their own for what is outside the range, as of significance. */
export interface ImageColours {
  table: ColourTable
  low: number
  high: number
  stretch: Stretch
  beyond: boolean
  theme: Theme
}

/** Paint a picture: a pixel of the canvas for each of its own, first row at the foot as in FITS; what has no value is grey. */
export function paintPicture(canvas: HTMLCanvasElement, { width, height, values }: Picture, c: ImageColours): void {
  Object.assign(canvas, { width, height })
  const data = new ImageData(width, height)
  const words = new Uint32Array(data.data.buffer)
  const blank = wordOf(c.theme === 'dark' ? '#23272f' : '#d9dbd8')
  const [above, below] = BEYOND[c.theme].map(wordOf) as [number, number]
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const v = values[y * width + x]!
      const t = stretched(v, c.low, c.high, c.stretch)
      words[(height - 1 - y) * width + x] = Number.isNaN(t) ? blank : c.beyond && v > c.high ? above : c.beyond && v < c.low ? below : c.table[Math.round(t * 255)]!
    }
  }
  canvas.getContext('2d')!.putImageData(data, 0, 0)
}

/** The colours of a range from left to right, as a CSS gradient. */
export function colourGradient(c: ImageColours): string {
  const stops = Array.from({ length: 17 }, (_, i) => `${cssOf(c.table[Math.round((i / 16) * 255)]!)} ${c.beyond ? 4 + (92 * i) / 16 : (100 * i) / 16}%`)
  const [above, below] = BEYOND[c.theme]
  return `linear-gradient(to right, ${[...(c.beyond ? [`${below} 0 4%`] : []), ...stops, ...(c.beyond ? [`${above} 96% 100%`] : [])].join(', ')})`
}
