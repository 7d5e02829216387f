import { neighboursRing, separation, unitVector, vec2pixRing } from '@heavens/science/sky'
import type { ResolvedTarget } from '@heavens/schemas'
import type { SkyMap } from '../state/console-state.js'

/** Significance from which a source counts as seen in the map [standard deviations], how many are named, how far apart [degrees]. */
const SEEN = 6
const MOST = 8
const APART = 12

/** Names of the sources that stand out in a map, the brightest first: they are named at any zoom. */
export function seenSources(map: SkyMap | null, catalogue: readonly ResolvedTarget[]): string[] {
  const { significance } = map ?? {}
  if (!map || !significance) return []
  const { nside } = map.image
  const ranked = catalogue
    .filter(({ ra, dec }) => (significance[vec2pixRing(nside, ...unitVector(ra, dec))] ?? NaN) >= SEEN)
    .map((source) => ({ source, counts: countsAround(map, source.ra, source.dec) }))
    .sort((a, b) => b.counts - a.counts)
  const chosen: ResolvedTarget[] = []
  // Several sources may lie in one bright place: one name stands for it.
  for (const { source } of ranked) {
    if (chosen.length < MOST && chosen.every((c) => separation(c.ra, c.dec, source.ra, source.dec) > APART)) chosen.push(source)
  }
  return chosen.map((s) => s.name)
}

// The significance is as high a degree beside a source as on it; the photons themselves tell which of two neighbours it is.
function countsAround({ image, counts }: SkyMap, ra: number, dec: number): number {
  const pixel = vec2pixRing(image.nside, ...unitVector(ra, dec))
  return neighboursRing(image.nside, pixel).reduce((sum, n) => sum + (n < 0 ? 0 : counts[n]!), 2 * counts[pixel]!)
}
