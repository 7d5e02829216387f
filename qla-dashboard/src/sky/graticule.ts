import { unitVector } from '@heavens/science/sky'
import { type SkyFrame, type Vector, rotateBack, frameMatrix } from './frames.js'
import { type SkyGeometry, project } from './geometry.js'

export type Path = [x: number, y: number][]

/** Spacing of the lines [degrees] so that a panel shows about five of them. */
export function graticuleStep(field: number): number {
  for (const step of [0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30]) if (field / step <= 8) return step
  return 30
}

/** Pixels of a curve on the sky given by unit vectors (ICRS), cut where it leaves the picture or goes round its edge. */
export function skyPath(g: SkyGeometry, points: Iterable<Vector>): Path[] {
  const out: Path[] = []
  let path: Path = []
  let last: [number, number] | null = null
  // A step longer than this means that the curve went out on one side of the ellipse and came in on the other.
  const jump = Math.max(40, g.scale * 0.35)
  for (const v of points) {
    const p = project(g, v)
    if (!p || (last && Math.hypot(p[0] - last[0], p[1] - last[1]) > jump)) {
      if (path.length > 1) out.push(path)
      path = []
    }
    if (p) path.push(p)
    last = p
  }
  if (path.length > 1) out.push(path)
  return out
}

/** Points of a circle of latitude of a frame, over `half` degrees of longitude each side of `lon`. */
export function* parallel(frame: SkyFrame, lat: number, lon: number, half: number): Generator<Vector> {
  const n = 120
  for (let i = 0; i <= n; i++) yield rotateBack(frameMatrix(frame), unitVector(lon - half + (2 * half * i) / n, lat))
}

/** Points of a half circle of longitude of a frame, from latitude `from` to `to`. */
export function* meridian(frame: SkyFrame, lon: number, from: number, to: number): Generator<Vector> {
  const n = 90
  for (let i = 0; i <= n; i++) yield rotateBack(frameMatrix(frame), unitVector(lon, from + ((to - from) * i) / n))
}

/** Points of the circle of `radius` degrees around a direction (ICRS). */
export function* circle(ra: number, dec: number, radius: number): Generator<Vector> {
  const r = (radius * Math.PI) / 180
  const c = unitVector(ra, dec)
  // Two directions at right angles to the centre and to each other.
  const helper: Vector = Math.abs(c[2]) < 0.9 ? [0, 0, 1] : [1, 0, 0]
  const u = normal(cross(helper, c))
  const w = cross(c, u)
  for (let i = 0; i <= 180; i++) {
    const a = (i * Math.PI) / 90
    const [p, q, s] = [Math.cos(r), Math.sin(r) * Math.cos(a), Math.sin(r) * Math.sin(a)]
    yield [p * c[0] + q * u[0] + s * w[0], p * c[1] + q * u[1] + s * w[1], p * c[2] + q * u[2] + s * w[2]]
  }
}

/** Longitudes and latitudes of the lines that cross a view, degrees. */
export function graticuleLines(lon: number, lat: number, field: number): { lons: number[]; lats: number[]; step: number; half: number } {
  const step = graticuleStep(field)
  const reach = Math.min(90, field)
  const lats: number[] = []
  for (let b = Math.ceil((lat - reach) / step) * step; b <= lat + reach; b += step) if (Math.abs(b) < 90 - 1e-9) lats.push(clean(b))
  const pole = Math.min(89, Math.abs(lat) + field / 2)
  const half = field >= 120 || pole >= 85 ? 180 : Math.min(180, field / Math.cos((pole * Math.PI) / 180))
  // Near a pole meridians crowd: wider steps there.
  const lonStep = half >= 180 ? Math.max(step, field > 120 ? 30 : 15) : niceLonStep(half, step)
  const lons: number[] = []
  for (let l = Math.ceil((lon - half) / lonStep) * lonStep; l < lon + half - 1e-9; l += lonStep) lons.push(clean(l))
  return { lons, lats, step, half }
}

function niceLonStep(half: number, step: number): number {
  for (const s of [0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30]) if (s >= step && half / s <= 10) return s
  return 30
}

const clean = (v: number): number => Number(v.toFixed(6))
const cross = (a: Vector, b: Vector): Vector => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
function normal(v: Vector): Vector {
  const n = Math.hypot(...v)
  return [v[0] / n, v[1] / n, v[2] / n]
}
