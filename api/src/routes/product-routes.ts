import { HeavensError, ProductKind, type Job, type Product } from '@heavens/schemas'
import { z } from 'zod'
import type { ApiApp } from '../api-app.js'
import type { ApiContext } from '../context.js'
import { formScope, parametersOf, valuesOf } from '../form-scope.js'
import { Bytes, ErrorAnswer } from '../openapi.js'
import { answerTable, listFormat, ListQuery } from '../votable/answer-table.js'
import { DATALINK_STANDARD, DATALINK_TYPE, datalinkRows, datalinkTable, fault, sodaService } from '../votable/datalink.js'
import { datalinkService } from '../votable/datalink-service.js'
import { productTable, type ProductOfJob } from '../votable/product-table.js'
import { newestFirst } from '../products/newest-first.js'
import { readPublisherDid } from '../votable/publisher-did.js'
import { linkAddresses, serverBase } from '../votable/server-base.js'
import { tableObjects } from '../votable/table.js'
import { votable } from '../votable/votable.js'

/** Rows in one answer. */
const MOST = 10_000
/** IDs in one question. */
const MOST_IDS = 100

const ProductQuery = ListQuery.extend({
  instrument: z.string().optional(), kind: ProductKind.optional(), analysis: z.string().optional().describe('id of one analysis'),
  limit: z.coerce.number().int().positive().max(MOST).default(MOST),
})

/** Files of all analyses as a table that the Virtual Observatory reads, and what belongs to each. */
export async function productRoutes(app: ApiApp, { options: { jobs, instruments } }: ApiContext): Promise<void> {
  const tags = ['analyses']
  const descriptors = instruments.map((i) => i.descriptor)
  app.get('/api/v1/products', {
    schema: { summary: 'Files of all finished analyses, newest first, as ObsCore rows', tags, querystring: ProductQuery, response: { 200: z.union([z.array(z.record(z.string(), z.unknown())), Bytes]), '4xx': ErrorAnswer } },
  }, async (request, reply) => {
    const { format, instrument, kind, analysis, limit } = request.query
    const wantedFile = (product: Product): boolean => (instrument === undefined || product.instrument === instrument) && (kind === undefined || product.kind === kind)
    const wantedJob = (job: Readonly<Job>): boolean => job.phase === 'COMPLETED' && job.products.some(wantedFile)
    const files: ProductOfJob[] = []
    // One file more than asked for tells whether there are more.
    for await (const job of analysis === undefined ? newestFirst(jobs, wantedJob) : [await jobs.get(analysis)]) {
      if (job.phase === 'COMPLETED') for (const product of job.products) if (wantedFile(product)) files.push({ job, product })
      if (files.length > limit) break
    }
    const table = productTable(files.slice(0, limit), descriptors, linkAddresses(request).product, files.length > limit)
    const wanted = listFormat(request, format)
    if (wanted === 'json') return tableObjects(table)
    return answerTable(reply, wanted, table, datalinkService(`${serverBase(request)}/api/v1/datalink`))
  })

  app.get('/api/v1/analyses/:id/datalink', {
    schema: { summary: 'DataLink document of an analysis', tags, params: z.strictObject({ id: z.string() }), response: { 200: Bytes, '4xx': ErrorAnswer } },
  }, async (request, reply) => {
    const addresses = linkAddresses(request)
    const table = datalinkTable(datalinkRows(await jobs.get(request.params.id), undefined, addresses))
    return reply.type(DATALINK_TYPE).send(votable(table, sodaService(addresses, 'ID'), DATALINK_STANDARD))
  })

  await formScope(app, (scope) => {
    scope.route({
      method: ['GET', 'POST'], url: '/api/v1/datalink', schema: { summary: 'DataLink document of analyses or files: ID is their obs_publisher_did, repeatable', tags, response: { 200: Bytes, '4xx': ErrorAnswer } },
      async handler(request, reply) {
        const addresses = linkAddresses(request)
        const ids = valuesOf(parametersOf(request), 'ID')
        if (ids.length > MOST_IDS) throw new HeavensError('bad-request', { reason: `at most ${MOST_IDS} IDs at once` }, { path: 'ID' })
        const rows = []
        for (const did of ids) {
          try {
            const { id, path } = readPublisherDid(did)
            rows.push(...datalinkRows(await jobs.get(id), path, addresses))
          } catch (error) {
            // One ID that is not known does not cost the links of the others.
            if (!(error instanceof HeavensError && error.code === 'not-found')) throw error
            rows.push(fault(did, error))
          }
        }
        return reply.type(DATALINK_TYPE).send(votable(datalinkTable(rows), sodaService(addresses, 'ID'), DATALINK_STANDARD))
      },
    })
  })
}
