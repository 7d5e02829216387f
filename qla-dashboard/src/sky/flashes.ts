import { unitVector } from '@heavens/science/sky'
import { type Vector } from './frames.js'
import { type SkyGeometry, project } from './geometry.js'

/** A flash contracts for this long, then is a point that fades [ms]. */
const FLASH = 700
const SETTLE = 9000

/** Photons that are being shown, the oldest overwritten when there are too many. Times are performance.now() [ms]. */
export interface Flashes {
  add(ra: number, dec: number, energy: number, at: number): void
  /** Draw all that are alive at `now`; answers whether any is. */
  draw(context: CanvasRenderingContext2D, g: SkyGeometry, now: number, colour: string): boolean
}

export function createFlashes(capacity = 400): Flashes {
  const vectors: (Vector | null)[] = new Array<Vector | null>(capacity).fill(null)
  const born = new Float64Array(capacity)
  const size = new Float32Array(capacity)
  let next = 0
  return {
    add(ra, dec, energy, at) {
      vectors[next] = unitVector(ra, dec)
      born[next] = at
      // A photon of ten times the energy is drawn a little larger.
      size[next] = 1.1 + Math.min(1.4, Math.max(0, 0.25 * Math.log10(Math.max(1, energy))))
      next = (next + 1) % capacity
    },
    draw(context, g, now, colour) {
      context.clearRect(0, 0, g.width, g.height)
      context.fillStyle = colour
      context.strokeStyle = colour
      let alive = false
      for (let i = 0; i < capacity; i++) {
        const v = vectors[i]
        if (!v) continue
        const age = now - born[i]!
        if (age < 0) { alive = true; continue }
        if (age > SETTLE) { vectors[i] = null; continue }
        alive = true
        const p = project(g, v)
        if (!p) continue
        const flash = age / FLASH
        if (flash < 1) {
          context.globalAlpha = 1 - flash * 0.7
          context.lineWidth = 1.2
          context.beginPath()
          context.arc(p[0], p[1], 1.5 + 10 * (1 - flash) ** 2, 0, 7)
          context.stroke()
        }
        context.globalAlpha = Math.max(0, 1 - age / SETTLE)
        context.beginPath()
        context.arc(p[0], p[1], size[i]!, 0, 7)
        context.fill()
      }
      context.globalAlpha = 1
      return alive
    },
  }
}
