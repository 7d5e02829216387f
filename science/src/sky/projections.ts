import { mollweideAngle } from './mollweide.js'

/** Projections of FITS WCS Paper II (Calabretta & Greisen 2002) that are drawn here. */
export type ProjectionCode = 'TAN' | 'SIN' | 'ZEA' | 'CAR' | 'AIT' | 'MOL'

export interface Projection {
  /** native latitude of the reference point [deg]: 90 for zenithal projections, 0 for those of the whole sky */
  theta0: 0 | 90
  /** x and y in degrees of the plane from native longitude −180 … 180 and latitude, degrees, into `out`; false where not drawn */
  forward(phi: number, theta: number, out: Float64Array): boolean
  /** native longitude and latitude in degrees into `out`; false outside the map */
  inverse(x: number, y: number, out: Float64Array): boolean
}

const RADIAN = Math.PI / 180
const ROOT2 = Math.SQRT2
/** A touch outside the edge of a map is on it: rounding must not lose the boundary [deg]. */
const EDGE = 1e-10

/** Pairs go into an array that the caller keeps: one made for every photon would be most of the work. */
function put(out: Float64Array, first: number, second: number): true {
  out[0] = first
  out[1] = second
  return true
}

/** The zenithal ones differ only in the distance from the centre as a function of native latitude. */
function zenithal(distance: (theta: number) => number | undefined, latitude: (distance: number) => number | undefined): Projection {
  return {
    theta0: 90,
    forward(phi, theta, out) {
      const r = distance(theta)
      return r !== undefined && put(out, r * Math.sin(phi * RADIAN), -r * Math.cos(phi * RADIAN))
    },
    inverse(x, y, out) {
      const r = Math.hypot(x, y)
      const theta = latitude(r)
      return theta !== undefined && put(out, r === 0 ? 0 : Math.atan2(x, -y) / RADIAN, theta)
    },
  }
}

export const PROJECTIONS: Readonly<Record<ProjectionCode, Projection>> = {
  TAN: zenithal(
    (theta) => (theta > 0 ? Math.tan((90 - theta) * RADIAN) / RADIAN : undefined),
    (r) => 90 - Math.atan(r * RADIAN) / RADIAN,
  ),
  SIN: zenithal(
    (theta) => (theta >= -EDGE ? Math.sin((90 - theta) * RADIAN) / RADIAN : undefined),
    (r) => (r * RADIAN <= 1 + EDGE ? 90 - Math.asin(Math.min(1, r * RADIAN)) / RADIAN : undefined),
  ),
  ZEA: zenithal(
    (theta) => (2 * Math.sin(((90 - theta) / 2) * RADIAN)) / RADIAN,
    (r) => ((r * RADIAN) / 2 <= 1 + EDGE ? 90 - (2 * Math.asin(Math.min(1, (r * RADIAN) / 2))) / RADIAN : undefined),
  ),
  CAR: {
    theta0: 0,
    forward: (phi, theta, out) => put(out, phi, theta),
    inverse: (x, y, out) => Math.abs(x) <= 180 + EDGE && Math.abs(y) <= 90 + EDGE && put(out, x, y),
  },
  AIT: {
    theta0: 0,
    forward(phi, theta, out) {
      const flat = Math.cos(theta * RADIAN)
      const gamma = Math.sqrt(2 / (1 + flat * Math.cos((phi / 2) * RADIAN))) / RADIAN
      return put(out, 2 * gamma * flat * Math.sin((phi / 2) * RADIAN), gamma * Math.sin(theta * RADIAN))
    },
    inverse(x, y, out) {
      const z2 = 1 - ((x * RADIAN) / 4) ** 2 - ((y * RADIAN) / 2) ** 2
      if (z2 < 0.5 - EDGE) return false
      const z = Math.sqrt(z2)
      const sine = y * RADIAN * z
      return put(out, (2 * Math.atan2((z * x * RADIAN) / 2, 2 * z2 - 1)) / RADIAN, Math.asin(Math.max(-1, Math.min(1, sine))) / RADIAN)
    },
  },
  MOL: {
    theta0: 0,
    forward(phi, theta, out) {
      const gamma = mollweideAngle(theta)
      return put(out, ((2 * ROOT2) / Math.PI) * phi * Math.cos(gamma), (ROOT2 / RADIAN) * Math.sin(gamma))
    },
    inverse(x, y, out) {
      const sine = (y * RADIAN) / ROOT2
      if (Math.abs(sine) > 1 + EDGE) return false
      const gamma = Math.asin(Math.max(-1, Math.min(1, sine)))
      const flat = Math.cos(gamma)
      const phi = flat < 1e-9 ? 0 : (Math.PI * x) / (2 * ROOT2 * flat)
      if (Math.abs(phi) > 180 + EDGE) return false
      return put(out, phi, Math.asin(Math.max(-1, Math.min(1, (2 * gamma + Math.sin(2 * gamma)) / Math.PI))) / RADIAN)
    },
  },
}
