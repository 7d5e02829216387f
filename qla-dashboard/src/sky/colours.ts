import { interpolateCividis, interpolateInferno, interpolateViridis, interpolateGreys } from 'd3-scale-chromatic'

/** 256 colours as the 32-bit words of an ImageData (little-endian: ABGR). */
export type ColourTable = Uint32Array
export type Theme = 'dark' | 'light'

/** Significance is always drawn from -5 to +5 σ, so that the same colour means the same thing at any time. */
export const SIGMA_LIMIT = 5

export const COLOUR_MAPS = { inferno: interpolateInferno, cividis: interpolateCividis, viridis: interpolateViridis, greys: (t: number) => interpolateGreys(1 - t) } as const
export type ColourMap = keyof typeof COLOUR_MAPS

/** '#rrggbb' or 'rgb(r, g, b)' as a word of an ImageData. */
export function wordOf(colour: string): number {
  const hex = /^#([0-9a-f]{6})$/i.exec(colour.trim())
  const [r, g, b] = hex ? [0, 2, 4].map((i) => parseInt(hex[1]!.slice(i, i + 2), 16)) : (colour.match(/[\d.]+/g) ?? ['0', '0', '0']).map(Number)
  return ((255 << 24) | (b! << 16) | (g! << 8) | r!) >>> 0
}

/**
 * A perceptually even map for counts and exposure. On a light page it runs the other way and begins near the colour of the
 * page: there, as on the dark one, the empty sky is quiet.
 */
export function sequentialTable(map: ColourMap, theme: Theme): ColourTable {
  const colour = COLOUR_MAPS[map]
  if (theme === 'dark') return Uint32Array.from({ length: 256 }, (_, i) => wordOf(colour(0.04 + (0.96 * i) / 255)))
  return Uint32Array.from({ length: 256 }, (_, i) => {
    const t = i / 255
    const word = wordOf(colour(0.96 - 0.9 * t))
    const pale = Math.max(0, 1 - t / 0.35) ** 1.5 * 0.85
    const mix = (shift: number): number => Math.round(((word >> shift) & 255) * (1 - pale) + 247 * pale)
    return wordOf(`rgb(${mix(0)},${mix(8)},${mix(16)})`)
  })
}

const ANCHORS = {
  dark: ['#58b4ff', '#1b4f86', '#131824', '#8a4a12', '#ffae42'],
  light: ['#0b57a4', '#8fbbe4', '#f4f4f0', '#efb37a', '#a34a00'],
} as const

/** Deficit to excess through the colour of the ground: what is not significant is not seen. */
export function divergingTable(theme: Theme): ColourTable {
  const anchors = ANCHORS[theme].map((hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16)))
  return Uint32Array.from({ length: 256 }, (_, i) => {
    const at = (i / 255) * (anchors.length - 1)
    const k = Math.min(anchors.length - 2, Math.floor(at))
    const mix = anchors[k]!.map((from, c) => Math.round(from + (anchors[k + 1]![c]! - from) * (at - k)))
    return wordOf(`rgb(${mix.join(',')})`)
  })
}

/** Colour of what is beyond the scale of significance: excess, deficit. */
export const BEYOND = { dark: ['#fff3b0', '#d4ecff'], light: ['#5c0f00', '#04204a'] } as const

/** A word of an ImageData as a CSS colour. */
export function cssOf(word: number): string {
  return `rgb(${word & 255} ${(word >> 8) & 255} ${(word >> 16) & 255})`
}
