import { separation } from '../geometry.js'
import { activeGalaxies } from './active-galaxies.js'
import { blackHoleBinaries } from './black-hole-binaries.js'
import { blazars } from './blazars.js'
import { clusters } from './clusters.js'
import { highMassBinaries } from './high-mass-binaries.js'
import { magnetars } from './magnetars.js'
import { neutronStarBinaries } from './neutron-star-binaries.js'
import { pulsars } from './pulsars.js'
import type { SourceType } from './source-row.js'
import { supernovaRemnants } from './supernova-remnants.js'
import { ultraluminous } from './ultraluminous.js'
import { whiteDwarfsAndStars } from './white-dwarfs-and-stars.js'

/** A known source of X-rays or gamma rays. */
export interface CatalogueSource {
  readonly name: string
  readonly aliases: readonly string[]
  /** ICRS [deg], 0 … 360 */
  readonly ra: number
  /** ICRS [deg], −90 … 90 */
  readonly dec: number
  readonly type: SourceType
  /** order of magnitude of the hard X-ray brightness [Crab] */
  readonly flux: number
}

/** Bright sources of the high-energy sky, brightest first. See `SourceRow` for where positions and brightnesses come from. */
export const CATALOGUE: readonly CatalogueSource[] = [
  blackHoleBinaries, neutronStarBinaries, highMassBinaries, pulsars, magnetars, supernovaRemnants, blazars, activeGalaxies, clusters, whiteDwarfsAndStars, ultraluminous,
]
  .flat()
  .map(([name, type, ra, dec, flux, ...aliases]) => ({ name, aliases, ra, dec, type, flux }))
  .sort((a, b) => b.flux - a.flux)

/** Designations that differ only in how a catalogue is abbreviated. */
const SAME: readonly (readonly [RegExp, string])[] = [
  [/^(?:markarian|mrk|mkn)/, 'mkn'],
  [/^messier/, 'm'],
  [/^(?:abell|aco)(?=s?\d)/, 'abell'],
  [/^(?:cygnus)(?=x\d)/, 'cyg'],
  [/^(?:scorpius)(?=x\d)/, 'sco'],
  [/^(?:centaurus)(?=x\d)/, 'cen'],
  [/^(?:hercules)(?=x\d)/, 'her'],
  [/^(?:aquila)(?=x\d)/, 'aql'],
  [/^(?:serpens)(?=x\d)/, 'ser'],
]

/** A name without capitals, spaces and signs: `Mrk 421` and `MKN421` are one, and so are `Cyg X-1` and `cygnus x1`. */
export function plainName(name: string): string {
  const bare = name.normalize('NFKD').toLowerCase().replace(/[^a-z0-9*.]/g, '')
  for (const [form, to] of SAME) if (form.test(bare)) return bare.replace(form, to)
  return bare
}

const BY_NAME: ReadonlyMap<string, CatalogueSource> = new Map(
  // A name proper goes before an alias of another source: the later entry of a Map wins.
  [...CATALOGUE.flatMap((source) => source.aliases.map((alias) => [plainName(alias), source] as const)), ...CATALOGUE.map((source) => [plainName(source.name), source] as const)],
)

/** The source of this name or alias; capitals, spaces and signs do not matter. undefined where none is known. */
export function findSource(name: string): CatalogueSource | undefined {
  return BY_NAME.get(plainName(name))
}

/** Sources of which the name or an alias starts with `prefix` (any part of a name after these), brightest first. @param limit at most so many */
export function searchSources(prefix: string, limit = 10): CatalogueSource[] {
  const wanted = plainName(prefix)
  if (wanted === '') return CATALOGUE.slice(0, limit)
  const rank = (source: CatalogueSource): number => {
    const names = [source.name, ...source.aliases].map(plainName)
    if (names.includes(wanted)) return 0
    if (names[0]!.startsWith(wanted)) return 1
    if (names.some((name) => name.startsWith(wanted))) return 2
    return names.some((name) => name.includes(wanted)) ? 3 : 4
  }
  // The catalogue is in order of brightness and the sort is stable.
  return CATALOGUE.map((source) => ({ source, order: rank(source) }))
    .filter(({ order }) => order < 4)
    .sort((a, b) => a.order - b.order)
    .slice(0, limit)
    .map(({ source }) => source)
}

/** The source nearest to a position [deg] and its distance [deg]; undefined where none is within `maxRadius`. */
export function nearestSource(ra: number, dec: number, maxRadius: number): { source: CatalogueSource; separation: number } | undefined {
  let nearest: { source: CatalogueSource; separation: number } | undefined
  for (const source of CATALOGUE) {
    if (Math.abs(source.dec - dec) > maxRadius) continue
    const away = separation(ra, dec, source.ra, source.dec)
    if (away <= maxRadius && (!nearest || away < nearest.separation)) nearest = { source, separation: away }
  }
  return nearest
}
