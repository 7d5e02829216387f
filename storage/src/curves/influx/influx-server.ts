import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { HttpError, InfluxDB, setLogger, type FluxTableMetaData } from '@influxdata/influxdb-client'
import { HeavensError } from '@heavens/schemas'

export interface InfluxSettings {
  url: string
  token: string
  org: string
  bucket: string
}

/** A server as the store needs it: every write awaited, every query answered. */
export interface InfluxServer {
  /** Acknowledged when it resolves: all lines are on the server's disk. `patient`: a server that takes long is waited for. Throws curves-unreachable, curves-refused. */
  write(lines: readonly string[], patient?: boolean): Promise<void>
  /** Call `row` for each row of the answer. */
  query(flux: string, row: (values: string[], table: FluxTableMetaData) => void): Promise<void>
  /** Give up what is on its way: nothing holds the process any more. */
  close(): void
}

/** Lines of one request. */
const BATCH = 5000
/** Longest wait for an answer [ms], and for one to lines that can wait on disk as well: a server that stands still must not hold up what comes in. */
const TIMEOUT = 15_000
const SOON = 4000
/** Bins of decades: a shard a year, not one a week. */
const SHARD_SECONDS = 365 * 86_400

/** Errors of a server that is away or overloaded, in contrast to one that refuses. */
export function isAway(error: unknown): boolean {
  return error instanceof HeavensError ? error.code === 'curves-unreachable' : !(error instanceof HttpError) || error.statusCode >= 500 || error.statusCode === 429 || error.statusCode === 408
}

/** Whether the server will never take these lines, however often they are sent; a token or a bucket can be mended, and the same lines be taken then. */
export function isUnwritable(error: unknown): boolean {
  const cause = error instanceof HeavensError ? error.cause : error
  return cause instanceof HttpError && [400, 413, 422].includes(cause.statusCode)
}

function named(error: unknown, what: string): HeavensError {
  const reason = error instanceof HttpError ? `${what}: the server answers ${error.statusCode} ${error.statusMessage ?? ''} ${(error.body ?? '').slice(0, 200)}`.trim() : `${what}: ${error instanceof Error ? error.message || error.name : String(error)}`
  if (isAway(error)) return new HeavensError('curves-unreachable', { reason }, { cause: error })
  return new HeavensError('curves-refused', { reason }, { cause: error })
}

/** Connect without asking the server anything. */
export function connectInflux(settings: InfluxSettings): InfluxServer {
  const { url, token, org, bucket } = settings
  // What fails is thrown to the caller, who says it: the client's own word on the console would be a second one.
  setLogger({ error: () => undefined, warn: () => undefined })
  const agent = url.startsWith('https:') ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true })
  const transportOptions = { agent }
  const influx = new InfluxDB({ url, token, timeout: TIMEOUT, transportOptions })
  const impatient = new InfluxDB({ url, token, timeout: SOON, transportOptions })
  const queries = influx.getQueryApi(org)
  return {
    async write(lines, patient = true) {
      for (let from = 0; from < lines.length; from += BATCH) {
        // The client's own batching acknowledges nothing, and keeps what has failed: each batch has a writer of its own, flushed and awaited.
        const api = (patient ? influx : impatient).getWriteApi(org, bucket, 'ns', { batchSize: 1e6, flushInterval: 0, maxRetries: 0, maxBufferLines: 1e6 })
        try {
          api.writeRecords(lines.slice(from, from + BATCH))
          await api.flush()
        } catch (error) {
          throw named(error, 'writing bins')
        }
      }
    },
    async query(flux, row) {
      const ask = (): Promise<void> => new Promise((resolve, reject) => queries.queryRows(flux, { next: row, error: reject, complete: resolve }))
      // The first query after a restart of the server may meet a connection that is no more.
      await ask().catch((error: unknown) => (isAway(error) ? ask() : Promise.reject(error))).catch((error: unknown) => { throw named(error, 'reading bins') })
    },
    close: () => agent.destroy(),
  }
}

/**
 * Ask for what must be there: bucket (made where it is missing and the token may), the right to write to it and to read it. A token that is good for the
 * bucket alone is shown no organisation: then what it may do tells. Throws curves-unreachable, curves-refused.
 */
export async function checkInflux(settings: InfluxSettings, log: (sentence: string) => void): Promise<void> {
  const { url, token, org, bucket } = settings
  const ask = async (path: string, init: RequestInit = {}): Promise<{ status: number; body: Record<string, unknown> }> => {
    const answer = await fetch(new URL(path, url), { ...init, headers: { authorization: `Token ${token}`, 'content-type': 'application/json' }, signal: AbortSignal.timeout(10_000) }).catch((error: unknown) => {
      throw new HeavensError('curves-unreachable', { reason: `${url}: ${error instanceof Error ? ((error.cause as Error | undefined)?.message ?? error.message) : String(error)}` }, { cause: error })
    })
    const body = await answer.text()
    return { status: answer.status, body: body.startsWith('{') ? (JSON.parse(body) as Record<string, unknown>) : {} }
  }
  const refuse = (reason: string): never => { throw new HeavensError('curves-refused', { reason }) }
  const orgs = await ask(`/api/v2/orgs?org=${encodeURIComponent(org)}`)
  if (orgs.status === 401) refuse('the token in HEAVENS_INFLUX_TOKEN is not valid')
  const orgId = (orgs.body['orgs'] as { id: string }[] | undefined)?.[0]?.id
  if (orgId) {
    const found = await ask(`/api/v2/buckets?orgID=${orgId}&name=${encodeURIComponent(bucket)}`)
    const known = (found.body['buckets'] as { retentionRules?: { shardGroupDurationSeconds?: number }[] }[] | undefined)?.[0]
    // Where it cannot be made, the write below tells whether it is there.
    if (!known) await ask('/api/v2/buckets', { method: 'POST', body: JSON.stringify({ orgID: orgId, name: bucket, retentionRules: [{ type: 'expire', everySeconds: 0, shardGroupDurationSeconds: SHARD_SECONDS }] }) })
    else if ((known.retentionRules?.[0]?.shardGroupDurationSeconds ?? SHARD_SECONDS) < 30 * 86_400) {
      log(`The bucket ${bucket} keeps its data in shards of ${(known.retentionRules![0]!.shardGroupDurationSeconds ?? 0) / 86_400} days: with years of data InfluxDB starts slowly; a shard of a year is right.`)
    }
  }
  const server = connectInflux(settings)
  const sentence = (error: unknown, doing: string): never => {
    if (isAway(error)) throw error
    const cause = (error as HeavensError).cause
    if (doing === 'write to' && cause instanceof HttpError && cause.statusCode === 404) {
      if (/organi[sz]ation/.test(cause.body ?? '')) refuse(`there is no organisation ${org} (HEAVENS_INFLUX_ORG)`)
      refuse(`there is no bucket ${bucket}, and the token may not make it (HEAVENS_INFLUX_BUCKET)`)
    }
    throw new HeavensError('curves-refused', { reason: `the token may not ${doing} the bucket ${bucket} (HEAVENS_INFLUX_TOKEN)` }, { cause: error })
  }
  try {
    await server.write(['curve_check ok=1i 0']).catch((error: unknown) => sentence(error, 'write to'))
    const flux = `from(bucket: ${JSON.stringify(bucket)}) |> range(start: time(v: 0), stop: time(v: 1)) |> filter(fn: (r) => r._measurement == "curve_check")`
    await server.query(flux, () => undefined).catch((error: unknown) => sentence(error, 'read'))
  } finally {
    server.close()
  }
}
