import { HeavensError } from '@heavens/schemas'
import type { InstrumentDescriptor, RequestAsUsed } from '@heavens/schemas'
import { separation } from '@heavens/science/sky'

/**
 * The options of an instrument with defaults filled in. Some mean the same wherever an instrument declares them: `zenith`
 * (largest angle from the zenith [deg]), `detectors` (see defaultGroups), and in degrees `on-radius` (of the region, where the
 * target has none), `exclusion` (around the target, of no background), `ring-inner` and `ring-outer` (of the background of images).
 *
 * @param path of the options in the request
 * @throws HeavensError bad-request for an option that the instrument does not have, or a value that it does not take
 */
export function resolveOptions(descriptor: InstrumentDescriptor, given: Record<string, unknown>, path: string): Record<string, unknown> {
  const out: Record<string, unknown> = {}
  for (const option of descriptor.options) out[option.id] = option.default
  for (const [id, value] of Object.entries(given)) {
    const refuse = (reason: string): HeavensError => new HeavensError('bad-request', { reason: `${path}.${id}: ${reason}` }, { path: `${path}.${id}` })
    const option = descriptor.options.find((o) => o.id === id)
    if (option === undefined) throw refuse(`${descriptor.id} has no such option; it has: ${descriptor.options.map((o) => o.id).join(', ') || 'none'}`)
    if (option.kind === 'choice') {
      if (!option.choices?.includes(String(value))) throw refuse(`${String(value)} is none of ${option.choices?.join(', ')}`)
    } else if (typeof value !== option.kind) throw refuse(`a ${option.kind} is wanted`)
    else if (typeof value === 'number' && !(value >= (option.min ?? -Infinity) && value <= (option.max ?? Infinity))) throw refuse(`a number from ${option.min ?? '−∞'} to ${option.max ?? '∞'} is wanted`)
    out[id] = value
  }
  return out
}

/** An option that is a number; undefined where the instrument has none of this name. */
export function numberOption(options: Readonly<Record<string, unknown>>, id: string): number | undefined {
  const value = options[id]
  return typeof value === 'number' ? value : undefined
}

/** Data of one source count for a target that lies as close to it [deg]: positions of catalogues differ by less, sources of one instrument by more. */
export const SAME_PLACE = 0.2

/**
 * Groups that take part where none is named: all, or those of the kind that the option `detectors` names, without those whose data are of
 * another source than the target. The first choice of the option is all; the others name the kinds of groups in the order in which these first
 * come in the descriptor.
 */
export function defaultGroups(descriptor: InstrumentDescriptor, options: Record<string, unknown>, target?: RequestAsUsed['target']): string[] {
  const choices = descriptor.options.find((option) => option.id === 'detectors')?.choices ?? []
  const kinds = [...new Set(descriptor.groups.map((group) => group.kind))]
  const kind = kinds[choices.indexOf(String(options['detectors'])) - 1]
  const away = ({ place }: InstrumentDescriptor['groups'][number]): boolean => place !== undefined && target !== undefined && separation(place.ra, place.dec, target.ra, target.dec) > Math.max(SAME_PLACE, target.radius ?? 0)
  return descriptor.groups.filter((group) => (kind === undefined || group.kind === kind) && !away(group)).map((group) => group.id)
}
