import type { Candidate, InstrumentDescriptor } from '@heavens/schemas'
import { ijdFromTt, metFromTt, missionClock, mjdTtFromTt, mjdUtcFromTt, revolutionFromTt, ttFromIjd, ttFromMet, ttFromMjdTt, ttFromMjdUtc, ttFromRevolution, ttFromUtcIso, utcIsoFromTt, type Passages } from '@heavens/science/time'
import type { FormModel } from './form-model.js'
import { numberOrText } from './number-or-text.js'

type Missions = readonly Pick<InstrumentDescriptor, 'mission' | 'revolutions'>[]
type Times = Pick<FormModel, 'format' | 'scale' | 'mission' | 'reference' | 'intervals'>

/**
 * The same intervals in another format, with a mission or a reference where the new format needs one and none was given: the first
 * mission, the first start. Intervals stay as they were typed where one of them cannot be read, or the format cannot say it.
 */
export function convertTimes(form: Times, format: FormModel['format'], candidates: readonly Candidate[], instruments: Missions): Partial<FormModel> {
  const next: Times = { ...form, format }
  const first = readTime(form, form.intervals[0]?.start ?? '', candidates, instruments)
  if (format === 'met' && !form.mission) next.mission = instruments.map((d) => d.mission).find(hasClock) ?? ''
  if (format === 'revolution' && passagesOf(form.mission, instruments).length === 0) next.mission = instruments.find((d) => d.revolutions !== undefined)?.mission ?? ''
  if (format === 'seconds' && !form.reference && first !== null) next.reference = shortIso(first)
  const texts = form.intervals.map(({ start, stop }) => ({ start: convertText(form, next, start, candidates, instruments), stop: convertText(form, next, stop, candidates, instruments) }))
  const all = texts.every((t) => t.start !== null && t.stop !== null)
  return { format, mission: next.mission, reference: next.reference, ...(all ? { intervals: texts as Times['intervals'] } : {}) }
}

/** '' stays as it is; null where it cannot be read or written. */
function convertText(from: Times, to: Times, text: string, candidates: readonly Candidate[], instruments: Missions): string | null {
  if (text.trim() === '') return ''
  const tt = readTime(from, text, candidates, instruments)
  return tt === null ? null : writeTime(to, tt, candidates, instruments)
}

/** TT s of a text in the form's format; null where it cannot be read. */
export function readTime({ format, scale, mission, reference }: Times, text: string, candidates: readonly Candidate[], instruments: Missions = []): number | null {
  const value = numberOrText(text)
  try {
    // ISO text in TT would need a reader of its own, which the server has.
    if (format === 'iso') return scale === 'utc' && text.trim() ? ttFromUtcIso(text.trim()) : null
    if (typeof value !== 'number') return null
    if (format === 'mjd') return scale === 'utc' ? ttFromMjdUtc(value) : ttFromMjdTt(value)
    if (format === 'ijd') return ttFromIjd(value)
    if (format === 'revolution') return ttFromRevolution(value, passagesOf(mission, instruments)) ?? null
    if (format === 'met') return ttFromMet(value, missionClock(mission))
    const zero = referenceTime(reference, candidates)
    return zero === null ? null : zero + value
  } catch {
    // Not a time, or a mission without a clock: there is nothing to convert, and the check of the form says what is wrong.
    return null
  }
}

function writeTime({ format, scale, mission, reference }: Times, tt: number, candidates: readonly Candidate[], instruments: Missions): string | null {
  if (format === 'iso') return scale === 'utc' ? shortIso(tt) : null
  if (format === 'mjd') return (scale === 'utc' ? mjdUtcFromTt(tt) : mjdTtFromTt(tt)).toFixed(8)
  if (format === 'ijd') return ijdFromTt(tt).toFixed(8)
  // A revolution lasts days: ten digits are 0.02 ms.
  if (format === 'revolution') return revolutionFromTt(tt, passagesOf(mission, instruments))?.toFixed(10) ?? null
  if (format === 'met') return hasClock(mission) ? String(Number(metFromTt(tt, missionClock(mission)).toFixed(6))) : null
  const zero = referenceTime(reference, candidates)
  return zero === null ? null : String(Number((tt - zero).toFixed(6)))
}

const shortIso = (tt: number): string => utcIsoFromTt(tt, 3).replace(/\.000Z$/, '').replace('Z', '')

function referenceTime(reference: string, candidates: readonly Candidate[]): number | null {
  const event = candidates.find((c) => c.id === reference)
  return event ? event.time : readTime({ format: 'iso', scale: 'utc', mission: '', reference: '', intervals: [] }, reference, [])
}

const passagesOf = (mission: string, instruments: Missions): Passages => instruments.find((d) => d.mission === mission && d.revolutions !== undefined)?.revolutions?.passages ?? []

function hasClock(mission: string): boolean {
  try {
    missionClock(mission)
    return true
  } catch {
    // The server says the same when it is asked for this mission.
    return false
  }
}
