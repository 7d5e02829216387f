import { ownerOf } from '../owner-of.js'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { HeavensError, type Job, type Product } from '@heavens/schemas'
import type { ApiApp } from '../api-app.js'
import type { ApiContext } from '../context.js'
import { formScope, parametersOf, valuesOf } from '../form-scope.js'
import { contentTypeOf } from '../products/content-type.js'
import { packTar } from '../products/pack-tar.js'
import { productFile } from '../products/product-files.js'
import { readPublisherDid } from '../votable/publisher-did.js'
import { answerDaliError } from './dali-error.js'
import { sodaParameters } from './soda-parameters.js'
import { sodaRequest } from './soda-request.js'

/** Longest wait of a request where nothing else is said, and longest work, as predicted [s]; between two looks [ms]. */
const LONGEST_WAIT = 120
const LONGEST_WORK = 60
const LOOK = 50

const FORMATS: Record<string, 'fits' | 'png' | 'tar' | 'html'> = {
  fits: 'fits', 'application/fits': 'fits', png: 'png', 'image/png': 'png', tar: 'tar', 'application/x-tar': 'tar', html: 'html', 'text/html': 'html', votable: 'fits', 'application/x-votable+xml': 'fits',
}

/**
 * SODA 1.0, synchronous: `/sync` makes one product at a place, a time and an energy through the same jobs as everything else, and
 * answers the file. Work that would take long is refused by its quote; `/uws` takes it.
 */
export async function sodaRoutes(app: ApiApp, { options: { jobs, syncSeconds = LONGEST_WAIT }, signal }: ApiContext): Promise<void> {
  await formScope(app, (scope) => {
    scope.setErrorHandler(answerDaliError)
    scope.route({ method: ['GET', 'POST'], url: '/sync', schema: { hide: true }, handler: answer })
  })

  async function answer(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const parameters = parametersOf(request)
    const one = (name: string): string | undefined => {
      const values = valuesOf(parameters, name)
      if (values.length > 1) throw new HeavensError('bad-request', { reason: `${name} can be given once` }, { path: 'MULTIPLE' })
      return values[0]
    }
    const wanted = one('RESPONSEFORMAT') ?? 'fits'
    const format = FORMATS[wanted.toLowerCase()]
    if (format === undefined) throw new HeavensError('bad-request', { reason: 'RESPONSEFORMAT must be application/fits, image/png, text/html or application/x-tar' }, { path: 'RESPONSEFORMAT' })
    const did = one('ID')
    const group = one('GROUP')
    const named = one('PRODUCT') ?? (format === 'html' ? 'report' : undefined)
    const like = did === undefined ? undefined : await known(did)
    const { request: asked, kind } = sodaRequest(sodaParameters(parameters), { ...(named === undefined ? {} : { product: named }), ...(group === undefined ? {} : { group }), ...(like === undefined ? {} : { like }) })
    const { seconds } = await jobs.quote(asked)
    if (seconds > LONGEST_WORK) throw new HeavensError('too-long', { seconds: Math.round(seconds), limit: LONGEST_WORK })
    const job = await ended(await jobs.submit(asked, { owner: ownerOf(request.ip) }), request)
    if (job.error !== undefined) throw jobError(job)
    if (format === 'tar') {
      const files = []
      for (const { path } of job.products) files.push({ name: path, file: await productFile(jobs, job.id, path) })
      return reply.headers({ 'content-type': 'application/x-tar', 'content-disposition': `attachment; filename="${job.id}.tar"` }).send(Readable.from(packTar(job.id, files)))
    }
    return send(job, choose(job, kind, format), reply)
  }

  async function known(did: string): Promise<{ job: Job; path?: string }> {
    const { id, path } = readPublisherDid(did)
    const job = await jobs.get(id)
    if (path !== undefined && !job.products.some((p) => p.path === path)) throw new HeavensError('not-found', { what: 'product', id: path.slice(0, 200) }, { path: 'ID' })
    return { job, ...(path === undefined ? {} : { path }) }
  }

  async function ended(first: Job, request: FastifyRequest): Promise<Job> {
    const until = performance.now() + 1000 * syncSeconds
    let job = first
    while (job.phase === 'QUEUED' || job.phase === 'EXECUTING') {
      if (performance.now() > until || signal.aborted || request.raw.socket.destroyed) throw new HeavensError('still-running', { id: job.id, limit: syncSeconds })
      await sleep(LOOK, undefined, { signal }).catch(() => undefined)
      job = await jobs.get(first.id)
    }
    return job
  }

  async function send(job: Job, product: Product, reply: FastifyReply): Promise<FastifyReply> {
    const file = await productFile(jobs, job.id, product.path)
    const report = product.kind === 'report'
    return reply.headers({
      'content-type': contentTypeOf(product.path), 'content-length': (await stat(file)).size, 'content-disposition': `inline; filename="${basename(product.path).replace(/[^\w.+-]/g, '_')}"`,
      'content-location': `/api/v1/analyses/${job.id}/products/${product.path.split('/').map(encodeURIComponent).join('/')}`, 'cache-control': 'no-cache',
      'content-security-policy': `default-src 'none'; ${report ? 'img-src data:; ' : ''}style-src 'unsafe-inline'; sandbox`,
    }).send(createReadStream(file))
  }
}

/** The one file that was meant. Throws bad-request where several were made: they are to be told apart by INSTRUMENT and GROUP. */
function choose(job: Job, kind: Product['kind'], format: 'fits' | 'png' | 'html'): Product {
  const made = job.products.filter((p) => p.kind === kind)
  const found = format === 'png' && kind !== 'report' ? made.flatMap((p) => job.products.filter((q) => q.kind === 'preview' && q.path.replace(/\.\w+$/, '') === p.path.replace(/\.\w+$/, ''))) : made
  if (found.length > 1) {
    throw new HeavensError('bad-request', { reason: `this makes ${found.length} files (${found.slice(0, 20).map((p) => [p.instrument, p.group].filter((x) => x !== undefined).join(' ')).join(', ')}): choose one by INSTRUMENT and GROUP, or take all with RESPONSEFORMAT=application/x-tar` }, { path: 'GROUP' })
  }
  if (found[0] === undefined) throw new HeavensError('no-data', { reason: `nothing of kind ${kind} could be made` })
  return found[0]
}

/** A job's error as it would have been thrown here. */
function jobError({ id, error }: Job): HeavensError {
  const known = new HeavensError((error?.code ?? 'internal') as 'internal', { reason: `analysis ${id} failed` })
  if (error !== undefined) known.message = error.sentence
  return known
}
