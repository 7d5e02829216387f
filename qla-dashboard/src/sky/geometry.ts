import { mollweide, mollweideInverse, unitVector } from '@heavens/science/sky'
import { type Matrix, RAD, type SkyFrame, type Vector, lonLatOf, frameMatrix, product, rotate, rotateBack } from './frames.js'

/** Where the sky is looked at: centre in degrees of a frame, zoom 1 = the whole sky fills the panel. */
export interface SkyView {
  frame: SkyFrame
  lon: number
  lat: number
  zoom: number
}

/**
 * How directions become pixels. The whole sky is drawn in Mollweide's projection (equal area). Zooming in tilts the sphere so
 * that the centre of view is that of the ellipse, and takes out the stretch that Mollweide has there (x 0.900, y 1.111); at
 * a field of 40° both differ from the tangent plane by a few per cent only, which then takes over: the change is not seen.
 */
export interface SkyGeometry {
  width: number
  height: number
  cx: number
  cy: number
  /** pixels per radian at the centre, without the stretch */
  scale: number
  stretchX: number
  stretchY: number
  kind: 'mollweide' | 'tangent'
  /** ICRS → view: x to the viewer, y to the left (east), z up */
  matrix: Float64Array
  /** width of the panel on the sky, degrees, at most 360 */
  field: number
}

const SQRT2 = Math.SQRT2
const MOLLWEIDE_X = (2 * SQRT2) / Math.PI
const MOLLWEIDE_Y = (SQRT2 * Math.PI) / 4
/** Field across the shorter side below which the tangent plane is used [degrees]. */
const TANGENT_FIELD = 40
const MARGIN = 0.96

export function skyGeometry(view: SkyView, width: number, height: number): SkyGeometry {
  const scale = wholeSkyScale(width, height) * view.zoom
  const kind = Math.max(width, height) / scale < TANGENT_FIELD * RAD ? 'tangent' : 'mollweide'
  const near = smooth((view.zoom - 1) / 2.5)
  const tilt = tiltOf(view)
  return {
    width, height, cx: width / 2, cy: height / 2, scale, kind,
    stretchX: kind === 'tangent' ? 1 : (1 / MOLLWEIDE_X) ** near,
    stretchY: kind === 'tangent' ? 1 : (1 / MOLLWEIDE_Y) ** near,
    matrix: viewMatrix(view.frame, view.lon, tilt),
    field: Math.min(360, width / scale / RAD),
  }
}

/** Pixel of a unit vector (ICRS), or null where it is not on the picture's plane. Written into `out` when given. */
export function project(g: SkyGeometry, v: Readonly<Vector>): [x: number, y: number] | null {
  const [x, y, z] = rotate(g.matrix, v)
  if (g.kind === 'tangent') return x > 0.05 ? [g.cx - (g.scale * y) / x, g.cy - (g.scale * z) / x] : null
  const [mx, my] = mollweide(Math.atan2(y, x) / RAD, Math.atan2(z, Math.hypot(x, y)) / RAD)
  return [g.cx - g.scale * g.stretchX * mx, g.cy - g.scale * g.stretchY * my]
}

/** Unit vector (ICRS) under a pixel, or null outside the sky. */
export function unproject(g: SkyGeometry, px: number, py: number): Vector | null {
  const plane: Vector | null = g.kind === 'tangent' ? unit([1, (g.cx - px) / g.scale, (g.cy - py) / g.scale]) : mollweidePlane((g.cx - px) / (g.scale * g.stretchX), (g.cy - py) / (g.scale * g.stretchY))
  return plane && rotateBack(g.matrix, plane)
}

/** ICRS degrees under a pixel. */
export function positionAt(g: SkyGeometry, px: number, py: number): { ra: number; dec: number } | null {
  const v = unproject(g, px, py)
  if (!v) return null
  const d = lonLatOf(v)
  return { ra: d.lon, dec: d.lat }
}

/** Pixel of a direction in ICRS degrees. */
export function pixelOf(g: SkyGeometry, ra: number, dec: number): [x: number, y: number] | null {
  return project(g, unitVector(ra, dec))
}

/**
 * The view after the picture is moved so that what was under pixel `from` is under `to`, at a new zoom. At zoom 1 the poles
 * stay up and only the longitude follows.
 */
export function moveView(view: SkyView, width: number, height: number, from: readonly [number, number], to: readonly [number, number], zoom: number): SkyView {
  const grabbed = unproject(skyGeometry(view, width, height), from[0], from[1])
  let next: SkyView = { ...view, zoom }
  if (!grabbed) return next
  const want = lonLatOf(rotate(frameMatrix(view.frame), grabbed))
  for (let i = 0; i < 8; i++) {
    const v = unproject(skyGeometry(next, width, height), to[0], to[1])
    if (!v) return i === 0 ? next : clampView(next)
    const got = lonLatOf(rotate(frameMatrix(view.frame), v))
    const dLon = ((want.lon - got.lon + 540) % 360) - 180
    next = clampView({ ...next, lon: next.lon + dLon, lat: next.lat + (want.lat - got.lat) })
  }
  return next
}

function clampView(v: SkyView): SkyView {
  return { ...v, lon: ((v.lon % 360) + 360) % 360, lat: Math.max(-89.9, Math.min(89.9, v.lat)) }
}

/** The ellipse of the whole sky touches the panel at zoom 1. */
function wholeSkyScale(width: number, height: number): number {
  return MARGIN * Math.min(width / (4 * SQRT2), height / (2 * SQRT2))
}

// The whole sky stands upright whatever the latitude of the centre; a patch is looked at from its own centre.
function tiltOf(view: SkyView): number {
  return view.lat * smooth((view.zoom - 1) / 1.5)
}

function viewMatrix(frame: SkyFrame, lon: number, lat: number): Float64Array {
  const [cl, sl, cb, sb] = [Math.cos(lon * RAD), Math.sin(lon * RAD), Math.cos(lat * RAD), Math.sin(lat * RAD)]
  const m: Matrix = [cb * cl, cb * sl, sb, -sl, cl, 0, -sb * cl, -sb * sl, cb]
  return product(m, frameMatrix(frame))
}

function mollweidePlane(x: number, y: number): Vector | null {
  const place = mollweideInverse(x, y)
  return place ? unitVector(...place) : null
}

function unit(v: Readonly<Vector>): Vector {
  const n = Math.hypot(v[0], v[1], v[2])
  return [v[0] / n, v[1] / n, v[2] / n]
}

/** 0 below 0, 1 above 1, with no kink between. */
function smooth(t: number): number {
  const u = Math.max(0, Math.min(1, t))
  return u * u * (3 - 2 * u)
}
