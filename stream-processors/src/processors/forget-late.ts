import { forgetCheckpoints } from './checkpoint-trigger.js'
import type { TransientState } from './detect-transients.js'
import { forgetGoodTime } from './good-time.js'
import type { LightCurveState } from './light-curve-state.js'
import { forgetPublished } from './publish-candidates.js'

/** Events end at most this long after they began [s]; those that ended longer before the horizon cannot change. */
const LONGEST_EVENT = 600

/** Forget what was kept in case late data come: nothing before `oldest` can change any more [TT s]. */
export function forgetLate(curves: LightCurveState, transients: TransientState, oldest: number): void {
  for (const group of curves.groups) forgetGoodTime(group.goodTime, oldest - 2 * curves.descriptor.curves.widths[0]!)
  forgetCheckpoints(transients, oldest)
  transients.published = forgetPublished(transients.published, oldest - LONGEST_EVENT)
  transients.found = transients.found.filter((f) => f.stop >= oldest - LONGEST_EVENT)
}
