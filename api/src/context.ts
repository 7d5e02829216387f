import type { FastifyBaseLogger } from 'fastify'
import type { ApiOptions } from './options.js'
import type { Views } from './views/views.js'
import type { Metrics } from './metrics.js'

/** What every route is given: nothing is reached in any other way. */
export interface ApiContext {
  options: ApiOptions
  views: Views
  metrics: Metrics
  log: FastifyBaseLogger
  /** aborted when the server closes */
  signal: AbortSignal
}
