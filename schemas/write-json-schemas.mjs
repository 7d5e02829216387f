// Writes schemas/json/*.json from the built zod schemas: npm run build && node schemas/write-json-schemas.mjs
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { jsonSchemas, schemaText } from './dist/json-schemas.js'

const folder = new URL('./json/', import.meta.url)
mkdirSync(folder, { recursive: true })
const schemas = jsonSchemas()
for (const file of readdirSync(folder)) if (!(file.slice(0, -'.json'.length) in schemas)) rmSync(new URL(file, folder))
for (const [name, schema] of Object.entries(schemas)) writeFileSync(new URL(`${name}.json`, folder), schemaText(schema))
console.log(`${Object.keys(schemas).length} schemas written`)
