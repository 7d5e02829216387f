import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Table } from './table.js'
import { tableCsv } from './table-csv.js'
import { votable } from './votable.js'

export const VOTABLE_TYPE = 'application/x-votable+xml'

/** Formats of a list. */
export const ListFormat = z.enum(['json', 'csv', 'votable'])
export type ListFormat = z.infer<typeof ListFormat>

/** What every list takes. */
export const ListQuery = z.object({ format: ListFormat.optional().describe('absent: by the Accept header, else json') })

const TYPES: Record<string, ListFormat> = { 'application/json': 'json', 'text/csv': 'csv', [VOTABLE_TYPE]: 'votable' }

/** The format that a request wants: by name, else what its Accept header likes best of ours; JSON for all others, as for any type. */
export function listFormat(request: FastifyRequest, named: ListFormat | undefined): ListFormat {
  if (named !== undefined) return named
  const liked = (request.headers.accept ?? '').split(',').map((part) => {
    const [type = '', ...parameters] = part.split(';').map((text) => text.trim())
    const quality = parameters.find((text) => text.startsWith('q='))
    return { format: TYPES[type.toLowerCase()], quality: quality === undefined ? 1 : Number(quality.slice(2)) }
  })
  return liked.filter(({ format, quality }) => format !== undefined && quality > 0).sort((a, b) => b.quality - a.quality)[0]?.format ?? 'json'
}

/** Answer a table as CSV or VOTable. */
export function answerTable(reply: FastifyReply, format: Exclude<ListFormat, 'json'>, table: Table, more = ''): FastifyReply {
  void reply.header('vary', 'accept')
  return format === 'csv' ? reply.type('text/csv; charset=utf-8').send(tableCsv(table)) : reply.type(VOTABLE_TYPE).send(votable(table, more))
}
