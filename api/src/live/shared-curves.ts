import { encodeFrame } from '@heavens/schemas'
import type { BinaryHeader, CurveNotice, InstrumentDescriptor } from '@heavens/schemas'
import type { CurveStore } from '@heavens/storage'
import { readSeries, selectSeries } from '../curves/select-series.js'
import type { Series, SeriesFilter } from '../curves/select-series.js'
import type { KeyedView } from '../views/keyed-view.js'

/** What many clients want at once is read and encoded once. */
export interface SharedCurves {
  /** As `selectSeries`. */
  select(descriptor: InstrumentDescriptor, filter: SeriesFilter): Promise<Series[]>
  /** The frame of the bins of a series with index in [from, to); undefined where there are none. */
  message(series: Series, from: number, to: number): Promise<Uint8Array | undefined>
}

/** Answers kept at once: far more than a page asks for, little enough to forget about. */
const MOST = 2000

/** Answers are kept until the next notice of any stream: the store is written before its notice, so none is ever too old. */
export function createSharedCurves(store: CurveStore, notices: KeyedView<CurveNotice>, signal: AbortSignal): SharedCurves {
  let lists = new Map<string, Promise<Series[]>>()
  let messages = new Map<string, Promise<Uint8Array | undefined>>()
  const forget = (): void => {
    lists = new Map()
    messages = new Map()
  }
  const stop = notices.subscribe(forget)
  signal.addEventListener('abort', stop, { once: true })

  /** A failed answer is not kept: the next client tries again. */
  function shared<T>(map: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
    const held = map.get(key)
    if (held) return held
    if (map.size >= MOST) map.clear()
    const made = make()
    map.set(key, made)
    made.catch(() => map.delete(key))
    return made
  }

  async function encode(series: Series, from: number, to: number): Promise<Uint8Array | undefined> {
    const { key } = series
    const { phase, ...arrays } = await readSeries(store, series, from, to)
    if (arrays.index.length === 0) return undefined
    const notice = notices.get(`${key.instrument}/${key.run}`)
    const end = (arrays.index.at(-1)! + 1) * key.width + phase
    const header: BinaryHeader = { channel: 'curves', seq: notice?.seq ?? notices.seq(), ...key, phase, watermark: notice?.value.watermark ?? end }
    return encodeFrame(header, arrays)
  }

  return {
    select: (descriptor, filter) => shared(lists, JSON.stringify(filter), () => selectSeries(store, descriptor, filter)),
    message: (series, from, to) => shared(messages, `${JSON.stringify(series.key)} ${from} ${to}`, () => encode(series, from, to)),
  }
}
