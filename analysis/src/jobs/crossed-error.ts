import { HeavensError, type ErrorCode, type ErrorFields } from '@heavens/schemas'

/** An error as plain data, for the way over a thread's border. */
export interface Crossed {
  code: ErrorCode
  fields: ErrorFields
  message: string
  path?: string
}

export function asCrossed(cause: unknown): Crossed {
  const error = cause instanceof HeavensError ? cause : new HeavensError('internal', { reason: cause instanceof Error ? cause.message : String(cause) })
  return { code: error.code, fields: error.fields, message: error.message, ...(error.path === undefined ? {} : { path: error.path }) }
}

/** The error again, on the other side. */
export function fromCrossed({ code, fields, message, path }: Crossed): HeavensError {
  const error = new HeavensError(code, fields, path === undefined ? {} : { path })
  error.message = message
  return error
}
