import type { StreamHealth } from '@heavens/schemas'
import { HISTOGRAM_BOUNDS, type Histogram } from '@heavens/science/statistics'
import { createPublicationLedger, type PublicationLedger } from './publication-ledger.js'
import type { Views } from './views/views.js'

/** Counts since the server started; what the log knows (events, ledgers, watermarks) is read from it when asked. */
export interface Metrics {
  /** Add to a counter; `labels` tell its series apart. */
  count(name: CounterName, labels?: Record<string, string>, by?: number): void
  /** WebSocket clients that are connected now. */
  clients(): number
  clientCame(): void
  clientLeft(): void
  publication: PublicationLedger
  /** Everything in Prometheus' text format, version 0.0.4. */
  text(views: Views): string
}

const COUNTERS = {
  heavens_http_requests_total: 'HTTP requests answered, by method and status',
  heavens_live_messages_total: 'WebSocket messages sent, by channel',
  heavens_live_lost_messages_total: 'WebSocket messages dropped or merged for slow clients, by channel',
  heavens_live_disconnected_slow_total: 'WebSocket clients disconnected because they were too slow for a lossless channel',
  heavens_view_unreadable_records_total: 'Records of the log that the views could not read, by topic',
  heavens_uploads_bytes_total: 'Bytes of files received',
} as const
export type CounterName = keyof typeof COUNTERS

/** `suffix`: what a sample of a histogram adds to the name. */
type Sample = [labels: Record<string, string>, value: number, suffix?: string]

interface Family { name: string; help: string; type: 'counter' | 'gauge' | 'histogram'; samples: Sample[] }

/** Counters start at 0 and are this server's own. */
export function createMetrics(): Metrics {
  const counters = new Map<CounterName, Map<string, { labels: Record<string, string>; value: number }>>()
  const publication = createPublicationLedger(() => Date.now())
  let connected = 0
  return {
    count(name, labels = {}, by = 1) {
      const series = counters.get(name) ?? new Map<string, { labels: Record<string, string>; value: number }>()
      counters.set(name, series)
      const key = JSON.stringify(labels)
      const one = series.get(key)
      if (one) one.value += by
      else series.set(key, { labels, value: by })
    },
    clients: () => connected,
    clientCame: () => { connected += 1 },
    clientLeft: () => { connected -= 1 },
    publication,
    text(views) {
      const families: Family[] = (Object.keys(COUNTERS) as CounterName[]).map((name) => ({
        name, help: COUNTERS[name], type: 'counter', samples: [...counters.get(name)?.values() ?? []].map(({ labels, value }) => [labels, value]),
      }))
      families.push({ name: 'heavens_live_clients', help: 'WebSocket clients connected', type: 'gauge', samples: [[{}, connected]] }, ...streamFamilies(views, publication))
      return families.map(familyText).join('')
    },
  }
}

function streamFamilies(views: Views, publication: PublicationLedger): Family[] {
  const streams = views.health.entries().map(({ value }) => publication.complete(value))
  const per = (name: string, help: string, type: 'counter' | 'gauge', of: (s: (typeof streams)[number]) => number | null): Family => ({
    name, help, type, samples: streams.flatMap((s) => { const v = of(s); return v === null ? [] : [[{ instrument: s.instrument, run: s.run }, v] as [Record<string, string>, number]] }),
  })
  const losses: Family = {
    name: 'heavens_ledger_losses_total', help: 'What was lost, doubled or late on the way in, by kind', type: 'counter',
    samples: streams.flatMap((s) => Object.entries(s.ledger).map(([kind, n]) => [{ instrument: s.instrument, run: s.run, kind }, n] as [Record<string, string>, number])),
  }
  const candidates: Family = { name: 'heavens_candidates', help: 'Candidates known, retracted ones included', type: 'gauge', samples: [[{}, views.candidates.entries().length]] }
  return [
    per('heavens_events_total', 'Events received', 'counter', (s) => s.events),
    per('heavens_items_total', 'Items received', 'counter', (s) => s.items),
    losses,
    per('heavens_watermark_seconds', 'Data time of the watermark, TT seconds since MJD 51544.0', 'gauge', (s) => s.watermark),
    per('heavens_latency_seconds', 'From observation to processing', 'gauge', (s) => s.latency),
    ...stageFamilies(streams),
    {
      name: 'heavens_snapshot_pause_seconds', help: 'For how long streams stood still for a snapshot', type: 'histogram',
      samples: streams.flatMap(({ instrument, run, snapshots }) => (snapshots ? buckets({ instrument, run }, snapshots) : [])),
    },
    {
      name: 'heavens_packets_total', help: 'Space packets by APID and what came of them', type: 'counter',
      samples: streams.flatMap(({ instrument, run, packets }) => packets.flatMap(({ apid, ...counts }) => Object.entries(counts).map(([kind, n]): Sample => [{ instrument, run, apid: String(apid), kind }, n]))),
    },
    candidates,
  ]
}

/** The latency ledger: histograms that add, over processes and streams, as all have the same buckets. */
function stageFamilies(streams: readonly StreamHealth[]): Family[] {
  const all = streams.flatMap(({ instrument, run, stages }) => stages.map((s) => ({ labels: { instrument, run, stage: s.stage }, s })))
  return [
    { name: 'heavens_stage_latency_seconds', help: 'How long blocks took for each stage', type: 'histogram', samples: all.flatMap(({ labels, s }) => buckets(labels, s)) },
    { name: 'heavens_stage_past_total', help: 'Blocks that are not measured, as their data or records are of the past', type: 'counter', samples: all.map(({ labels, s }): Sample => [labels, s.past]) },
    { name: 'heavens_stage_skewed_total', help: 'Blocks that ended a stage before they began it, by two clocks', type: 'counter', samples: all.map(({ labels, s }): Sample => [labels, s.skewed]) },
    { name: 'heavens_stage_skew_seconds', help: 'By how much at most, in the last ten minutes', type: 'gauge', samples: all.map(({ labels, s }): Sample => [labels, s.ahead]) },
  ]
}

function buckets(labels: Record<string, string>, { counts, sum }: Histogram): Sample[] {
  let below = 0
  const bounded = HISTOGRAM_BOUNDS.map((bound, i): Sample => [{ ...labels, le: String(bound) }, (below += counts[i]!), '_bucket'])
  const count = below + counts.at(-1)!
  return [...bounded, [{ ...labels, le: '+Inf' }, count, '_bucket'], [labels, sum, '_sum'], [labels, count, '_count']]
}

function familyText({ name, help, type, samples }: Family): string {
  const lines = samples.map(([labels, value, suffix = '']) => {
    const inner = Object.entries(labels).map(([k, v]) => `${k}="${v.replace(/[\\"\n]/g, (c) => (c === '\n' ? '\\n' : `\\${c}`))}"`).join(',')
    return `${name}${suffix}${inner ? `{${inner}}` : ''} ${value}\n`
  })
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`
}
