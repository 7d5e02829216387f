import swagger from '@fastify/swagger'
import { createJsonSchemaTransform, createJsonSchemaTransformObject } from 'fastify-type-provider-zod'
import { AnalysisRequest, Candidate, CurveSeries, ERRORS, IngestAnswer, InstrumentDescriptor, Job, Product, Quote, ResolvedTarget, SkyImage, Status, StreamHealth } from '@heavens/schemas'
import { z } from 'zod'
import type { ApiApp } from './api-app.js'

/** Every error body; the codes are those of docs/errors.md. */
export const ErrorAnswer = z.strictObject({
  error: z.strictObject({
    code: z.enum(Object.keys(ERRORS) as [string, ...string[]]), sentence: z.string(), path: z.string().optional().describe('where in the input, parts joined by dots'),
    fields: z.record(z.string(), z.union([z.string(), z.number()])),
  }),
})

/** An answer that is not JSON. */
export const Bytes = z.unknown().describe('bytes; see its content type')

/** Collect the routes that are registered after this; `app.swagger()` then gives the document. */
export async function collectOpenApi(app: ApiApp, version: string): Promise<void> {
  const schemaRegistry = z.registry<{ id: string }>()
  const named = { AnalysisRequest, Candidate, CurveSeries, IngestAnswer, InstrumentDescriptor, Job, Product, Quote, ResolvedTarget, SkyImage, Status, StreamHealth, Error: ErrorAnswer }
  for (const [id, schema] of Object.entries(named)) schemaRegistry.add(schema, { id })
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'HEAVENS Quick-Look', version, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
        description: 'Times are TT seconds since MJD 51544.0 (TT) unless they say UTC; energies keV; positions ICRS degrees. Live data: WebSocket /live, subprotocol heavens.v1.',
      },
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer', description: 'needed when the server has a token; ?token= is accepted too' } } },
      security: [{ token: [] }, {}],
    },
    transform: createJsonSchemaTransform({ schemaRegistry }),
    transformObject: createJsonSchemaTransformObject({ schemaRegistry }),
  })
}
