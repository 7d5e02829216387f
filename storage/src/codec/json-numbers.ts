/** JSON has no NaN and no infinities: these stand as the strings "NaN", "Infinity", "-Infinity". */
export function jsonNumber(value: number): number | string {
  return Number.isFinite(value) ? value : String(value)
}

const WORDS = new Map([['NaN', NaN], ['Infinity', Infinity], ['-Infinity', -Infinity]])

/** The number that `jsonNumber` wrote; throws a TypeError naming `name` for anything else. */
export function numberOf(value: unknown, name: string): number {
  if (typeof value === 'number') return value
  const word = typeof value === 'string' ? WORDS.get(value) : undefined
  if (word === undefined) throw new TypeError(`${name} is not a number`)
  return word
}

export function stringOf(value: unknown, name: string): string {
  if (typeof value !== 'string') throw new TypeError(`${name} is not a string`)
  return value
}

export function booleanOf(value: unknown, name: string): boolean {
  if (typeof value !== 'boolean') throw new TypeError(`${name} is neither true nor false`)
  return value
}

export function listOf(value: unknown, name: string): unknown[] {
  if (!Array.isArray(value)) throw new TypeError(`${name} is not a list`)
  return value
}

/** A JSON object by its fields; throws a TypeError for anything else. */
export function fieldsOf(value: unknown, name: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new TypeError(`${name} is not an object`)
  return value as Record<string, unknown>
}
