import type { AnalysisRequestInput } from '@heavens/schemas'

/** A fault of a request: where, as `time.intervals.0.1`, and what. */
export interface Fault {
  path: string
  message: string
}

/** Check a request by the schema that the server uses. The schemas are loaded when the first request is checked. */
export async function checkRequest(request: AnalysisRequestInput): Promise<Fault[]> {
  // zod tries whether it may compile code, which our page forbids: the browser would report that as an error.
  const shared = globalThis as { __zod_globalConfig?: { jitless?: boolean } }
  shared.__zod_globalConfig ??= {}
  shared.__zod_globalConfig.jitless = true
  const { AnalysisRequest } = await import('@heavens/schemas')
  const answer = AnalysisRequest.safeParse(request)
  return answer.success ? [] : answer.error.issues.map((issue) => ({ path: issue.path.join('.'), message: plain(issue.message) }))
}

/** zod's sentences without its jargon. */
export function plain(message: string): string {
  return message
    .replace(/^Invalid input: expected (\w+), received undefined$/, 'is missing')
    .replace(/^Invalid input: expected number, received string$/, 'must be a number')
    .replace(/^Too small: expected number to be >0$/, 'must be above 0')
    .replace(/^Too small: expected string to have >=1 characters$/, 'is missing')
    .replace(/^Invalid input: expected (\w+), received (\w+)$/, 'must be a $1')
    .replace(/^Invalid input$/, 'cannot be read')
}

/** Faults that belong to a field: its own path or one below it. */
export function faultsAt(faults: readonly Fault[], path: string): Fault[] {
  return faults.filter((f) => f.path === path || f.path.startsWith(`${path}.`))
}

/** Faults that no field of the list shows. */
export function faultsElsewhere(faults: readonly Fault[], fields: readonly string[]): Fault[] {
  return faults.filter((f) => !fields.some((path) => f.path === path || f.path.startsWith(`${path}.`)))
}
