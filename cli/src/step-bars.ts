import { MultiBar, Presets } from 'cli-progress'
import type { JobStep } from '@heavens/schemas'

export interface StepBars {
  show(steps: readonly JobStep[]): void
  stop(): void
}

/** A bar for each step of an analysis on a terminal; elsewhere a line when a step begins; nothing where `quiet`. */
export function stepBars(terminal: boolean, quiet: boolean): StepBars {
  if (quiet) return { show: () => {}, stop: () => {} }
  if (!terminal) {
    let last = ''
    return {
      show(steps) {
        const running = steps.find((step) => step.state === 'running')
        if (running && running.label !== last) console.error(`  ${(last = running.label)}`)
      },
      stop: () => {},
    }
  }
  const bars = new MultiBar({ stream: process.stderr, format: '{bar} {share}  {label}', barsize: 24, clearOnComplete: false, hideCursor: true }, Presets.rect)
  const known = new Map<string, ReturnType<MultiBar['create']>>()
  return {
    show(steps) {
      for (const { id, label, depth, state, fraction, seconds } of steps) {
        const share = state === 'failed' ? '   –' : `${String(Math.round(100 * fraction)).padStart(3)} %`
        const text = { share, label: `${'  '.repeat(depth)}${label}${seconds === undefined ? '' : `  ${seconds.toFixed(1)} s`}` }
        const bar = known.get(id) ?? bars.create(1, 0, text)
        known.set(id, bar)
        bar.update(fraction, text)
      }
    },
    stop: () => bars.stop(),
  }
}
