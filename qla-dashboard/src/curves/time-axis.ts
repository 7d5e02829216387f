import type { View } from '../state/view.js'

/** What the time axis shows [TT s]. `now` is the newest data time. */
export function axisRange(view: Pick<View, 'live' | 'span' | 'stop'>, now: number): { start: number; stop: number } {
  const stop = view.live || view.stop === null ? now : view.stop
  return { start: stop - view.span, stop }
}

/** Zoomed by a factor about a time; stays live where the end of the axis is held fast. */
export function zoomAxis(view: Pick<View, 'live' | 'span' | 'stop'>, now: number, about: number, factor: number): Pick<View, 'live' | 'span' | 'stop'> {
  const { start, stop } = axisRange(view, now)
  const span = Math.max(0.05, Math.min(40 * 365 * 86_400, (stop - start) * factor))
  if (view.live) return { live: true, stop: null, span }
  const share = (about - start) / (stop - start)
  return { live: false, span, stop: about + span * (1 - share) }
}

/** Moved by seconds; at the newest data it becomes live again. */
export function panAxis(view: Pick<View, 'live' | 'span' | 'stop'>, now: number, seconds: number): Pick<View, 'live' | 'span' | 'stop'> {
  const stop = axisRange(view, now).stop + seconds
  return stop >= now ? { live: true, stop: null, span: view.span } : { live: false, stop, span: view.span }
}

/**
 * The shown end of a live axis follows the newest data smoothly: a tenth of a second later it has gone most of the way; a jump
 * of more than half the axis (another run, a replay at full speed) is made at once.
 */
export function follow(shown: number | null, newest: number, span: number, seconds: number): number {
  if (shown === null || Math.abs(newest - shown) > span / 2 || newest < shown) return newest
  return shown + (newest - shown) * (1 - Math.exp(-seconds / 0.25))
}
