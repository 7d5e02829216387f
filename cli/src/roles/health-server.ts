import { createServer, type Server } from 'node:http'
import type { RolePresence } from '@heavens/schemas'
import { sayWaiting } from './say-waiting.js'

export interface RoleMetric {
  name: string
  help: string
  type: 'counter' | 'gauge'
  value: number
}

export interface HealthServerOptions {
  host: string
  port: number
  presence(): RolePresence
  /** milliseconds since the last step forward */
  idle(): number
  /** items or light curves wait and nothing of them has moved for so long: not ready [ms] */
  stalled: number
  /** what the stores count */
  metrics(): RoleMetric[]
}

/** `/healthz`, `/readyz` and `/metrics` of a role without an API of its own. */
export async function serveHealth(options: HealthServerOptions): Promise<Server> {
  const server = createServer((request, response) => {
    const answer = (status: number, type: string, body: string): void => void response.writeHead(status, { 'content-type': type }).end(body)
    if (request.method !== 'GET') return answer(405, 'application/json', '{}')
    const presence = options.presence()
    if (request.url === '/healthz') return answer(200, 'application/json', JSON.stringify({ alive: true }))
    if (request.url === '/readyz') {
      const reason = notReady(presence, options.idle(), options.stalled)
      return answer(reason ? 503 : 200, 'application/json', JSON.stringify(reason ? { ready: false, reason } : { ready: true }))
    }
    if (request.url === '/metrics') return answer(200, 'text/plain; version=0.0.4; charset=utf-8', metricsText(presence, options))
    answer(404, 'application/json', '{}')
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, options.host, resolve)
  })
  return server
}

function notReady(presence: RolePresence, idle: number, stalled: number): string | undefined {
  if (presence.state !== 'running') return presence.reason ?? `It is ${presence.state}.`
  if (presence.lag > 0 && idle > stalled) return `${presence.lag} items wait, and nothing has moved for ${Math.round(idle / 1000)} s.`
  // Processing goes on, but nobody can read what comes of it.
  return presence.curves && presence.curves.stuck * 1000 > stalled ? sayWaiting(presence.curves) : undefined
}

function metricsText(presence: RolePresence, options: HealthServerOptions): string {
  const labels = `role="${presence.role}",id="${presence.id}"`
  const family = (name: string, help: string, type: string, samples: [string, number][]): string =>
    `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${samples.map(([inner, value]) => `${name}{${inner}} ${value}\n`).join('')}`
  return [
    family('heavens_role_running', '1 while the role does its work', 'gauge', [[labels, presence.state === 'running' ? 1 : 0]]),
    family('heavens_log_lag_items', 'Items on the log that are not processed yet', 'gauge', presence.streams.map((s) => [`${labels},topic="${s.topic}"`, Math.max(0, s.end - s.offset)])),
    family('heavens_role_idle_seconds', 'Since the last step forward', 'gauge', [[labels, options.idle() / 1000]]),
    family('heavens_process_resident_bytes', 'Memory of the process', 'gauge', [[labels, process.memoryUsage().rss]]),
    ...options.metrics().map(({ name, help, type, value }) => family(name, help, type, [[labels, value]])),
  ].join('')
}
