import { CHANNELS } from '@heavens/schemas'
import type { Channel, ServerMessage } from '@heavens/schemas'
import type { KeyedView } from '../views/keyed-view.js'
import type { Outbox } from './outbox.js'
import type { Subscription } from './subscription.js'

type RecordChannel = Extract<Channel, 'candidates' | 'jobs' | 'status'>

export interface RecordsOptions<T> {
  /** what is sent of an item */
  show?(item: T): T
  /** the snapshot holds at most so many, the newest; absent: all */
  newest?: number
  /** a record of a lossless channel was put on the socket; `appended`: when the log took it, wall ms */
  written?(item: T, appended: number): void
}

/**
 * A channel of JSON records: first a snapshot of all, or with `since` what came after it, then every record (lossless) or
 * the newest of each key (status). The snapshot and the following of the view begin in the same turn: nothing falls between.
 */
export function openRecords<T>(channel: RecordChannel, view: KeyedView<T>, since: number | undefined, outbox: Outbox, { show = (item) => item, newest = Infinity, written }: RecordsOptions<T> = {}): Subscription {
  const message = (key: string, seq: number, item: T | undefined): ServerMessage =>
    (item === undefined ? { type: 'removed', channel, seq, key } : { type: 'record', channel, seq, item: show(item) }) as ServerMessage
  const missed = since === undefined ? undefined : view.changesSince(since)
  if (missed === undefined) {
    outbox.send({ type: 'snapshot', channel, seq: view.seq(), items: view.entries().slice(-newest).map(({ value }) => show(value)) } as ServerMessage)
  } else {
    outbox.send({ type: 'resumed', channel, seq: since! })
    for (const { key, seq, value } of missed) outbox.send(message(key, seq, value))
  }
  const stop = view.subscribe(({ key, seq, value }, appended) => {
    if (CHANNELS[channel] === 'lossless') outbox.send(message(key, seq, value), value && (() => written?.(value, appended)))
    else outbox.latest(channel, key, () => message(key, seq, value))
  })
  return { close: stop }
}
