import { css, html, nothing, svg, type TemplateResult } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import type { Candidate } from '@heavens/schemas'
import { baseStyle } from '../app/base-style.js'
import { Panel } from '../app/panel.js'
import type { Topic } from '../state/console-state.js'
import { utcText } from '../state/formats.js'
import { className, farText } from './describe-event.js'
import { sparklinePath } from './sparkline.js'

/** The newest first; those of the run that is looked at and of the others, as each says. */
export function sortedEvents(candidates: Iterable<Candidate>): Candidate[] {
  return [...candidates].sort((a, b) => b.time - a.time)
}

/** Events: what was flagged, newest on top. A list that is being read does not move: a pill says how many came. */
export class EventList extends Panel {
  static override styles = [baseStyle, css`
    :host { display: grid; grid-template-rows: auto 1fr; overflow: hidden; position: relative; container-type: inline-size }
    .bar { display: flex; align-items: center; gap: 8px; padding: 2px 12px; min-height: 32px; border-bottom: 1px solid var(--rule) }
    .grow { flex: 1 }
    ol { list-style: none; margin: 0; padding: 0; overflow-y: auto; overflow-anchor: none }
    li { border-bottom: 1px solid var(--rule) }
    li > button { all: unset; box-sizing: border-box; display: grid; grid-template-columns: 72px 1fr auto; gap: 0 10px; width: 100%; padding: 6px 12px; cursor: pointer; align-items: center; border-left: 2px solid transparent }
    li > button:hover { background: var(--raised) }
    li > button:focus-visible { outline: 2px solid var(--accent); outline-offset: -2px }
    li.chosen > button { background: var(--raised); border-left-color: var(--accent) }
    li.fresh > button { border-left-color: var(--new) }
    li.fresh { animation: arrive 4s ease-out }
    li.retracted { opacity: .6 }
    li.retracted .sigma { text-decoration: line-through }
    @keyframes arrive { from { background: color-mix(in srgb, var(--new) 26%, transparent) } to { background: transparent } }
    .spark { width: 72px; height: 30px; display: block }
    .spark path { fill: none; stroke: var(--accent); stroke-width: 1 }
    .spark text { fill: var(--faint); font-size: 10px }
    .what { min-width: 0 }
    .what > div { white-space: nowrap; overflow: hidden; text-overflow: ellipsis }
    .first { font-weight: 600 }
    .small { color: var(--dim); font-size: 12px }
    .right { text-align: right; white-space: nowrap }
    .sigma { font-size: 15px; font-weight: 600 }
    .badge { color: var(--simulated); font-size: 12px }
    @container (max-width: 340px) { .badge .word { display: none } }
    .new { color: var(--new); font-size: 12px; font-weight: 600 }
    .pill { position: absolute; top: 40px; left: 50%; transform: translateX(-50%); background: var(--new); border-color: var(--new); color: var(--ground); border-radius: 12px; font-weight: 600; z-index: 2 }
    .none { padding: 24px 16px; color: var(--dim); text-align: center }
  `]
  static override properties = { ...Panel.properties, held: { state: true } }
  /** ids that came while the list was scrolled and are not shown yet */
  declare held: Set<string>
  #scrolled = false

  constructor() {
    super()
    this.held = new Set()
  }

  protected override topics(): readonly Topic[] { return ['candidates', 'view', 'instruments', 'connection'] }

  #onScroll(event: Event): void {
    const scrolled = (event.target as HTMLElement).scrollTop > 8
    if (scrolled && !this.#scrolled) this.held = new Set()
    this.#scrolled = scrolled
    if (!scrolled) this.held = new Set()
  }

  #shown = new Set<string>()

  /** The events to show; those that came since the list was scrolled wait. */
  #events(): Candidate[] {
    const all = sortedEvents(this.state.candidates.values())
    if (!this.#scrolled) {
      this.#shown = new Set(all.map((c) => c.id))
      this.held.clear()
      return all
    }
    this.held = new Set(all.filter((c) => !this.#shown.has(c.id)).map((c) => c.id))
    return all.filter((c) => this.#shown.has(c.id))
  }

  #showNew(): void {
    this.#scrolled = false
    const list = this.renderRoot.querySelector('ol')
    list?.scrollTo({ top: 0 })
    this.requestUpdate()
  }

  protected override render(): TemplateResult {
    const events = this.#events()
    const waiting = this.held.size
    return html`<div class="bar"><h2>Events</h2><span class="dim">${events.length || ''}</span><span class="grow"></span>
        <span class="dim" title="Previous and next event">P · N</span></div>
      ${waiting ? html`<button class="pill" @click=${() => this.#showNew()}>${waiting} new ↑</button>` : nothing}
      <ol @scroll=${(e: Event) => this.#onScroll(e)} tabindex="-1" aria-label="Events, newest first">
        ${events.length === 0 ? html`<li class="none">${this.state.connection.phase === 'connecting' ? 'Connecting…' : html`Nothing has been flagged yet.<br>What rises above its background appears here.`}</li>` : nothing}
        ${repeat(events, (c) => c.id, (c) => this.#event(c))}
      </ol>`
  }

  /** The time of today's events, the date of older ones too. */
  #time(t: number): string {
    const text = `${utcText(t)} UTC`
    const { clockOffset } = this.state
    const today = clockOffset === null ? '' : utcText(performance.now() / 1000 + clockOffset).slice(0, 10)
    return text.startsWith(today) && today ? text.slice(11) : text
  }

  #event(c: Candidate): TemplateResult {
    const fresh = this.state.fresh.has(c.id)
    const instrument = this.state.instruments.find((d) => d.id === c.instrument)
    const time = this.#time(c.time)
    return html`<li class="${fresh ? 'fresh' : ''} ${c.state} ${this.state.view.candidate === c.id ? 'chosen' : ''}"><button data-event=${c.id} aria-current=${this.state.view.candidate === c.id ? 'true' : 'false'} @click=${() => this.actions.selectCandidate(c.id)}>
      ${svg`<svg class="spark" viewBox="0 0 72 30" aria-hidden="true">${c.sparkline?.counts.length ? svg`<path d=${sparklinePath(c.sparkline.counts, 72, 30)} />` : svg`<text x="0" y="19">no curve</text>`}</svg>`}
      <div class="what"><div class="first">${className(c)} ${c.simulated ? html`<span class="badge" title="Simulated telemetry">◆<span class="word"> simulated</span></span>` : nothing}</div>
        <div class="small">${instrument?.name ?? c.instrument}${c.groups.length && instrument && instrument.groups.length > 1 ? ` · ${groupsText(c.groups)}` : ''}</div>
        <div class="small">${time}</div></div>
      <div class="right"><div class="sigma">${c.significance.toFixed(1)} σ</div><div class="small">${c.far === undefined ? '' : farText(c.far)}</div>${fresh ? html`<div class="new">new</div>` : c.state === 'open' ? html`<div class="small">growing</div>` : nothing}</div>
    </button></li>`
  }
}

/** Groups in one short text. */
export function groupsText(groups: readonly string[]): string {
  return groups.length <= 4 ? groups.join(' ') : `${groups.slice(0, 3).join(' ')} +${groups.length - 3}`
}

customElements.define('event-list', EventList)
