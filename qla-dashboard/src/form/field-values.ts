import { numberOrText } from './number-or-text.js'
import type { SchemaField } from './schema-fields.js'

/** What was typed, by path; a group is there when its own path is '1'. */
export type FieldTexts = Readonly<Record<string, string>>

/** The object that the texts mean. Empty fields are left out; what cannot be read is sent as it was typed, so that the check says what is wrong. */
export function valuesOf(fields: readonly SchemaField[], texts: FieldTexts): Record<string, unknown> {
  const out: Record<string, unknown> = {}
  for (const field of fields) {
    const value = field.kind === 'group' ? (texts[field.path] === '1' ? valuesOf(field.fields, texts) : undefined) : valueOfText(field, texts[field.path] ?? '')
    if (value !== undefined) out[field.name] = value
  }
  return out
}

/** The texts behind an object, as a request or a link brings them. */
export function textsOf(fields: readonly SchemaField[], values: Readonly<Record<string, unknown>>): Record<string, string> {
  const out: Record<string, string> = {}
  for (const field of fields) {
    const value = values[field.name]
    if (value === undefined || value === null) continue
    if (field.kind !== 'group') out[field.path] = textOfValue(field, value)
    else Object.assign(out, { [field.path]: '1' }, textsOf(field.fields, value as Record<string, unknown>))
  }
  return out
}

function valueOfText(field: SchemaField, text: string): unknown {
  const t = text.trim()
  if (field.kind === 'text') return t || (field.required ? '' : undefined)
  if (t === '' || (field.kind === 'choice' && t === field.default)) return undefined
  if (field.kind === 'number') return numberOrText(t)
  if (field.kind === 'interval') return intervalsOf(t)[0] ?? t
  if (field.kind === 'intervals') return intervalsOf(t)
  if (field.kind === 'names') return t.split(/[\s,;]+/).filter(Boolean)
  if (field.kind === 'numbers') return Object.fromEntries(t.split(/[,;]/).map((p) => p.split('=')).filter((p) => p[0]!.trim()).map(([name, value]) => [name!.trim(), numberOrText(value ?? '')]))
  if (field.kind === 'choice-or-number' && !field.choices.includes(t)) return { [field.key!]: numberOrText(t) }
  return t
}

function textOfValue(field: SchemaField, value: unknown): string {
  if (field.kind === 'interval') return (value as unknown[]).join(' ')
  if (field.kind === 'intervals') return (value as unknown[][]).map((i) => i.join(' ')).join(', ')
  if (field.kind === 'names') return (value as string[]).join(', ')
  if (field.kind === 'numbers') return Object.entries(value as object).map(([k, v]) => `${k}=${String(v)}`).join(', ')
  if (field.kind === 'choice-or-number' && typeof value === 'object') return String((value as Record<string, unknown>)[field.key!])
  return String(value)
}

/** `-100 -10, 60 to 160` → [[-100, -10], [60, 160]]; what is no number stays text. */
export function intervalsOf(text: string): (string | number)[][] {
  // A dash between two digits joins them: 10-900, 10 – 900; one before a number is its sign.
  const parted = text.replaceAll('−', '-').replace(/(\d)\s*–\s*/g, '$1 ').replace(/(\d)-(?=-?\d)/g, '$1 ')
  return parted.split(/[,;]/).map((part) => part.trim()).filter(Boolean).map((part) => part.split(/\s+(?:to\s+)?|…|\.\./).filter(Boolean).map(numberOrText))
}
