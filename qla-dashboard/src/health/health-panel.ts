import { css, html, nothing, type TemplateResult } from 'lit'
import type { PacketCounts, RoleStatus, StageLatency, StreamHealth } from '@heavens/schemas'
import { baseStyle } from '../app/base-style.js'
import { Panel } from '../app/panel.js'
import type { Topic } from '../state/console-state.js'
import { silence } from '../state/current-run.js'
import { bytesText, countText, durationText, utcText } from '../state/formats.js'

/** State of every stream: what came, what is missing, how late it is. */
export class HealthPanel extends Panel {
  static override styles = [baseStyle, css`
    section { padding: 8px 16px 12px; border-bottom: 1px solid var(--rule) }
    section.stale { opacity: .6 }
    header { display: flex; gap: 8px; align-items: baseline }
    h3 { margin: 0; font-size: 14px; flex: 1 }
    dl { display: grid; grid-template-columns: auto 1fr auto 1fr; gap: 2px 12px; margin: 4px 0 }
    dt { color: var(--dim) } dd { margin: 0 }
    .warn { color: var(--new) } .ok { color: var(--live) } .simulated { color: var(--simulated) }
    .rates { display: grid; grid-template-columns: repeat(auto-fill, minmax(76px, 1fr)); gap: 4px; margin-top: 4px }
    .rate { border-left: 2px solid var(--accent); padding-left: 6px; line-height: 1.25 }
    .rate.low { border-color: var(--new) }
    .rate span { display: block; font-size: 11px; color: var(--dim) }
    table { border-collapse: collapse; margin: 6px 0 2px; font-variant-numeric: tabular-nums }
    th { font-weight: normal; color: var(--dim); text-align: right; padding: 0 8px 0 0 } th:first-child { text-align: left }
    td { text-align: right; padding: 0 8px 0 0 }
    .none { padding: 24px 16px; color: var(--dim) }
  `]
  #timer: ReturnType<typeof setInterval> | undefined

  protected override topics(): readonly Topic[] { return ['streams', 'instruments', 'connection'] }

  override connectedCallback(): void {
    super.connectedCallback()
    this.#timer = setInterval(() => this.requestUpdate(), 1000)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    clearInterval(this.#timer)
  }

  protected override render(): TemplateResult {
    const streams = [...this.state.streams.values()].sort((a, b) => a.run.localeCompare(b.run) || a.instrument.localeCompare(b.instrument))
    const roles = roleTable(this.state.status?.roles ?? [])
    if (streams.length === 0) return html`${roles}<p class="none">No telemetry yet. Drop a FITS file on this page, or start the simulated mission.</p>`
    return html`${roles}${streams.map((s) => this.#stream(s))}`
  }

  #stream(s: StreamHealth): TemplateResult {
    const name = this.state.instruments.find((d) => d.id === s.instrument)?.name ?? s.instrument
    const silent = silence(this.state, s.instrument, s.run, performance.now())
    const { ledger } = s
    const troubled = ledger.undecodable > 0 || ledger.gaps > 0
    const mean = s.groups.reduce((sum, g) => sum + g.rate, 0) / Math.max(1, s.groups.length)
    return html`<section class=${silent === null ? '' : 'stale'}>
      <header><h3>${name} <span class="dim">${s.run}</span> ${s.simulated ? html`<span class="simulated">◆ simulated</span>` : nothing}</h3>
        <span class=${silent !== null || s.ended ? 'warn' : 'ok'}>${s.ended ? 'ended' : silent === null ? 'flowing' : `silent for ${durationText(silent)}`}</span></header>
      <dl>
        <dt>data from</dt><dd>${s.start === null ? '–' : utcText(s.start)}</dd><dt>to</dt><dd>${s.watermark === null ? '–' : utcText(s.watermark)}</dd>
        <dt>events</dt><dd>${countText(s.events)}</dd><dt>latency</dt><dd>${s.latency === null ? '–' : `${s.latency.toFixed(2)} s`}</dd>
        <dt>gaps</dt><dd class=${ledger.gaps ? 'warn' : ''}>${ledger.gaps}</dd><dt>duplicates</dt><dd>${ledger.duplicates}</dd>
        <dt>late</dt><dd>${ledger.late}</dd><dt>too late</dt><dd class=${ledger.tooLate ? 'warn' : ''}>${ledger.tooLate ?? 0}</dd><dt>undecodable</dt><dd class=${ledger.undecodable ? 'bad' : ''}>${ledger.undecodable}</dd>
        <dt>out of band</dt><dd>${countText(ledger.outOfBand)}</dd><dt>pointing</dt><dd>${s.pointing ? `${s.pointing.ra.toFixed(1)} ${s.pointing.dec.toFixed(1)}${s.pointing.inSaa ? ', in the SAA' : ''}` : '–'}</dd>
      </dl>
      ${troubled && s.gaps.length ? html`<div class="dim">last gap ${utcText(s.gaps.at(-1)!.start)}, ${durationText(s.gaps.at(-1)!.stop - s.gaps.at(-1)!.start)}${s.gaps.at(-1)!.group ? ` in ${s.gaps.at(-1)!.group}` : ''}</div>` : nothing}
      ${stageTable(s.stages)}${packetTable(s.packets)}
      <div class="rates">${s.groups.map((g) => html`<div class="rate ${mean > 10 && g.rate < mean / 10 ? 'low' : ''}">${rate(g.rate)}<span>${g.id} /s</span></div>`)}</div></section>`
  }
}

