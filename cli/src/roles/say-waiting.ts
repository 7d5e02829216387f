import type { WaitingCurves } from '@heavens/schemas'

/** What waits, for how long nothing of it has arrived, and why, in a sentence. */
export function sayWaiting({ bytes, pieces, stuck, reason }: WaitingCurves): string {
  return `Light curves wait on disk for InfluxDB: ${(bytes / 1e6).toFixed(1)} MB in ${pieces} ${pieces === 1 ? 'piece' : 'pieces'}, of which none has arrived for ${Math.round(stuck)} s.${reason === undefined ? '' : ` ${reason}`}`
}
