import type { AnalysisRequestInput } from '@heavens/schemas'
import { ttFromUtcIso } from '@heavens/science/time'

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
  return answer.success ? timeFaults(request) : answer.error.issues.map((issue) => ({ path: issue.path.join('.'), message: plain(issue.message) }))
}

/** Times that cannot be read, and intervals that stop before they start: what the server would refuse in any case. */
export function timeFaults({ time }: AnalysisRequestInput): Fault[] {
  const faults: Fault[] = []
  const read = (value: string | number, path: string): number | null => {
    if ((time.format ?? 'iso') !== 'iso') {
      const n = Number(value)
      if (Number.isFinite(n) && value !== '') return n
      faults.push({ path, message: 'must be a number' })
      return null
    }
    try {
      return ttFromUtcIso(String(value))
    } catch (error) {
      faults.push({ path, message: (error as Error).message })
      return null
    }
  }
  time.intervals.forEach(([from, to], i) => {
    const start = read(from, `time.intervals.${i}.0`)
    const stop = to === null ? null : read(to, `time.intervals.${i}.1`)
    if (start !== null && stop !== null && stop <= start) faults.push({ path: `time.intervals.${i}.1`, message: 'the stop must be after the start' })
  })
  return faults
}

/** zod's sentences without its jargon. */
export function plain(message: string): string {
  return message
    .replace(/^Invalid input: expected (\w+), received undefined$/, 'is missing')
    .replace(/^Invalid input: expected number, received string$/, 'must be a number')
    .replace(/^Too small: expected number to be >0$/, 'must be above 0')
    .replace(/^Too small: expected string to have >=1 characters$/, 'is missing')
    .replace(/^Invalid input: expected (\w+), received (\w+)$/, 'must be a $1')
    .replace(/^Too small: expected array to have >=1 items$/, 'choose at least one')
    .replace(/^Too big: expected number to be <=(\S+)$/, 'must be at most $1')
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
