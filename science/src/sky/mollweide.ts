const RADIAN = Math.PI / 180
const ROOT2 = Math.SQRT2

/** The angle θ [rad] with 2θ + sin 2θ = π sin(latitude), by Newton steps of Halley's kind; a series at the poles. */
export function mollweideAngle(lat: number): number {
  const side = Math.PI * Math.sin(lat * RADIAN)
  if (Math.abs(lat) >= 90) return Math.sign(lat) * (Math.PI / 2)
  // Near a pole 2θ = π − δ with δ³/6 ≈ π(1 − |sin lat|): the plain start would converge only linearly.
  const rest = Math.PI * (1 - Math.abs(Math.sin(lat * RADIAN)))
  let twice = Math.abs(lat) > 80 ? Math.sign(lat) * (Math.PI - Math.cbrt(6 * rest)) : 2 * lat * RADIAN
  for (let k = 0; k < 30; k++) {
    const miss = twice + Math.sin(twice) - side
    const slope = 1 + Math.cos(twice)
    if (slope === 0) break
    const step = miss / slope
    const halley = step / (1 + (step * Math.sin(twice)) / (2 * slope))
    twice -= halley
    if (Math.abs(halley) < 1e-15) break
  }
  return twice / 2
}

/**
 * Mollweide projection: equal areas, the whole sky in an ellipse.
 * @param lon [deg], any turn: −180 … 180 about the middle; @param lat [deg]
 * @returns   x in ±2√2 growing with longitude, y in ±√2
 */
export function mollweide(lon: number, lat: number): [x: number, y: number] {
  const theta = mollweideAngle(lat)
  const about = Math.abs(lon) <= 180 ? lon : lon - 360 * Math.round(lon / 360)
  return [((2 * ROOT2) / Math.PI) * about * RADIAN * Math.cos(theta), ROOT2 * Math.sin(theta)]
}

/** The [longitude −180 … 180, latitude] in degrees of a place of the map; undefined outside the ellipse. */
export function mollweideInverse(x: number, y: number): [lon: number, lat: number] | undefined {
  const sine = y / ROOT2
  if (!(Math.abs(sine) <= 1)) return undefined
  const theta = Math.asin(sine)
  const flat = Math.cos(theta)
  const lon = flat < 1e-12 ? 0 : (Math.PI * x) / (2 * ROOT2 * flat) / RADIAN
  if (!(Math.abs(lon) <= 180 + 1e-9) || (flat < 1e-12 && Math.abs(x) > 1e-9)) return undefined
  const lat = Math.asin(Math.max(-1, Math.min(1, (2 * theta + Math.sin(2 * theta)) / Math.PI))) / RADIAN
  return [Math.max(-180, Math.min(180, lon)), lat]
}
