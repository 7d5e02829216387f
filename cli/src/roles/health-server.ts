import { createServer, type Server } from 'node:http'
import type { RolePresence } from '@heavens/schemas'

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
  /** what the stores count */
  metrics(): RoleMetric[]
}

/** Items wait and nothing has moved for this long: not ready [ms]. */
const STALLED = 30_000

/** `/healthz`, `/readyz` and `/metrics` of a role without an API of its own. */
export async function serveHealth(options: HealthServerOptions): Promise<Server> {
  const server = createServer((request, response) => {
    const answer = (status: number, type: string, body: string): void => void response.writeHead(status, { 'content-type': type }).end(body)
    if (request.method !== 'GET') return answer(405, 'application/json', '{}')
    const presence = options.presence()
    if (request.url === '/healthz') return answer(200, 'application/json', JSON.stringify({ alive: true }))
    if (request.url === '/readyz') {
      const reason = notReady(presence, options.idle())
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

function notReady(presence: RolePresence, idle: number): string | undefined {
  if (presence.state !== 'running') return presence.reason ?? `It is ${presence.state}.`
  return presence.lag > 0 && idle > STALLED ? `${presence.lag} items wait, and nothing has moved for ${Math.round(idle / 1000)} s.` : undefined
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
