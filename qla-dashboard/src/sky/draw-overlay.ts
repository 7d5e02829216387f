import type { Candidate, InstrumentDescriptor, ResolvedTarget, StreamHealth } from '@heavens/schemas'
import { fromFrame } from './frames.js'
import { type SkyGeometry, type SkyView, pixelOf } from './geometry.js'
import { type Path, circle, graticuleLines, meridian, parallel, skyPath } from './graticule.js'
import { type LabelPlacer, createLabelPlacer } from './label-placer.js'

/** What lies over the map. Colours are those of the theme. */
export interface OverlayScene {
  view: SkyView
  catalogue: readonly ResolvedTarget[]
  /** names of sources that stand out in the map */
  seen: readonly string[]
  candidates: readonly Candidate[]
  streams: readonly StreamHealth[]
  instruments: readonly InstrumentDescriptor[]
  chosen: string | null
  selected: { ra: number; dec: number; radius?: number } | null
  colours: { line: string; plane: string; text: string; dim: string; halo: string; fresh: string; accent: string; outline: string }
}

/** Radius of the Earth seen from 550 km, where most of these observatories fly [degrees]. */
const EARTH_RADIUS = 67

/** Draw graticule, Galactic plane, fields of view, Earth, sources and candidates; labels never collide. */
export function drawOverlay(context: CanvasRenderingContext2D, g: SkyGeometry, scene: OverlayScene): void {
  const labels = createLabelPlacer(g.width, g.height)
  context.clearRect(0, 0, g.width, g.height)
  context.lineJoin = 'round'
  drawGraticule(context, g, scene)
  drawPointing(context, g, scene, labels)
  drawCandidates(context, g, scene, labels)
  drawSelected(context, g, scene)
  drawCatalogue(context, g, scene, labels)
  labelGraticule(context, g, scene, labels)
}

function drawGraticule(context: CanvasRenderingContext2D, g: SkyGeometry, { view, colours }: OverlayScene): void {
  const { lons, lats, half } = graticuleLines(view.lon, g.field > 150 ? 0 : view.lat, g.field)
  const [from, to] = g.field > 90 ? [-90, 90] : [Math.max(-90, view.lat - g.field), Math.min(90, view.lat + g.field)]
  const span = g.kind === 'tangent' ? half : 179.99
  context.lineWidth = 1
  stroke(context, lats.flatMap((lat) => skyPath(g, parallel(view.frame, lat, view.lon, span))), colours.line)
  stroke(context, lons.flatMap((lon) => skyPath(g, meridian(view.frame, lon, from, to))), colours.line)
  if (g.kind === 'mollweide' && view.zoom < 1.4) {
    const edge = [...skyPath(g, meridian(view.frame, view.lon + 179.999, -90, 90)), ...skyPath(g, meridian(view.frame, view.lon - 179.999, -90, 90))]
    stroke(context, edge, colours.outline)
  }
  context.setLineDash([6, 5])
  stroke(context, skyPath(g, parallel('galactic', 0, centreLongitude(view), 180)), colours.plane)
  context.setLineDash([])
}

/** Galactic longitude of the middle of the view, so that the drawn plane is cut behind it. */
function centreLongitude(view: SkyView): number {
  return view.frame === 'galactic' ? view.lon : 0
}

function drawPointing(context: CanvasRenderingContext2D, g: SkyGeometry, { streams, instruments, colours }: OverlayScene, labels: LabelPlacer): void {
  let earth = false
  for (const { instrument, pointing } of streams) {
    if (!pointing) continue
    const descriptor = instruments.find((d) => d.id === instrument)
    if (descriptor?.fieldOfView !== undefined && descriptor.fieldOfView < 90) {
      context.lineWidth = 1
      context.setLineDash([2, 4])
      const paths = skyPath(g, circle(pointing.ra, pointing.dec, descriptor.fieldOfView))
      stroke(context, paths, colours.accent)
      context.setLineDash([])
      labelPath(context, paths, `${descriptor.name} field`, colours.dim, colours.halo, labels)
    }
    if (!earth && pointing.raZenith !== null && pointing.decZenith !== null) {
      earth = true
      context.lineWidth = 1
      const paths = skyPath(g, circle((pointing.raZenith + 180) % 360, -pointing.decZenith, EARTH_RADIUS))
      stroke(context, paths, colours.outline)
      labelPath(context, paths, 'Earth limb', colours.dim, colours.halo, labels)
    }
  }
}

function drawCandidates(context: CanvasRenderingContext2D, g: SkyGeometry, { candidates, chosen, colours, instruments }: OverlayScene, labels: LabelPlacer): void {
  for (const c of candidates) {
    if (c.ra === undefined || c.dec === undefined || c.state === 'retracted') continue
    const p = pixelOf(g, c.ra, c.dec)
    if (!p || !inside(g, p)) continue
    const mine = c.id === chosen
    context.lineWidth = mine ? 2 : 1.5
    if (c.radius !== undefined && c.radius > 0.01) {
      context.globalAlpha = 0.6
      stroke(context, skyPath(g, circle(c.ra, c.dec, c.radius)), colours.fresh)
      context.globalAlpha = 1
    }
    ring(context, p, mine ? 9 : 7, colours.fresh)
    const name = instruments.find((d) => d.id === c.instrument)?.name ?? c.instrument
    label(context, p[0] + 11, p[1], `${c.knownSource ?? c.class ?? name} ${c.significance.toFixed(1)} σ`, colours.fresh, colours.halo, labels)
  }
}

