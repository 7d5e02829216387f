import { buildLookup, type Lookup } from './lookup.js'
import { type SkyGeometry, type SkyView, skyGeometry } from './geometry.js'
import { type Scale, colourMap, paint, scaleOf } from './paint.js'
import { type Theme, wordOf } from './colours.js'
import { type Neighbours, neighbourTable, smoothMap } from './smooth-map.js'
import type { SkyMap } from '../state/console-state.js'
import type { Plane } from '../state/view.js'

/** Step of the picture while it moves, so that 60 pictures a second are possible, and when it rests [CSS pixels]. */
const MOVING_STEP = 3
const FULL_PIXELS = 900_000
/** How often a map of counts is spread over its neighbours. */
const TURNS = 3

/** Draws the map of the sky into a canvas. Keeps its lookup table as long as view, size and nside stay. */
export interface SkyCanvas {
  /** `moving`: draw coarse and fast. Answers the geometry, for what lies over the map. */
  draw(view: SkyView, map: SkyMap | null, plane: Plane, theme: Theme, outside: string, noExposure: string, moving: boolean, smooth: boolean): { geometry: SkyGeometry; scale: Scale | null }
}

export function createSkyCanvas(canvas: HTMLCanvasElement): SkyCanvas {
  const context = canvas.getContext('2d', { alpha: false })!
  const small = document.createElement('canvas')
  const smallContext = small.getContext('2d', { alpha: false })!
  let lookup: Lookup | null = null
  let lookupFor = ''
  let colours: { for: SkyMap; look: string; words: Uint32Array; scale: Scale } | null = null
  let neighbours: { nside: number; table: Neighbours } | null = null
  let picture: ImageData | null = null

  return {
    draw(view, map, plane, theme, outside, noExposure, moving, smooth) {
      const [width, height] = [canvas.clientWidth, canvas.clientHeight]
      const ratio = window.devicePixelRatio || 1
      const geometry = skyGeometry(view, width, height)
      if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
        canvas.width = Math.round(width * ratio)
        canvas.height = Math.round(height * ratio)
      }
      // Outside a map there is nothing to look up, but the sky still has its shape: nside 1 draws it in one colour.
      const nside = map?.image.nside ?? 1
      const finest = Math.max(1 / ratio, Math.sqrt((width * height) / FULL_PIXELS))
      const step = moving ? Math.max(MOVING_STEP, finest) : finest
      const key = [view.frame, view.lon, view.lat, view.zoom, width, height, nside, step].join()
      if (!lookup || lookupFor !== key) {
        lookup = buildLookup(geometry, nside, step)
        lookupFor = key
      }
      const look = [plane, theme, smooth].join()
      if (map && (!colours || colours.for !== map || colours.look !== look)) {
        if (smooth && plane === 'counts' && neighbours?.nside !== nside) neighbours = { nside, table: neighbourTable(nside) }
        const shown = smooth && plane === 'counts' ? { ...map, counts: smoothMap(map.counts, neighbours!.table, TURNS) } : map
        const scale = scaleOf(shown, plane, theme)
        colours = { for: map, look, scale, words: colourMap(shown, scale, theme, noExposure) }
      }
      if (!picture || picture.width !== lookup.columns || picture.height !== lookup.rows) {
        picture = new ImageData(Math.max(1, lookup.columns), Math.max(1, lookup.rows))
        small.width = picture.width
        small.height = picture.height
      }
      paint(lookup, map && colours ? colours.words : new Uint32Array(12).fill(wordOf(noExposure)), wordOf(outside), new Uint32Array(picture.data.buffer))
      smallContext.putImageData(picture, 0, 0)
      context.imageSmoothingEnabled = moving
      context.drawImage(small, 0, 0, lookup.columns * step * ratio, lookup.rows * step * ratio)
      return { geometry, scale: map && colours ? colours.scale : null }
    },
  }
}
