import { createLabelPlacer } from '../sky/label-placer.js'
import { fromFrame, toFrame } from '../sky/frames.js'
import type { PositionForm } from '../state/formats.js'
import { type SeenCoordinates, stepsOf, tickText } from './graticule-ticks.js'
import { type Stage, framePoint, picturePoint } from './image-camera.js'
import type { Picture } from './read-product.js'

type Point = [x: number, y: number]

/** Lines of equal longitude and latitude in the frame [CSS px], with labels at its rim. */
export interface Graticule {
  paths: Point[][]
  labels: { text: string; x: number; y: number }[]
}

/** Places along each side of the frame at which coordinates are asked for. */
const PROBES = 16
const SAMPLES = 96
/** About so many lines each way [CSS px apart]. */
const SPACING = 80
const LABEL_HEIGHT = 14

/** The graticule of what a frame shows of a picture; nothing without coordinates. */
export function imageGraticule(picture: Picture, stage: Stage, form: PositionForm): Graticule {
  const out: Graticule = { paths: [], labels: [] }
  if (!picture.wcs) return out
  const frame = form === 'galactic' ? 'galactic' : 'icrs'
  const seen = extentOf(picture, stage, frame)
  if (!seen) return out
  const screen = (lon: number, lat: number): Point | null => {
    const { ra, dec } = fromFrame(frame, ((lon % 360) + 360) % 360, lat)
    const at = picture.pixelOf(ra, dec)
    return at ? framePoint(stage, at) : null
  }
  const placer = createLabelPlacer(stage.width, stage.height, 6)
  const add = (text: string, points: (Point | null)[], edges: readonly Edge[]): void => {
    const paths = insideFrame(points, stage)
    out.paths.push(...paths)
    for (const edge of [...edges, null]) {
      // A circle around a pole goes over no side: its name stands on it.
      const at = edge ? paths.map((p) => crossing(p, edge, stage)).find((p) => p !== null) : paths[0]?.[Math.floor(paths[0].length / 4)]
      if (!at) continue
      const width = text.length * 7.2
      const [x, y] = [Math.min(stage.width - width - 3, Math.max(3, at[0] + (edge === 'right' ? -width - 3 : 3))), Math.min(stage.height - 4, Math.max(LABEL_HEIGHT, at[1] - 4))]
      if (placer.place(x, y - LABEL_HEIGHT + 2, width, LABEL_HEIGHT)) out.labels.push({ text, x, y })
      return
    }
  }
  const { lons, lats } = stepsOf(seen, Math.max(2, stage.height / SPACING), Math.max(2, stage.width / SPACING), form)
  const span = (low: number, high: number): number[] => Array.from({ length: SAMPLES + 1 }, (_, i) => low + ((high - low) * i) / SAMPLES)
  for (const lat of lats) add(tickText(lat, 'lat', form, seen.latStep), span(seen.lon[0], seen.lon[1]).map((lon) => screen(lon, lat)), ['left', 'right', 'bottom', 'top'])
  for (const lon of lons) add(tickText(lon, 'lon', form, seen.lonStep), span(seen.lat[0], seen.lat[1]).map((lat) => screen(lon, lat)), ['bottom', 'top', 'left', 'right'])
  return out
}

function extentOf(picture: Picture, stage: Stage, frame: 'galactic' | 'icrs'): SeenCoordinates | null {
  const found: { lon: number; lat: number }[] = []
  for (let i = 0; i <= PROBES; i++) {
    for (let k = 0; k <= PROBES; k++) {
      const world = picture.worldOf(...picturePoint(stage, [(stage.width * i) / PROBES, (stage.height * k) / PROBES]))
      if (world) found.push(toFrame(frame, world[0], world[1]))
    }
  }
  if (found.length === 0) return null
  const first = found[Math.floor(found.length / 2)]!
  const lons = found.map(({ lon }) => first.lon + ((((lon - first.lon + 180) % 360) + 360) % 360) - 180)
  const lats = found.map(({ lat }) => lat)
  const grown = (values: number[], most: number): [number, number] => {
    const [low, high] = [Math.min(...values), Math.max(...values)]
    const room = (high - low) / PROBES
    return high - low > most ? [low, high] : [low - room, high + room]
  }
  const [lon, lat] = [grown(lons, 340), grown(lats, 180)]
  // With a pole in the frame all meridians are.
  for (const pole of [90, -90]) {
    const { ra, dec } = fromFrame(frame, 0, pole)
    const at = picture.pixelOf(ra, dec)
    const p = at && framePoint(stage, at)
    if (!p || p[0] < 0 || p[1] < 0 || p[0] > stage.width || p[1] > stage.height) continue
    lon.splice(0, 2, 0, 360)
    lat[pole > 0 ? 1 : 0] = pole
  }
  return { lon: lon[1] - lon[0] > 359 ? [first.lon - 180, first.lon + 180] : lon, lat: [Math.max(-90, lat[0]), Math.min(90, lat[1])], lonStep: NaN, latStep: NaN }
}

/** Pieces of a curve that are in the frame, each with the points just outside; pieces that jump are cut. */
function insideFrame(points: readonly (Point | null)[], { width, height }: Stage): Point[][] {
  const inside = (p: Point): boolean => p[0] >= 0 && p[1] >= 0 && p[0] <= width && p[1] <= height
  const jump = Math.max(width, height) / 2
  const out: Point[][] = []
  let path: Point[] = []
  const close = (): void => {
    if (path.length > 1) out.push(path)
    path = []
  }
  for (let i = 1; i < points.length; i++) {
    const [a, b] = [points[i - 1], points[i]]
    if (!a || !b || !(inside(a) || inside(b)) || Math.hypot(a[0] - b[0], a[1] - b[1]) > jump) { close(); continue }
    if (path.length === 0) path.push(a)
    path.push(b)
  }
  close()
  return out
}

type Edge = 'left' | 'right' | 'top' | 'bottom'

/** Where a path goes over one side of the frame. */
function crossing(path: readonly Point[], edge: Edge, { width, height }: Stage): Point | null {
  const [axis, level] = ({ left: [0, 0], right: [0, width], top: [1, 0], bottom: [1, height] } as const)[edge]
  for (let i = 1; i < path.length; i++) {
    const [a, b] = [path[i - 1]!, path[i]!]
    if ((a[axis] - level) * (b[axis] - level) > 0 || a[axis] === b[axis]) continue
    const t = (level - a[axis]) / (b[axis] - a[axis])
    const at: Point = [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])]
    if (at[0] >= -1 && at[1] >= -1 && at[0] <= width + 1 && at[1] <= height + 1) return at
  }
  return null
}
