import type { ResolvedTarget } from '@heavens/schemas'
import { createLabelPlacer } from '../sky/label-placer.js'
import { type Stage, framePoint } from './image-camera.js'
import type { Picture } from './read-product.js'

/** A source of the catalogue in the frame [CSS px]; `named`: there is room for its name. */
export interface PlacedSource {
  name: string
  x: number
  y: number
  named: boolean
}

/** Sources of the catalogue that a frame shows, brightest first: these get their names where names would touch. None without coordinates. */
export function placedSources(picture: Picture, stage: Stage, sources: readonly ResolvedTarget[]): PlacedSource[] {
  if (!picture.wcs) return []
  const placer = createLabelPlacer(stage.width, stage.height)
  return [...sources].sort((a, b) => (b.flux ?? 0) - (a.flux ?? 0)).flatMap((source): PlacedSource[] => {
    const at = picture.pixelOf(source.ra, source.dec)
    if (!at) return []
    const [x, y] = framePoint(stage, at)
    if (!(x >= 0 && y >= 0 && x <= stage.width && y <= stage.height)) return []
    return [{ name: source.name, x, y, named: placer.place(x + 6, y - 7, source.name.length * 6.6 + 4, 14) }]
  })
}
