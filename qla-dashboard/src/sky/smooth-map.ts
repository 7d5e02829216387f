import { neighboursRing } from '@heavens/science/sky'

/** Neighbours of every HEALPix pixel (ring order), eight each, -1 where there is none. */
export type Neighbours = Int32Array

/** The table of neighbours of a map; a tenth of a second for nside 64, so it is kept by who smooths. */
export function neighbourTable(nside: number): Neighbours {
  const pixels = 12 * nside ** 2
  const table = new Int32Array(pixels * 8).fill(-1)
  for (let p = 0; p < pixels; p++) {
    const around = neighboursRing(nside, p)
    for (let i = 0; i < 8; i++) table[p * 8 + i] = around[i] ?? -1
  }
  return table
}

/**
 * A map spread over its neighbours, for the eye: photons far apart become a glow. Each turn gives half of a pixel's value to the
 * pixels around it; the sum stays. Two turns spread by about one pixel (rms), as sharp as these instruments see.
 */
export function smoothMap(values: Float32Array, neighbours: Neighbours, turns: number): Float32Array {
  let from = Float32Array.from(values)
  let to = new Float32Array(values.length)
  for (let turn = 0; turn < turns; turn++) {
    for (let p = 0; p < from.length; p++) {
      let sum = 0
      let missing = 0
      for (let i = p * 8; i < p * 8 + 8; i++) {
        const n = neighbours[i]!
        if (n < 0) missing++
        else sum += from[n]!
      }
      // What a missing neighbour would have taken stays.
      to[p] = from[p]! * (0.5 + missing / 16) + sum / 16
    }
    [from, to] = [to, from]
  }
  return from
}
