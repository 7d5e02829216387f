import { AnalysisRequest, HeavensError } from '@heavens/schemas'
import type { z } from 'zod'

interface Issue {
  code?: string
  path: PropertyKey[]
  message: string
  keys?: string[]
  errors?: Issue[][]
}

/** The issue that says most: of a union, that of the alternative which came furthest. */
function sharpest(issue: Issue): Issue {
  if (issue.code !== 'invalid_union' || !issue.errors?.length) return issue
  const inner = issue.errors.map((list) => list[0]).filter((i): i is Issue => i !== undefined)
  const deepest = inner.toSorted((a, b) => b.path.length - a.path.length)[0]
  if (deepest === undefined || deepest.path.length === 0) {
    return { ...issue, message: inner.map((i) => i.message.replace(/^Invalid input: /, '')).join(', or ') || issue.message }
  }
  return sharpest({ ...deepest, path: [...issue.path, ...deepest.path] })
}

/** Throw the first issue as bad-request with a path such as `time.intervals.0`. */
function refuse(issue: Issue): never {
  const sharp = sharpest(issue)
  const [unknown] = sharp.keys ?? []
  const path = [...sharp.path, ...(unknown === undefined ? [] : [unknown])].map(String).join('.')
  const text = unknown === undefined ? sharp.message.replace(/^Invalid input: /, '') : `there is no field ${unknown}`
  throw new HeavensError('bad-request', { reason: path === '' ? text : `${path}: ${text}` }, path === '' ? {} : { path })
}

/** Check what was sent and fill in the defaults. Throws bad-request with the path of the first thing that is wrong. */
export const parseRequest = (input: unknown): AnalysisRequest => parseAs(AnalysisRequest, input)

/** As parseRequest, for any schema. */
export function parseAs<T>(schema: z.ZodType<T>, input: unknown): T {
  const result = schema.safeParse(input)
  if (result.success) return result.data
  refuse(result.error.issues[0] as unknown as Issue)
}
