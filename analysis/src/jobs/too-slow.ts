import { HeavensError, type Job } from '@heavens/schemas'
import { asError } from './runner.js'

/** The error of a job that ran longer than it may. */
export function tooSlow({ executionDuration = 0 }: Job): NonNullable<Job['error']> {
  return asError(new HeavensError('too-slow', { what: 'The analysis', seconds: executionDuration }))
}
