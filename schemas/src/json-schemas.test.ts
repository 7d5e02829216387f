import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { jsonSchemas, schemaText } from './json-schemas.js'

const folder = new URL('../json/', import.meta.url)
const schemas = jsonSchemas()

it('has a file for each schema and no other', () => {
  expect(readdirSync(folder).sort()).toEqual(Object.keys(schemas).map((name) => `${name}.json`))
})

it.each(Object.entries(schemas))('%s.json is current (node schemas/write-json-schemas.mjs writes it anew)', (name, schema) => {
  expect(readFileSync(new URL(`${name}.json`, folder), 'utf8')).toBe(schemaText(schema))
})

it('asks a sender for no field that has a default, and writes all of them', () => {
  const request = schemas['analysis-request'] as { required: string[] }
  expect(request.required).toEqual(['time'])
  const descriptor = schemas['instrument-descriptor'] as { required: string[] }
  expect(descriptor.required).toContain('deadTime')
})

it('closes objects against unknown fields', () => {
  const unions = Object.entries(schemas).filter(([, schema]) => 'oneOf' in schema).map(([name]) => name)
  const open = Object.entries(schemas).filter(([, schema]) => (schema as { additionalProperties?: unknown }).additionalProperties !== false).map(([name]) => name)
  expect(open).toEqual(unions)
})
