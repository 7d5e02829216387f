import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { HeavensError, isEnded, JobPhase, type Job } from '@heavens/schemas'
import { destructionOf } from '@heavens/analysis'
import type { ApiApp } from '../api-app.js'
import type { ApiContext } from '../context.js'
import { formScope, parametersOf } from '../form-scope.js'
import { jobListXml, jobXml, parametersXml, resultsXml, type JobAddresses } from './job-xml.js'
import { ownerOf } from '../owner-of.js'
import { amendmentOf } from './amendment-of.js'
import { requestOfParameters } from './request-of-parameters.js'

/** Longest wait of one request, also for WAIT=-1 [s], and between two looks [ms]. */
const LONGEST_WAIT = 60
const LOOK = 100

type Query = Record<string, string | string[] | undefined>

/**
 * Analyses as IVOA UWS 1.1 jobs under /uws: the same jobs as under /api/v1/analyses. A job is PENDING until PHASE=RUN (which may come with the parameters).
 * A client sets destruction, which is no later than as long after the end as jobs are kept, and execution duration, at any time.
 */
export async function uwsRoutes(app: ApiApp, { options: { jobs, keepJobsFor }, signal }: ApiContext): Promise<void> {
  await formScope(app, (scope) => {
    const schema = { hide: true }
    const idOf = (request: FastifyRequest): string => (request.params as { id: string }).id
    const one = (parameters: URLSearchParams, name: string): string | undefined => [...parameters].find(([key]) => key.toUpperCase() === name)?.[1]
    const addressesOf = (request: FastifyRequest): JobAddresses => {
      const base = `${request.protocol}://${request.headers.host ?? 'localhost'}`
      return { job: (id) => `${base}/uws/${id}`, product: (id, path) => `${base}/api/v1/analyses/${id}/products/${path.split('/').map(encodeURIComponent).join('/')}` }
    }
    const xml = (reply: FastifyReply, text: string): FastifyReply => reply.type('application/xml; charset=utf-8').send(text)
    const plain = (reply: FastifyReply, text: string): FastifyReply => reply.type('text/plain; charset=utf-8').send(text)
    const toJob = (request: FastifyRequest, reply: FastifyReply, id: string): FastifyReply => reply.code(303).header('location', addressesOf(request).job(id)).send()

    async function obey(id: string, phase: string): Promise<void> {
      if (phase === 'RUN') await jobs.run(id)
      else if (phase === 'ABORT') {
        // Ending an ended job would forget it.
        if (!isEnded((await jobs.get(id)).phase)) await jobs.cancel(id)
      } else throw new HeavensError('bad-request', { reason: 'PHASE must be RUN or ABORT' }, { path: 'PHASE' })
    }
    /** The job, after its phase has changed or the wait is over. Who goes away ends the waiting and nothing else. */
    async function awaited(request: FastifyRequest): Promise<Job> {
      const parameters = parametersOf(request)
      const wait = one(parameters, 'WAIT')
      const first = await jobs.get(idOf(request))
      if (wait === undefined) return first
      const seconds = Number(wait)
      if (!/^-?\d{1,9}$/.test(wait)) throw new HeavensError('bad-request', { reason: 'WAIT must be a whole number of seconds, or -1' }, { path: 'WAIT' })
      const known = one(parameters, 'PHASE') ?? first.phase
      const until = performance.now() + 1000 * (seconds < 0 ? LONGEST_WAIT : Math.min(seconds, LONGEST_WAIT))
      let job = first
      while (job.phase === known && !isEnded(job.phase) && performance.now() < until && !signal.aborted && !request.raw.socket.destroyed) {
        await sleep(LOOK, undefined, { signal }).catch(() => undefined)
        job = await jobs.get(idOf(request))
      }
      return job
    }

    scope.get('/uws', { schema }, async (request, reply) => {
      const query = request.query as Query
      const list = (value: string | string[] | undefined): string[] => (value === undefined ? [] : [value].flat())
      const wanted = list(query['PHASE'])
      for (const phase of wanted) if (!JobPhase.safeParse(phase).success && !['HELD', 'SUSPENDED', 'UNKNOWN', 'ARCHIVED'].includes(phase)) throw new HeavensError('bad-request', { reason: `there is no phase ${phase.slice(0, 40)}` }, { path: 'PHASE' })
      const after = list(query['AFTER'])[0]
      if (after !== undefined && Number.isNaN(Date.parse(after))) throw new HeavensError('bad-time', { value: after.slice(0, 60), reason: 'it is not an ISO time' }, { path: 'AFTER' })
      const last = list(query['LAST'])[0]
      if (last !== undefined && !(Number.isInteger(Number(last)) && Number(last) > 0)) throw new HeavensError('bad-request', { reason: 'LAST must be a whole number above 0' }, { path: 'LAST' })
      const since = after === undefined ? -Infinity : Date.parse(after.endsWith('Z') ? after : `${after}Z`)
      const found = await jobs.brief({ where: (job) => (wanted.length === 0 || wanted.includes(job.phase)) && Date.parse(job.created) > since, ...(last === undefined ? {} : { limit: Number(last) }) })
      return xml(reply, jobListXml(last === undefined ? found : found.toReversed(), addressesOf(request)))
    })
    scope.post('/uws', { schema }, async (request, reply) => {
      const parameters = parametersOf(request)
      const phase = one(parameters, 'PHASE')
      if (phase !== undefined && phase !== 'RUN') throw new HeavensError('bad-request', { reason: 'PHASE can only be RUN here' }, { path: 'PHASE' })
      const job = await jobs.hold(requestOfParameters(parameters), { owner: ownerOf(request.ip), priority: 'archive', ...amendmentOf(parameters, new Date(), keepJobsFor) })
      if (phase === 'RUN') await jobs.run(job.id)
      return toJob(request, reply, job.id)
    })
    scope.get('/uws/:id', { schema }, async (request, reply) => {
      const job = await awaited(request)
      return xml(reply, jobXml(job, addressesOf(request), destructionOf(job, keepJobsFor)))
    })
    /** From when on a job is kept: its end, or now. */
    const referenceOf = async (request: FastifyRequest): Promise<Date> => new Date((await jobs.get(idOf(request))).ended ?? Date.now())
    const forget = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
      const id = idOf(request)
      if (!isEnded((await jobs.get(id)).phase)) await jobs.cancel(id)
      await jobs.cancel(id)
      return reply.code(303).header('location', addressesOf(request).job('').replace(/\/$/, '')).send()
    }
    scope.delete('/uws/:id', { schema }, forget)
    scope.post('/uws/:id', { schema }, async (request, reply) => {
      const parameters = parametersOf(request)
      if (one(parameters, 'ACTION') === 'DELETE') return forget(request, reply)
      const phase = one(parameters, 'PHASE')
      const change = amendmentOf(parameters, await referenceOf(request), keepJobsFor)
      const changes = Object.keys(change).length > 0
      if (phase === undefined && !changes) throw new HeavensError('bad-request', { reason: 'ACTION=DELETE, PHASE, DESTRUCTION or EXECUTIONDURATION is needed; parameters of a job are given when it is made' })
      if (changes) await jobs.amend(idOf(request), change)
      if (phase !== undefined) await obey(idOf(request), phase)
      return toJob(request, reply, idOf(request))
    })
    scope.get('/uws/:id/phase', { schema }, async (request, reply) => plain(reply, (await awaited(request)).phase))
    scope.post('/uws/:id/phase', { schema }, async (request, reply) => {
      await obey(idOf(request), one(parametersOf(request), 'PHASE') ?? '')
      return toJob(request, reply, idOf(request))
    })
    scope.get('/uws/:id/parameters', { schema }, async (request, reply) => xml(reply, parametersXml(await jobs.get(idOf(request)), true)))
    scope.get('/uws/:id/results', { schema }, async (request, reply) => xml(reply, resultsXml(await jobs.get(idOf(request)), addressesOf(request), true)))
    scope.get('/uws/:id/results/*', { schema }, async (request, reply) => {
      const { id, '*': path } = request.params as { id: string; '*': string }
      await jobs.productPath(id, path)
      return reply.code(303).header('location', addressesOf(request).product(id, path)).send()
    })
    scope.get('/uws/:id/error', { schema }, async (request, reply) => {
      const { error } = await jobs.get(idOf(request))
      return plain(reply, error ? `${error.sentence} [${error.code}]` : '')
    })
    scope.get('/uws/:id/quote', { schema }, async (request, reply) => {
      const job = await jobs.get(idOf(request))
      if (job.ended !== undefined) return plain(reply, job.ended)
      return plain(reply, new Date(Date.parse(job.started ?? new Date().toISOString()) + 1000 * (await jobs.quote(job.request)).seconds).toISOString())
    })
    scope.get('/uws/:id/executionduration', { schema }, async (request, reply) => plain(reply, String((await jobs.get(idOf(request))).executionDuration ?? 0)))
    for (const name of ['destruction', 'executionduration']) {
      scope.post(`/uws/:id/${name}`, { schema }, async (request, reply) => {
        const own = new URLSearchParams([...parametersOf(request)].filter(([key]) => key.toLowerCase() === name))
        const change = amendmentOf(own, await referenceOf(request), keepJobsFor)
        if (Object.keys(change).length === 0) throw new HeavensError('bad-request', { reason: `${name.toUpperCase()} is needed` }, { path: name.toUpperCase() })
        await jobs.amend(idOf(request), change)
        return toJob(request, reply, idOf(request))
      })
    }
    scope.get('/uws/:id/destruction', { schema }, async (request, reply) => plain(reply, destructionOf(await jobs.get(idOf(request)), keepJobsFor) ?? ''))
    scope.get('/uws/:id/owner', { schema }, async (request, reply) => plain(reply, (await jobs.get(idOf(request))).owner ?? ''))
  })
}
