import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import * as schemas from './index.js'

const all = Object.entries(schemas as Record<string, unknown>)
const byName = new Map(all)
const objects = all.filter((entry): entry is [string, z.ZodType] => entry[1] instanceof z.ZodType && !(entry[1] instanceof z.ZodEnum))

/** The examples that stand beside a schema: `nameExample`, or `nameExamples` for a union of messages. */
function examplesOf(name: string): unknown[] {
  const key = name[0]!.toLowerCase() + name.slice(1) + 'Example'
  const several = byName.get(`${key}s`)
  return Array.isArray(several) ? several : byName.has(key) ? [byName.get(key)] : []
}

describe.each(objects)('%s', (name, schema) => {
  const examples = examplesOf(name)

  it('has an example that it accepts and leaves as it is when written once more', () => {
    expect(examples.length).toBeGreaterThan(0)
    for (const example of examples) {
      const parsed = schema.parse(example)
      expect(schema.parse(hasColumns(parsed) ? structuredClone(parsed) : JSON.parse(JSON.stringify(parsed)))).toEqual(parsed)
    }
  })

  it('refuses a field that it does not know', () => {
    for (const example of examples) {
      const spoiled: unknown = Array.isArray(example) ? [{ ...(example[0] as object), surprise: 1 }] : { ...(example as object), surprise: 1 }
      const result = schema.safeParse(spoiled)
      expect(result.success).toBe(false)
      expect(JSON.stringify(result.error?.issues)).toContain('surprise')
    }
  })

  it('refuses what is no object at all', () => {
    for (const nonsense of [null, 'text', 7, undefined]) expect(schema.safeParse(nonsense).success).toBe(false)
  })

  it('refuses NaN and infinities wherever it takes numbers', () => {
    const cases = examples.flatMap((example) => numbersIn(example).flatMap((path) => [NaN, Infinity, -Infinity].map((bad) => ({ path: path.join('.'), spoiled: replaced(example, path, bad) }))))
    expect(cases.filter(({ spoiled }) => schema.safeParse(spoiled).success).map(({ path }) => path)).toEqual([])
  })
})

/** Columns are typed arrays, which travel in Arrow and not in JSON. */
function hasColumns(value: unknown): boolean {
  return ArrayBuffer.isView(value) || (value !== null && typeof value === 'object' && Object.values(value).some(hasColumns))
}

/** Paths of all numbers of a plain value, except in records that are `unknown` to the schema (requests and health as they came). */
function numbersIn(value: unknown, path: (string | number)[] = []): (string | number)[][] {
  if (typeof value === 'number') return [path]
  if (value === null || typeof value !== 'object' || ArrayBuffer.isView(value)) return []
  return Object.entries(value).filter(([key]) => key !== 'request' && key !== 'streams').flatMap(([key, inner]) => numbersIn(inner, [...path, key]))
}

function replaced(value: unknown, path: readonly (string | number)[], by: number): unknown {
  const copy = structuredClone(value) as Record<string | number, unknown>
  let at = copy
  for (const key of path.slice(0, -1)) at = at[key] as Record<string | number, unknown>
  at[path.at(-1)!] = by
  return copy
}

it('finds the schemas that it is about', () => {
  expect(objects.map(([name]) => name)).toEqual(expect.arrayContaining(['AnalysisRequest', 'Candidate', 'ServerMessage', 'InstrumentDescriptor', 'ReplaySummary']))
  expect(objects.length).toBeGreaterThan(30)
})
