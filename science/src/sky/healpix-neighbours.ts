import { checkPixel, faceFromRing, ringFromFace, type FacePixel } from './healpix-face.js'

/** Steps in (x, y) to the south-west, west, north-west, north, north-east, east, south-east and south. */
const STEPS = [[-1, 0], [-1, 1], [0, 1], [1, 1], [1, 0], [1, -1], [0, -1], [-1, -1]] as const

/**
 * The eight pixels around one, ring scheme, in the order SW, W, NW, N, NE, E, SE, S; −1 where two faces leave no pixel
 * between them (24 pixels of a map have seven neighbours; at nside 1 all have six).
 * @throws HeavensError bad-request for no such pixel
 */
export function neighboursRing(nside: number, pix: number): Int32Array {
  checkPixel(nside, pix)
  const [face, x, y] = faceFromRing(nside, pix)
  const found = new Int32Array(8)
  for (let k = 0; k < 8; k++) {
    const [dx, dy] = STEPS[k]!
    const place = settle(nside, face, x + dx, y + dy)
    found[k] = place ? ringFromFace(nside, ...place) : -1
  }
  return found
}

/**
 * A place at most one step outside its face, on the face where it lies. Faces of one row meet at the pole with their axes
 * turned: what leaves over the upper x edge enters over the neighbour's upper y edge.
 */
function settle(nside: number, face: number, x: number, y: number): FacePixel | undefined {
  const last = nside - 1
  const overX = x < 0 ? -1 : x > last ? 1 : 0
  const overY = y < 0 ? -1 : y > last ? 1 : 0
  if (overX === 0 && overY === 0) return [face, x, y]
  const wx = x - overX * nside
  const wy = y - overY * nside
  const row = face >> 2
  const column = face & 3
  const turn = (steps: number): number => (column + steps) & 3
  if (row === 1) {
    if (overX * overY === 1) return undefined
    if (overX * overY === -1) return [4 + turn(overX), wx, wy]
    if (overX + overY === 1) return [overX ? column : turn(3), wx, wy]
    return [8 + (overX ? turn(3) : column), wx, wy]
  }
  // The two polar rows are mirror images; `poleward` is the sign of the steps that lead over the pole.
  const poleward = row === 0 ? 1 : -1
  const base = row === 0 ? 0 : 8
  if (overX * overY === -1) return undefined
  if (overX === poleward && overY === poleward) return [base + turn(2), last - wx, last - wy]
  if (overX === poleward) return [base + turn(poleward), wy, last - wx]
  if (overY === poleward) return [base + turn(-poleward), last - wy, wx]
  if (overX !== 0 && overY !== 0) return [8 - base + column, wx, wy]
  if (row === 0) return [4 + (overX ? column : turn(1)), wx, wy]
  return [4 + (overX ? turn(1) : column), wx, wy]
}
