import { HeavensError } from '@heavens/schemas'
import type { AnalysisRequest, AnalysisRequestInput, Job, ProductKind } from '@heavens/schemas'
import { mjdTtFromTt, ttFromMjdTt } from '@heavens/science/time'
import { requestFields, type SodaParameters } from './soda-parameters.js'

/** Products that can be asked for at once, by the field of the request that makes them. */
const FIELDS = { 'light-curve': 'lightCurve', spectrum: 'spectrum', image: 'image', events: 'events' } as const
type Made = keyof typeof FIELDS

/** What a synchronous request wants. */
export interface SodaWish {
  /** light-curve, spectrum, image, events or report */
  product?: string
  /** part of the instrument */
  group?: string
  /** an analysis that exists, or one of its files: what is not said otherwise is as there */
  like?: { job: Job; path?: string }
}

/** The analysis to make, and the kind of the file to answer. */
export interface SodaRequest {
  request: AnalysisRequestInput
  kind: ProductKind
}

/**
 * Join parameters with the analysis they refer to. Its times bound a TIME that is open at an end.
 *
 * @throws HeavensError bad-request with the parameter as path
 */
export function sodaRequest(parameters: SodaParameters, { product, group, like }: SodaWish): SodaRequest {
  const file = like?.path === undefined ? undefined : like.job.products.find((p) => p.path === like.path)
  const kind = product?.toLowerCase() ?? (file !== undefined && file.kind in FIELDS ? file.kind : 'light-curve')
  if (kind !== 'report' && !(kind in FIELDS)) throw new HeavensError('bad-request', { reason: `PRODUCT must be ${Object.keys(FIELDS).join(', ')} or report` }, { path: 'PRODUCT' })
  const before = like?.job.used
  const times = before?.intervals.filter((i) => i.stop !== null)
  const bounds = times === undefined || times.length === 0 ? [-Infinity, Infinity] as const : [mjdTtFromTt(times[0]!.start), mjdTtFromTt(times.at(-1)!.stop!)] as const
  const fields = requestFields({ ...parameters, intervals: parameters.intervals.map(([start, stop]) => [start === -Infinity ? bounds[0] : start, stop === Infinity ? bounds[1] : stop]) })
  const shared: Partial<AnalysisRequest> = before?.request ?? {}
  const named = fields.instruments ?? (file === undefined ? shared.instruments : [{ id: file.instrument, ...(file.group === undefined ? {} : { groups: [file.group] }), options: shared.instruments?.find((i) => i.id === file.instrument)?.options ?? {} }])
  const instruments = group === undefined ? named : named?.map((one) => ({ ...one, groups: [group] }))
  const time = fields.time ?? shared.time
  if (time === undefined) throw new HeavensError('bad-request', { reason: 'TIME (two MJD in TT) or ID is needed' }, { path: 'TIME' })
  const made = { ...shared.products }
  const first = fields.time?.intervals[0]?.[0]
  if (made.spectrum?.background !== undefined && before !== undefined && typeof first === 'number') {
    // Background intervals count from the start of the first interval: another start leaves them where they were.
    const shift = before.intervals[0]!.start - ttFromMjdTt(first)
    made.spectrum = { ...made.spectrum, background: made.spectrum.background.map(([from, to]): [number, number] => [from + shift, to + shift]) }
  }
  const products = kind === 'report' ? shared.products : { [FIELDS[kind as Made]]: made[FIELDS[kind as Made]] ?? {} }
  return {
    kind: kind as ProductKind,
    request: { ...shared, ...fields, time, ...(instruments === undefined ? {} : { instruments }), ...(products === undefined ? {} : { products }) } as AnalysisRequestInput,
  }
}
