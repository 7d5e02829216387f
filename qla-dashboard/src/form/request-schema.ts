import text from '@heavens/schemas/json/analysis-request.json?raw'
import { type FormSchema, schemaFields } from './schema-fields.js'

/** The JSON schema of a request: the form offers what it says, and nothing else. */
export const REQUEST_SCHEMA = JSON.parse(text) as FormSchema & { properties: Record<string, FormSchema> }

/** Fields of the products. */
export const PRODUCT_FIELDS = schemaFields(REQUEST_SCHEMA.properties['products']!)

/** Words that a part of the request may be, as `time.format`. */
export function choicesOf(path: string): readonly string[] {
  return path.split('.').reduce<FormSchema | undefined>((s, name) => s?.properties?.[name], REQUEST_SCHEMA)?.enum ?? []
}
