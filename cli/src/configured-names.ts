import { sesameResolver, type NameResolver } from '@heavens/analysis'
import type { RoleSettings } from './role-settings.js'

/** The resolver of names that the environment names, as an optional field of options; nothing where it names none. */
export function configuredNames({ HEAVENS_SESAME_URL: url }: RoleSettings): { names?: NameResolver } {
  return url === undefined ? {} : { names: sesameResolver({ url }) }
}
