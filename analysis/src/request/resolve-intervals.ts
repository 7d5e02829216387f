import { HeavensError } from '@heavens/schemas'
import type { RequestAsUsed, RequestTime, Revolutions } from '@heavens/schemas'
import { missionClock, ttFromIjd, ttFromMet, ttFromMjdTt, ttFromMjdUtc, ttFromRevolution, ttFromUtcIso } from '@heavens/science/time'
import type { RequestContext } from './resolve-request.js'

type Reader = (value: number | string, path: string) => number

/**
 * Intervals in TT seconds, ascending. Ends may be open (null), of the last interval only.
 *
 * @throws HeavensError bad-time, stop-before-start, bad-request where two intervals overlap
 */
export function resolveIntervals(time: RequestTime, context: RequestContext): RequestAsUsed['intervals'] {
  const read = reader(time, context)
  const list = time.intervals.map(([from, to], i) => {
    const start = checked(read(from, `time.intervals.${i}.0`), from, `time.intervals.${i}.0`)
    const stop = to === null ? null : checked(read(to, `time.intervals.${i}.1`), to, `time.intervals.${i}.1`)
    if (stop !== null && stop <= start) throw new HeavensError('stop-before-start', { start: String(from), stop: String(to) }, { path: `time.intervals.${i}` })
    return { start, stop, i }
  })
  list.sort((a, b) => a.start - b.start)
  list.forEach((interval, k) => {
    const next = list[k + 1]
    if (next === undefined || (interval.stop !== null && interval.stop <= next.start)) return
    const path = `time.intervals.${next.i}`
    throw new HeavensError('bad-request', { reason: `${path}: overlaps with interval ${interval.i}` }, { path })
  })
  return list.map(({ start, stop }) => ({ start, stop }))
}

function reader(time: RequestTime, context: RequestContext): Reader {
  switch (time.format) {
    case 'iso':
      return (value, path) => isoTime(value, time.scale, path)
    case 'mjd':
      return (value, path) => (time.scale === 'utc' ? ttFromMjdUtc : ttFromMjdTt)(numberOf(value, path))
    case 'ijd':
      // INTEGRAL Julian dates are TT by definition: the scale does not change them.
      return (value, path) => ttFromIjd(numberOf(value, path))
    case 'met': {
      const clock = guarded(() => missionClock(time.mission!), time.mission!, 'time.mission')
      if (clock === undefined) throw new HeavensError('bad-time', { value: time.mission, reason: 'the clock of this mission is not known' }, { path: 'time.mission' })
      return (value, path) => ttFromMet(numberOf(value, path), clock)
    }
    case 'revolution': {
      const { passages } = revolutionsOf(time.mission!, context)
      return (value, path) => {
        const tt = ttFromRevolution(numberOf(value, path), passages)
        if (tt === undefined) throw new HeavensError('bad-time', { value: String(value), reason: `revolutions of ${time.mission} are known here from ${passages[0]![0]} to ${passages.at(-1)![0]}` }, { path })
        return tt
      }
    }
    case 'seconds': {
      const reference = context.candidateTime(time.reference!) ?? isoTime(time.reference!, 'utc', 'time.reference')
      return (value, path) => reference + numberOf(sinceTrigger(value), path)
    }
  }
}

/** Revolutions of a mission, from the first instrument on it that declares them. @throws bad-time */
export function revolutionsOf(mission: string, { instruments }: Pick<RequestContext, 'instruments'>): Revolutions {
  const known = instruments.map(({ descriptor }) => descriptor).filter((d) => d.revolutions !== undefined)
  const found = known.find((d) => d.mission.toLowerCase() === mission.toLowerCase())
  if (found === undefined) throw new HeavensError('bad-time', { value: mission, reason: `revolutions are known of ${[...new Set(known.map((d) => d.mission))].join(', ') || 'no mission'} only` }, { path: 'time.mission' })
  return found.revolutions!
}

/** ISO-8601 text in the given scale; a trailing Z is allowed in UTC. */
function isoTime(value: number | string, scale: RequestTime['scale'], path: string): number {
  const text = String(value)
  if (typeof value === 'number') throw new HeavensError('bad-time', { value: text, reason: 'ISO-8601 text is wanted, such as 2019-05-30T10:19:08.5' }, { path })
  const tt = guarded(() => ttFromUtcIso(text), text, path)
  if (scale === 'utc') return tt
  // The text was read as UTC: put back the TT - UTC that this added.
  const [, date = '', clock = '00:00:00'] = /^(\d{4}-\d{2}-\d{2})(?:[T ]([\d:.]+))?$/.exec(text.trim()) ?? []
  if (date === '') throw new HeavensError('bad-time', { value: text, reason: 'TT text has no zone' }, { path })
  const [h = 0, m = 0, s = 0] = clock.split(':').map(Number)
  const days = Date.UTC(Number(date.slice(0, 4)), Number(date.slice(5, 7)) - 1, Number(date.slice(8, 10))) / 86_400_000 + 40_587
  return ttFromMjdTt(days) + h * 3600 + m * 60 + s
}

/** `T0-10s`, as triggers are written about, is -10; anything else is left as it is. */
function sinceTrigger(value: number | string): number | string {
  const [, seconds] = /^\s*T0?\s*([+-]\s*[\d.eE+-]+)?\s*s?\s*$/.exec(String(value)) ?? []
  return seconds?.replace(/\s+/g, '') ?? (/^\s*T0\s*$/.test(String(value)) ? 0 : value)
}

function numberOf(value: number | string, path: string): number {
  const number = typeof value === 'number' ? value : value.trim() === '' ? NaN : Number(value)
  if (!Number.isFinite(number)) throw new HeavensError('bad-time', { value: String(value), reason: 'a number is wanted in this format' }, { path })
  return number
}

/** Times far outside any mission are a slip of format or unit: the years 1972 to 2150 are taken. */
function checked(tt: number, value: number | string, path: string): number {
  if (!(tt > -883_600_000 && tt < 4.8e9)) throw new HeavensError('bad-time', { value: String(value), reason: 'it is outside the years 1972 to 2150' }, { path })
  return tt
}

function guarded<T>(read: () => T, value: string, path: string): T {
  try {
    return read()
  } catch (cause) {
    const reason = cause instanceof HeavensError && cause.fields['reason'] !== undefined ? String(cause.fields['reason']) : (cause instanceof Error ? cause.message : String(cause)).replace(/\.$/, '')
    throw new HeavensError('bad-time', { value, reason }, { path, cause })
  }
}
