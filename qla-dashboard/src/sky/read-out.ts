import { separation, unitVector, vec2pixRing } from '@heavens/science/sky'
import type { Candidate, ResolvedTarget } from '@heavens/schemas'
import type { ConsoleState } from '../state/console-state.js'
import { positionText, signed } from '../state/formats.js'
import { type SkyGeometry, pixelOf } from './geometry.js'

/** What is under a position of the sky. */
export interface ReadOut {
  text: string
  nearest: { source: ResolvedTarget; distance: number } | null
  /** a source or candidate within 8 pixels of the position */
  under: ResolvedTarget | null
  candidate: Candidate | null
  counts: number | null
  significance: number | null
  exposed: boolean | null
}

const CLOSE = 8

/** Position, nearest source, counts and significance under a direction (ICRS degrees). */
export function readOut(state: ConsoleState, ra: number, dec: number, g: SkyGeometry | null): ReadOut {
  const nearest = nearestSource(state.catalogue, ra, dec)
  const values = mapValues(state, ra, dec)
  const here = g && pixelOf(g, ra, dec)
  const close = (at: { ra: number; dec: number }): boolean => {
    const p = g && pixelOf(g, at.ra, at.dec)
    return Boolean(here && p && Math.hypot(p[0] - here[0], p[1] - here[1]) < CLOSE)
  }
  const candidate = [...state.candidates.values()].find((c) => c.state !== 'retracted' && c.ra !== undefined && c.dec !== undefined && close({ ra: c.ra, dec: c.dec })) ?? null
  const position = state.view.frame === 'galactic' ? `${positionText(ra, dec, 'galactic')}  (${positionText(ra, dec, 'degrees')})` : positionText(ra, dec, 'degrees')
  const parts = [position]
  if (nearest) parts.push(nearest.distance < 1 ? nearest.source.name : `${nearest.source.name} ${nearest.distance.toFixed(nearest.distance < 10 ? 1 : 0)}°`)
  if (values.exposed === false && !values.counts) parts.push('not exposed')
  else {
    if (values.counts !== null) parts.push(`${round(values.counts)} ${values.counts === 1 ? 'count' : 'counts'}`)
    if (values.significance !== null) parts.push(`${signed(values.significance, 1)} σ`)
  }
  return { text: parts.join(' · '), nearest, under: nearest && close(nearest.source) ? nearest.source : null, candidate, ...values }
}

/** The catalogue's source nearest to a direction and its distance [degrees]. */
export function nearestSource(catalogue: readonly ResolvedTarget[], ra: number, dec: number): { source: ResolvedTarget; distance: number } | null {
  let best: { source: ResolvedTarget; distance: number } | null = null
  for (const source of catalogue) {
    const distance = separation(ra, dec, source.ra, source.dec)
    if (!best || distance < best.distance) best = { source, distance }
  }
  return best
}

function mapValues({ map }: ConsoleState, ra: number, dec: number): { counts: number | null; significance: number | null; exposed: boolean | null } {
  if (!map) return { counts: null, significance: null, exposed: null }
  const pixel = vec2pixRing(map.image.nside, ...unitVector(ra, dec))
  const sigma = map.significance?.[pixel]
  return { counts: map.counts[pixel] ?? null, significance: sigma === undefined || Number.isNaN(sigma) ? null : sigma, exposed: map.exposure ? map.exposure[pixel]! > 0 : null }
}

const round = (v: number): string => (Math.abs(v) < 100 ? String(Number(v.toFixed(1))) : String(Math.round(v)))