/** Roles that run as processes of their own; of those that are gone only who has said no farewell. */
function roleTable(roles: readonly RoleStatus[]): TemplateResult | typeof nothing {
  const shown = roles.filter((role) => role.state !== 'stopped')
  if (shown.length === 0) return nothing
  const well = (role: RoleStatus): boolean => role.alive && role.state === 'running'
  return html`<section class="roles"><h3>Roles</h3><table aria-label="Roles">
    <tr><th scope="col">role</th><th scope="col">state</th><th scope="col">lag</th><th scope="col">heard</th></tr>
    ${shown.map((role) => html`<tr><th scope="row">${role.role} ${role.id}</th><td class=${well(role) ? '' : 'warn'}>${role.alive ? role.state : 'gone'}</td><td>${countText(role.lag)}</td><td>${durationText(Math.round(role.age))} ago</td></tr>`)}</table>
    ${shown.filter((role) => role.alive).map(({ role, id, reason, curves }) => html`${reason ? html`<div class="warn">${role} ${id}: ${reason}</div>` : nothing}
      ${curves ? html`<div class="warn">${role} ${id}: ${bytesText(curves.bytes)} of light curves wait on disk, and none has arrived for ${durationText(Math.round(curves.stuck))}${curves.reason ? `: ${curves.reason}` : ''}</div>` : nothing}`)}</section>`
}

/** Percentiles of each stage; a clock that is ahead is said. */
function stageTable(stages: readonly StageLatency[]): TemplateResult | typeof nothing {
  if (stages.length === 0) return nothing
  const off = stages.filter((stage) => stage.ahead >= LEAST_SKEW)
  return html`<table class="stages" aria-label="Latency of each stage, last ten minutes">
    <tr><th scope="col">latency</th><th scope="col">p50</th><th scope="col">p90</th><th scope="col">p99</th><th scope="col">blocks</th></tr>
    ${stages.map(({ stage, recent, past }) => html`<tr><th scope="row">${stage}</th>${recent
      ? html`<td>${percentile(recent.p50)}</td><td>${percentile(recent.p90)}</td><td>${percentile(recent.p99)}</td><td>${countText(recent.blocks)}</td>`
      : html`<td colspan="4" class="dim">${past > 0 ? `${countText(past)} blocks of the past, not measured` : 'nothing lately'}</td>`}</tr>`)}</table>
    ${off.map(({ stage, ahead }) => html`<div class="warn">clocks disagree by ${durationText(ahead)} or more: ${stage} ended before it began</div>`)}`
}

/** The ledger of each APID of space packets. */
function packetTable(packets: readonly PacketCounts[]): TemplateResult | typeof nothing {
  if (packets.length === 0) return nothing
  return html`<table class="packets" aria-label="Space packets">
    <tr><th scope="col">APID</th><th scope="col">packets</th><th scope="col">missing</th><th scope="col">gaps</th><th scope="col">repeated</th><th scope="col" title="found again behind garbage">resync</th><th scope="col">wraps</th></tr>
    ${packets.map((p) => html`<tr><th scope="row">${p.apid}</th><td>${countText(p.received)}</td><td class=${p.skipped > p.filled ? 'warn' : ''}>${countText(p.skipped - p.filled)}</td><td>${countText(p.gaps)}</td>
      <td>${countText(p.repeated)}</td><td>${countText(p.resynchronised)}</td><td>${countText(p.wraps)}</td></tr>`)}</table>`
}

/** Disagreements of clocks below this are those of any two machines [s]. */
const LEAST_SKEW = 0.1

/** Two digits: buckets tell no more. */
const percentile = (s: number): string => durationText(Number(s.toPrecision(2)))

const rate = (v: number): string => (v >= 100 ? v.toFixed(0) : v.toPrecision(3))

customElements.define('health-panel', HealthPanel)
