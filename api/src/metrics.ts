import type { Views } from './views/views.js'

/** Counts since the server started; what the log knows (events, ledgers, watermarks) is read from it when asked. */
export interface Metrics {
  /** Add to a counter; `labels` tell its series apart. */
  count(name: CounterName, labels?: Record<string, string>, by?: number): void
  /** WebSocket clients that are connected now. */
  clients(): number
  clientCame(): void
  clientLeft(): void
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

interface Family { name: string; help: string; type: 'counter' | 'gauge'; samples: [labels: Record<string, string>, value: number][] }

/** Counters start at 0 and are this server's own. */
export function createMetrics(): Metrics {
  const counters = new Map<CounterName, Map<string, { labels: Record<string, string>; value: number }>>()
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
    text(views) {
      const families: Family[] = (Object.keys(COUNTERS) as CounterName[]).map((name) => ({
        name, help: COUNTERS[name], type: 'counter', samples: [...counters.get(name)?.values() ?? []].map(({ labels, value }) => [labels, value]),
      }))
      families.push({ name: 'heavens_live_clients', help: 'WebSocket clients connected', type: 'gauge', samples: [[{}, connected]] }, ...streamFamilies(views))
      return families.map(familyText).join('')
    },
  }
}

function streamFamilies(views: Views): Family[] {
  const streams = views.health.entries().map(({ value }) => value)
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
    candidates,
  ]
}

function familyText({ name, help, type, samples }: Family): string {
  const lines = samples.map(([labels, value]) => {
    const inner = Object.entries(labels).map(([k, v]) => `${k}="${v.replace(/[\\"\n]/g, (c) => (c === '\n' ? '\\n' : `\\${c}`))}"`).join(',')
    return `${name}${inner ? `{${inner}}` : ''} ${value}\n`
  })
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`
}
