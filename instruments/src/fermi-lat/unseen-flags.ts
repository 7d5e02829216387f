import type { FitsHdu } from '@heavens/science/fits'
import { spelledColumns } from '../reading/table-columns.js'
import { descriptor } from './descriptor.js'

/** How the flags of photons are made: from which columns, and of their values. */
export interface UnseenFlags {
  columns: readonly string[]
  of(count: number, values: (name: string) => ArrayLike<number>): Uint8Array
}

/**
 * Flags that are 1 for photons from outside the field of view or from below the zenith cut of the descriptor, by THETA and
 * ZENITH_ANGLE [deg] of the list itself: maps leave these photons out, as their exposure is left out. 0 where a list lacks the columns.
 */
export function unseenFlags(events: FitsHdu): UnseenFlags {
  // A list that was exported from an archive has the flags themselves.
  const limits = [['THETA', descriptor.fieldOfView!], ['ZENITH_ANGLE', descriptor.zenithCut!], ['FLAGS', 0]] as const
  const present = limits.filter(([name]) => spelledColumns(events, [name]).length > 0)
  return {
    columns: present.map(([name]) => name),
    of: (count, values) => {
      const flags = new Uint8Array(count)
      for (const [name, limit] of present) {
        const angle = values(name)
        for (let row = 0; row < count; row++) if (angle[row]! > limit) flags[row] = 1
      }
      return flags
    },
  }
}
