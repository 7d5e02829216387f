import type { JobStep } from '@heavens/schemas'

/** The steps of one analysis, as a list in the order in which they run. */
export interface Progress {
  add(id: string, label: string, depth: number): void
  start(id: string): void
  fraction(id: string, fraction: number): void
  done(id: string): void
  /** `why` is added to the label */
  failed(id: string, why: string): void
}

/**
 * @param tell  called with a copy of all steps at every change
 * @param clock milliseconds, for the durations of steps
 */
export function progressOf(tell: (steps: JobStep[]) => void, clock: () => number): Progress {
  const steps: JobStep[] = []
  const started = new Map<string, number>()
  const change = (id: string, with_: Partial<JobStep>): void => {
    const step = steps.find((s) => s.id === id)
    if (step === undefined) return
    Object.assign(step, with_)
    tell(steps.map((s) => ({ ...s })))
  }
  const ended = (id: string): { seconds?: number } => {
    const from = started.get(id)
    return from === undefined ? {} : { seconds: (clock() - from) / 1000 }
  }
  return {
    add: (id, label, depth) => void steps.push({ id, label, depth, state: 'waiting', fraction: 0 }),
    start(id) {
      started.set(id, clock())
      change(id, { state: 'running' })
    },
    fraction(id, fraction) {
      const share = Math.max(0, Math.min(1, fraction))
      // Blocks come by the thousand: a hundredth is what one can see.
      if (Math.abs(share - (steps.find((s) => s.id === id)?.fraction ?? share)) >= 0.01) change(id, { fraction: share })
    },
    done: (id) => change(id, { state: 'done', fraction: 1, ...ended(id) }),
    failed: (id, why) => change(id, { state: 'failed', label: `${steps.find((s) => s.id === id)?.label ?? id}: ${why}`, ...ended(id) }),
  }
}
