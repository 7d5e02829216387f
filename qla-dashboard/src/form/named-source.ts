import type { ResolvedTarget } from '@heavens/schemas'

/** A name as it is compared: without case, spaces and marks. */
export const plainName = (text: string): string => text.normalize('NFKD').toLowerCase().replaceAll(/[^a-z0-9*.]/g, '')

/** The source that is called so, by its name or another of its names; undefined where none of the list is. */
export function namedSource(name: string, sources: readonly ResolvedTarget[]): ResolvedTarget | undefined {
  const wanted = plainName(name)
  return wanted ? sources.find((s) => [s.name, ...s.aliases].some((n) => plainName(n) === wanted)) : undefined
}
