import { HeavensError, Target } from '@heavens/schemas'
import { findSource } from '@heavens/science/sky'
import type { NamedPlace, NameResolver } from './name-resolver.js'

/** What the built-in catalogue is called where it is said who was asked. */
export const BUILT_IN = 'the built-in catalogue'

/**
 * The place of a name that the catalogue lacks, from a resolver.
 *
 * @throws unknown-source with who was asked; resolver-failed, busy
 */
export async function askedPlace(name: string, names: NameResolver | undefined, path: string): Promise<NamedPlace> {
  const place = await names?.find(name)
  if (place === undefined) throw new HeavensError('unknown-source', { name, asked: names === undefined ? BUILT_IN : `${BUILT_IN} and ${names.label}` }, { path })
  return place
}

/**
 * A request with the position of a target that has a name only, and one that the catalogue lacks: the request then holds the place and who gave it,
 * so that it is the same request for ever, and whoever runs it asks nobody. Anything else is answered as it is, what is not valid too.
 *
 * @throws as askedPlace
 */
export async function placeNamed(request: unknown, names: NameResolver | undefined): Promise<unknown> {
  const { target: given } = Object(request) as { target?: unknown }
  const parsed = Target.safeParse(given)
  if (names === undefined || !parsed.success) return request
  const { name, ra, dec } = parsed.data
  if (name === undefined || (ra !== undefined && dec !== undefined) || findSource(name) !== undefined) return request
  const place = await askedPlace(name, names, 'target.name')
  return { ...(request as object), target: { ...(given as object), name, ra: place.ra, dec: place.dec, frame: 'icrs', resolver: place.resolver } }
}
