import { decodeFrame, encodeFrame } from '@heavens/schemas'
import type { SkyImage } from '@heavens/schemas'
import type { ImageEntry } from '../views/views.js'
import type { KeyedView, ViewEntry } from '../views/keyed-view.js'
import { passes } from './subscription.js'
import type { Filter, Subscription } from './subscription.js'
import type { Outbox } from './outbox.js'

/** Least time between two images of one key [ms]: a screen does not need more, and an image is megabytes. */
const PACE = 500

/** The images that pass the filter: the latest of each key at once, then updates, at most two a second for each key. */
export function openImages(view: KeyedView<ImageEntry>, filter: Filter, outbox: Outbox): Subscription {
  const due = new Map<string, NodeJS.Timeout>()
  const sent = new Map<string, number>()

  function give(key: string): void {
    due.delete(key)
    sent.set(key, performance.now())
    // The frame is built when there is room for it, from what is newest then.
    outbox.latest('images', key, () => imageMessage(view.get(key)!))
  }

  for (const { key, value } of view.entries()) if (passes(filter, value.header)) give(key)
  const stop = view.subscribe(({ key, value }) => {
    if (value === undefined || !passes(filter, value.header)) return
    if (due.has(key)) return outbox.lose('images', 1)
    const wait = (sent.get(key) ?? -Infinity) + PACE - performance.now()
    if (wait <= 0) give(key)
    else due.set(key, setTimeout(give, wait, key))
  })
  return {
    close() {
      stop()
      for (const timer of due.values()) clearTimeout(timer)
    },
  }
}

/** The frame of the log with the header of the wire around it. */
function imageMessage({ seq, value }: ViewEntry<ImageEntry>): Uint8Array {
  const { header: image, arrays } = decodeFrame<SkyImage>(value.frame)
  return encodeFrame({ channel: 'images', seq, image }, arrays)
}