function drawSelected(context: CanvasRenderingContext2D, g: SkyGeometry, { selected, colours }: OverlayScene): void {
  const p = selected && pixelOf(g, selected.ra, selected.dec)
  if (!p) return
  context.strokeStyle = colours.text
  context.lineWidth = 1.5
  context.beginPath()
  for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]] as const) {
    context.moveTo(p[0] + dx * 5, p[1] + dy * 5)
    context.lineTo(p[0] + dx * 13, p[1] + dy * 13)
  }
  context.stroke()
}

/** Names come with zoom: the brightest always, fainter ones when there is room for them. */
export function labelLimit(zoom: number): number {
  return zoom <= 1 ? 0.12 : 0.12 / zoom ** 1.8
}

function drawCatalogue(context: CanvasRenderingContext2D, g: SkyGeometry, { catalogue, seen, colours, view }: OverlayScene, labels: LabelPlacer): void {
  const limit = labelLimit(view.zoom)
  const rank = (s: ResolvedTarget): number => (seen.includes(s.name) ? 10 : 0) + (s.flux ?? 0)
  const bright = [...catalogue].sort((a, b) => rank(b) - rank(a))
  for (const source of bright) {
    const p = pixelOf(g, source.ra, source.dec)
    if (!p || !inside(g, p)) continue
    const flux = seen.includes(source.name) ? 1 : source.flux ?? 0
    // Fainter ones stay away until there is room.
    if (flux < limit / 10 && view.zoom < 12) continue
    const size = flux >= limit ? 2.5 : 1.5
    context.globalAlpha = flux >= limit ? 1 : 0.55
    context.strokeStyle = colours.dim
    context.lineWidth = 1
    context.beginPath()
    context.arc(p[0], p[1], size, 0, 7)
    context.stroke()
    context.globalAlpha = 1
    if (flux >= limit || view.zoom > 12) label(context, p[0] + 6, p[1], source.name, colours.text, colours.halo, labels)
  }
}

function labelGraticule(context: CanvasRenderingContext2D, g: SkyGeometry, { view, colours }: OverlayScene, labels: LabelPlacer): void {
  const { lons, lats } = graticuleLines(view.lon, g.field > 150 ? 0 : view.lat, g.field)
  const put = (lon: number, lat: number, text: string): void => {
    const { ra, dec } = fromFrame(view.frame, lon, lat)
    const p = pixelOf(g, ra, dec)
    if (p) label(context, p[0] + 3, p[1] - 7, text, colours.dim, colours.halo, labels)
  }
  const along = g.field > 150 ? 0 : (lats.reduce((best, b) => (Math.abs(b - view.lat + g.field * 0.2) < Math.abs(best - view.lat + g.field * 0.2) ? b : best), lats[0] ?? 0))
  for (const lon of lons) put(lon, along, `${format(((lon % 360) + 360) % 360)}°`)
  const side = g.field > 150 ? view.lon : lons.reduce((best, l) => (Math.abs(l - view.lon) < Math.abs(best - view.lon) ? l : best), lons[0] ?? view.lon)
  for (const lat of lats) if (lat !== along) put(side, lat, `${lat > 0 ? '+' : ''}${format(lat)}°`)
}

const format = (v: number): string => String(Number(v.toFixed(2))).replace('-', '−')

function stroke(context: CanvasRenderingContext2D, paths: readonly Path[], colour: string): void {
  context.strokeStyle = colour
  context.beginPath()
  for (const path of paths) {
    context.moveTo(path[0]![0], path[0]![1])
    for (let i = 1; i < path.length; i++) context.lineTo(path[i]![0], path[i]![1])
  }
  context.stroke()
}

function ring(context: CanvasRenderingContext2D, [x, y]: readonly [number, number], radius: number, colour: string): void {
  context.strokeStyle = colour
  context.beginPath()
  context.arc(x, y, radius, 0, 7)
  context.stroke()
}

/** Text to the right of a point, with a halo of the ground so that it can be read over any colour. */
function label(context: CanvasRenderingContext2D, x: number, y: number, text: string, colour: string, halo: string, labels: LabelPlacer): void {
  context.font = '11px system-ui, sans-serif'
  context.textBaseline = 'middle'
  if (!labels.place(x, y - 6, context.measureText(text).width, 12)) return
  context.lineWidth = 3
  context.strokeStyle = halo
  context.strokeText(text, x, y)
  context.fillStyle = colour
  context.fillText(text, x, y)
}

function labelPath(context: CanvasRenderingContext2D, paths: readonly Path[], text: string, colour: string, halo: string, labels: LabelPlacer): void {
  const points = paths.flat().filter(([x, y]) => x > 20 && y > 20 && x < context.canvas.clientWidth - 90 && y < context.canvas.clientHeight - 20)
  const top = points.reduce<[number, number] | null>((best, p) => (!best || p[1] < best[1] ? p : best), null)
  if (top) label(context, top[0] - 20, top[1] - 8, text, colour, halo, labels)
}

const inside = (g: SkyGeometry, [x, y]: readonly [number, number]): boolean => x > -20 && y > -20 && x < g.width + 20 && y < g.height + 20
