/** A part of a JSON schema as far as forms need it. */
export interface FormSchema {
  type?: string | string[]
  description?: string
  default?: unknown
  enum?: string[]
  properties?: Record<string, FormSchema>
  required?: string[]
  prefixItems?: FormSchema[]
  items?: FormSchema | boolean
  additionalProperties?: FormSchema | boolean
  anyOf?: FormSchema[]
  minimum?: number
  exclusiveMinimum?: number
  maximum?: number
}

/**
 * How a field of a request is typed. `group`: an object that is there or not, with fields of its own; `interval`: two numbers;
 * `intervals`: a list of them; `numbers`: numbers by name; `names`: a list of texts; `choice-or-number`: one of some words, or an
 * object of one number.
 */
export interface SchemaField {
  /** as `spectrum.fit.model`, below the schema that was read */
  path: string
  name: string
  kind: 'group' | 'choice' | 'number' | 'text' | 'interval' | 'intervals' | 'numbers' | 'names' | 'choice-or-number'
  help: string
  required: boolean
  /** as it is typed; '' where the server has none of its own */
  default: string
  choices: readonly string[]
  /** key of the number of `choice-or-number` */
  key?: string
  fields: readonly SchemaField[]
}

/** The fields below an object's schema, in its order. Throws where a schema has a shape that no form could show: a test reads the whole of it. */
export function schemaFields(schema: FormSchema, path = ''): SchemaField[] {
  return Object.entries(schema.properties ?? {}).map(([name, part]) => fieldOf(name, path ? `${path}.${name}` : name, part, schema.required?.includes(name) ?? false))
}

function fieldOf(name: string, path: string, s: FormSchema, required: boolean): SchemaField {
  const words = s.anyOf?.find((a) => a.enum)
  const help = s.description ?? words?.description ?? ''
  const field = (kind: SchemaField['kind'], more: Partial<SchemaField> = {}): SchemaField => ({ path, name, kind, help, required, default: typeof s.default === 'string' || typeof s.default === 'number' ? String(s.default) : '', choices: [], fields: [], ...more })
  if (s.enum) return field('choice', { choices: s.enum })
  if (words?.enum && s.anyOf) {
    const key = Object.keys(s.anyOf.find((a) => a.properties)?.properties ?? {})
    if (s.anyOf.length === 2 && key.length === 1) return field('choice-or-number', { choices: words.enum, key: key[0]! })
  }
  if (s.type === 'number' || s.type === 'integer') return field('number')
  if (s.type === 'string') return field('text')
  if (s.type === 'object' && s.properties) return field('group', { fields: schemaFields(s, path) })
  if (s.type === 'object' && typeof s.additionalProperties === 'object' && s.additionalProperties.type === 'number') return field('numbers')
  if (s.type === 'array') {
    const item = typeof s.items === 'object' ? s.items : undefined
    if (s.prefixItems?.length === 2 && s.prefixItems.every((p) => p.type === 'number')) return field('interval')
    if (item?.prefixItems?.length === 2) return field('intervals')
    if (item?.type === 'string') return field('names')
  }
  throw new Error(`No form field for ${path}: ${JSON.stringify(s).slice(0, 200)}`)
}

/** Fields with those below them. */
export function allFields(fields: readonly SchemaField[]): SchemaField[] {
  return fields.flatMap((f) => [f, ...allFields(f.fields)])
}
