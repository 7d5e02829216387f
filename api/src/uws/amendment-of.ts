import { HeavensError, type Job } from '@heavens/schemas'
import { valuesOf } from '../form-scope.js'

/** Latest time that a Date can hold in four digits of a year. */
const LATEST = Date.UTC(9999, 11, 31)

/**
 * What the parameters DESTRUCTION (ISO UTC) and EXECUTIONDURATION (whole seconds, 0: no limit) change of a job. A destruction that is later than jobs are kept becomes
 * the latest that may be, as UWS has it: the answer tells.
 *
 * @param from    end of the job, or now
 * @param keepFor seconds that jobs are kept after their end; undefined: for ever
 * @throws bad-request, bad-time with the parameter as path
 */
export function amendmentOf(parameters: URLSearchParams, from: Date, keepFor: number | undefined): Pick<Job, 'destruction' | 'executionDuration'> {
  const once = (name: string): string | undefined => {
    const values = valuesOf(parameters, name)
    if (values.length > 1) throw new HeavensError('bad-request', { reason: `${name} can be given once` }, { path: name })
    return values[0]?.trim()
  }
  const destruction = once('DESTRUCTION')
  const duration = once('EXECUTIONDURATION')
  return {
    ...(destruction === undefined ? {} : { destruction: new Date(Math.min(utcOf(destruction), keepFor === undefined ? LATEST : from.getTime() + 1000 * keepFor)).toISOString() }),
    ...(duration === undefined ? {} : { executionDuration: secondsOf(duration) }),
  }
}

/** Unix time [ms] of ISO text, which is UTC with or without a Z. */
function utcOf(text: string): number {
  const bare = text.replace(' ', 'T').replace(/(Z|\+00:00)$/, '')
  const time = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?)?$/.test(bare) ? Date.parse(`${bare.includes('T') ? bare : `${bare}T00:00:00`}Z`) : NaN
  if (Number.isNaN(time)) throw new HeavensError('bad-time', { value: text.slice(0, 60), reason: 'it is not an ISO time in UTC' }, { path: 'DESTRUCTION' })
  return time
}

function secondsOf(text: string): number {
  if (!/^\d{1,9}(\.0*)?$/.test(text)) throw new HeavensError('bad-request', { reason: 'EXECUTIONDURATION must be a whole number of seconds, 0 for no limit' }, { path: 'EXECUTIONDURATION' })
  return Number(text)
}
