import { seededRandom } from '@heavens/science/statistics'

/**
 * The random numbers of one second of one feed. Telemetry is drawn second by second, each from its own seed, so that it
 * does not depend on how the time is cut into files.
 *
 * @param second whole TT second
 */
export function cellRandom(seed: number, source: string, second: number): ReturnType<typeof seededRandom> {
  return seededRandom(hash(seed, source, second))
}

/** FNV-1a over the three, with a final avalanche (that of MurmurHash3) so that neighbouring seconds share no bits. */
function hash(seed: number, source: string, second: number): number {
  let h = 0x811c9dc5
  for (let i = 0; i < source.length; i++) h = Math.imul(h ^ source.charCodeAt(i), 0x01000193)
  h = Math.imul(h ^ (seed >>> 0), 0x01000193)
  h = Math.imul(h ^ (second >>> 0), 0x01000193)
  h = Math.imul(h ^ (Math.floor(second / 0x1_0000_0000) >>> 0), 0x01000193)
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}
