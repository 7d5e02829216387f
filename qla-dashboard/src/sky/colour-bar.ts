import { BEYOND, type Theme, cssOf } from './colours.js'
import type { Scale } from './paint.js'

/** Ticks of a colour bar: value and position 0…1 from its low end. */
export function barTicks(scale: Scale): { value: number; at: number }[] {
  if (scale.plane === 'significance') return [-5, -3, 0, 3, 5].map((value) => ({ value, at: (value + 5) / 10 }))
  const at = (v: number): number => (scale.plane === 'counts' ? Math.sqrt(v / scale.high) : v / scale.high)
  const mid = scale.plane === 'counts' ? scale.high / 4 : scale.high / 2
  return [0, mid, scale.high].map((value) => ({ value, at: at(value) }))
}

/** A colour bar as a CSS gradient from left to right; significance ends in the colours of what lies beyond its scale. */
export function barGradient(scale: Scale, theme: Theme): string {
  const stops = Array.from({ length: 17 }, (_, i) => cssOf(scale.table[Math.round((i / 16) * 255)]!))
  const inner = stops.map((c, i) => `${c} ${4 + (92 * i) / 16}%`).join(', ')
  if (scale.plane !== 'significance') return `linear-gradient(to right, ${stops.join(', ')})`
  const [above, below] = BEYOND[theme]
  return `linear-gradient(to right, ${below} 0 4%, ${inner}, ${above} 96% 100%)`
}
