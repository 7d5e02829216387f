import { z } from 'zod'
import { AnalysisRequest } from './analysis-request.js'
import { Job, Product, Provenance, Quote, RequestAsUsed } from './analysis-result.js'
import { Candidate } from './candidate.js'
import { CurveKey, CurveNotice } from './curves.js'
import { InstrumentDescriptor } from './descriptor.js'
import { FitAnswer, FitRequest } from './spectral-fit.js'
import { StreamHealth } from './health.js'
import { SkyImage } from './image.js'
import { Item } from './items.js'
import { ClientMessage, ServerMessage } from './live.js'
import { ReplaySummary } from './replay-summary.js'
import { IngestAnswer, ResolvedTarget, Status } from './rest.js'
import { RolePresence } from './role.js'

/** What is sent to us: defaults may be left out. */
const RECEIVED = { 'analysis-request': AnalysisRequest, 'client-message': ClientMessage, 'fit-request': FitRequest }

/** What we write: every default is filled in. */
const SENT = {
  'candidate': Candidate,
  'curve-key': CurveKey,
  'curve-notice': CurveNotice,
  'fit-answer': FitAnswer,
  'ingest-answer': IngestAnswer,
  'instrument-descriptor': InstrumentDescriptor,
  'item': Item,
  'job': Job,
  'product': Product,
  'provenance': Provenance,
  'quote': Quote,
  'replay-summary': ReplaySummary,
  'request-as-used': RequestAsUsed,
  'resolved-target': ResolvedTarget,
  'server-message': ServerMessage,
  'role-presence': RolePresence,
  'sky-image': SkyImage,
  'status': Status,
  'stream-health': StreamHealth,
}

/**
 * JSON Schemas (draft 2020-12) of all messages by name, generated from the zod schemas, for programs in other languages.
 * Rules between fields (`refine`) cannot be said in JSON Schema and are missing: the zod schema is the truth.
 * The columns of items, which travel in Arrow, stand as arrays of numbers with their Arrow type under `arrow`.
 * Not exported from the package's index, so that a browser bundle does not carry the generator.
 */
export function jsonSchemas(): Record<string, object> {
  const received = Object.entries(RECEIVED).map(([name, schema]) => [name, { ...z.toJSONSchema(schema, { io: 'input' }), title: name }] as const)
  const sent = Object.entries(SENT).map(([name, schema]) => [name, { ...z.toJSONSchema(schema, { unrepresentable: 'any' }), title: name }] as const)
  return Object.fromEntries([...received, ...sent].sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** The text of one schema's file. */
export function schemaText(schema: object): string {
  return JSON.stringify(schema, null, 2) + '\n'
}
