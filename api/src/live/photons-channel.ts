import type { Outbox } from './outbox.js'
import type { PhotonTail } from './photon-tail.js'
import { passes } from './subscription.js'
import type { Filter, Subscription } from './subscription.js'

/** Photons that arrive from now on, thinned; what a slow client misses is counted in photons. */
export function openPhotons(tail: PhotonTail, filter: Filter, outbox: Outbox): Subscription {
  const stop = tail.subscribe(({ stream, frame, sent, skipped }) => {
    if (!passes(filter, stream)) return
    if (skipped > 0) outbox.lose('photons', skipped)
    outbox.offer('photons', frame, sent)
  })
  return { close: stop }
}
