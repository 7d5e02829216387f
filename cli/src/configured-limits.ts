import { DEFAULT_LIMITS, type AnalysisLimits } from '@heavens/analysis'
import type { RoleSettings } from './role-settings.js'

/** What one analysis may take, as the environment says; else the usual. */
export function configuredLimits(settings: RoleSettings): AnalysisLimits {
  return {
    ...DEFAULT_LIMITS,
    events: settings.HEAVENS_MOST_EVENTS ?? DEFAULT_LIMITS.events,
    bins: settings.HEAVENS_MOST_BINS ?? DEFAULT_LIMITS.bins,
    intervals: settings.HEAVENS_MOST_INTERVALS ?? DEFAULT_LIMITS.intervals,
    fitSeconds: settings.HEAVENS_MOST_FIT_SECONDS ?? DEFAULT_LIMITS.fitSeconds,
    waiting: settings.HEAVENS_MOST_WAITING ?? DEFAULT_LIMITS.waiting,
  }
}
