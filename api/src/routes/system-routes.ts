import { InstrumentList, Status } from '@heavens/schemas'
import { ttFromUnix } from '@heavens/science/time'
import { z } from 'zod'
import type { ApiApp } from '../api-app.js'
import type { ApiContext } from '../context.js'
import { Bytes } from '../openapi.js'
import { answerTable, listFormat, ListQuery } from '../votable/answer-table.js'
import { instrumentTable } from '../votable/instrument-table.js'

/** Time in which the log must answer to count as reachable [ms]. */
const PATIENCE = 2000

const Ready = z.strictObject({ ready: z.boolean(), reason: z.string().optional() })

/** What is there and how it is: instruments, status, health, readiness, metrics. */
export function systemRoutes(app: ApiApp, { options, views, metrics }: ApiContext): void {
  app.get('/api/v1/instruments', { schema: { summary: 'The instruments that are known', tags: ['system'], querystring: ListQuery, response: { 200: z.union([InstrumentList, Bytes]) } } }, (request, reply) => {
    const found = options.instruments.map(({ descriptor }) => descriptor)
    const format = listFormat(request, request.query.format)
    return format === 'json' ? found : answerTable(reply, format, instrumentTable(found))
  })

  app.get('/api/v1/status', { schema: { summary: 'State of the server and of every stream', tags: ['system'], response: { 200: Status } } }, async () => {
    await views.whenReady()
    return { ...options.status(), time: ttFromUnix(Date.now()), streams: views.health.entries().map(({ value }) => metrics.publication.complete(value)) }
  })

  app.get('/healthz', { schema: { summary: 'The process answers', tags: ['system'] } }, () => ({ alive: true }))

  app.get('/readyz', { schema: { summary: 'The log is reachable and the views are rebuilt', tags: ['system'], response: { 200: Ready, 503: Ready } } }, async (_request, reply) => {
    const reason = await notReady(options.stores.log.topics(), views.behind())
    return reason === undefined ? { ready: true } : reply.code(503).send({ ready: false, reason })
  })

  app.get('/metrics', { schema: { summary: 'Counters for Prometheus', tags: ['system'] } }, (_request, reply) =>
    reply.type('text/plain; version=0.0.4; charset=utf-8').send(metrics.text(views)))
}

async function notReady(log: Promise<unknown>, behind: readonly string[]): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<'late'>((resolve) => { timer = setTimeout(resolve, PATIENCE, 'late') })
  try {
    if (await Promise.race([log, late]) === 'late') return 'The log does not answer.'
  } catch (error) {
    return `The log cannot be reached: ${error instanceof Error ? error.message : String(error)}`
  } finally {
    clearTimeout(timer)
  }
  return behind.length ? `Not all is read from the log yet: ${behind.join(', ')}.` : undefined
}
