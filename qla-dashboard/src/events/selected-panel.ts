import { css, html, nothing, type TemplateResult } from 'lit'
import type { Candidate } from '@heavens/schemas'
import { baseStyle } from '../app/base-style.js'
import { Panel } from '../app/panel.js'
import type { Topic } from '../state/console-state.js'
import { requestOfCandidate, requestOfInterval, requestOfPosition } from '../state/actions.js'
import { currentRun, newestTime } from '../state/current-run.js'
import { countText, durationText } from '../state/formats.js'
import { axisRange } from '../curves/time-axis.js'
import { readOut } from '../sky/read-out.js'
import { className, farText } from './describe-event.js'
import './copyable.js'

/** What is selected — an event, a position, an interval — in facts and words, and the way to its analysis. */
export class SelectedPanel extends Panel {
  static override styles = [baseStyle, css`
    :host { display: block; overflow-y: auto; border-top: 1px solid var(--rule); padding-bottom: 8px }
    .bar { display: flex; align-items: center; gap: 8px; padding: 2px 12px; min-height: 32px }
    .grow { flex: 1 }
    h3 { margin: 0 12px 4px; font-size: 15px; font-weight: 600 }
    dl { display: grid; grid-template-columns: auto 1fr; gap: 2px 12px; margin: 0; padding: 0 12px }
    dt { color: var(--dim) }
    dd { margin: 0; min-width: 0; overflow-wrap: anywhere }
    ul { margin: 8px 12px; padding-left: 16px }
    .actions { display: flex; flex-wrap: wrap; gap: 8px; padding: 8px 12px 4px }
    p { margin: 4px 12px; color: var(--dim) }
    .badge { color: var(--simulated) }
  `]

  protected override topics(): readonly Topic[] { return ['selection', 'candidates', 'image', 'catalogue', 'instruments', 'view'] }

  protected override render(): TemplateResult {
    const { selection } = this.state
    const body = selection === null ? html`<p>Click the sky or an event, or drag on a curve.</p>`
      : selection.kind === 'candidate' ? this.#candidate(selection.id)
      : selection.kind === 'interval' ? this.#interval(selection.start, selection.stop)
      : this.#position(selection.ra, selection.dec, selection.name)
    return html`<div class="bar"><h2>Selected</h2><span class="grow"></span>${selection ? html`<button class="plain" aria-label="Select nothing" @click=${() => this.actions.clearSelection()}>✕</button>` : nothing}</div>${body}`
  }

  #candidate(id: string): TemplateResult {
    const c = this.state.candidates.get(id)
    if (!c) return html`<p>This event is no longer held.</p>`
    const d = this.state.instruments.find((i) => i.id === c.instrument)
    const position = c.ra !== undefined && c.dec !== undefined ? { ra: c.ra, dec: c.dec } : null
    return html`<h3>${className(c)} ${c.simulated ? html`<span class="badge">◆ simulated</span>` : nothing}</h3>
      <dl>
        <dt>instrument</dt><dd>${d?.name ?? c.instrument}${c.groups.length ? html` <span class="dim">${c.groups.join(' ')}</span>` : nothing}</dd>
        <dt>begins</dt><dd><copyable-value .time=${c.time}></copyable-value></dd>
        <dt>lasts</dt><dd>${durationText(c.stop - c.start)}${c.state === 'open' ? ' and grows' : ''}</dd>
        <dt>significance</dt><dd>${c.significance.toFixed(1)} σ in ${durationText(c.timescale)}, ${d?.bands.find((b) => b.id === c.band)?.label ?? c.band}</dd>
        ${c.counts === undefined ? nothing : html`<dt>counts</dt><dd>${countText(c.counts)}${c.background === undefined ? '' : ` where ${countText(c.background)} were expected`}</dd>`}
        ${c.far === undefined ? nothing : html`<dt>by chance</dt><dd>${farText(c.far)}</dd>`}
        ${position ? html`<dt>position</dt><dd><copyable-value .ra=${position.ra} .dec=${position.dec}></copyable-value>${c.radius ? ` ± ${c.radius.toPrecision(2)}°` : ''}</dd>` : html`<dt>position</dt><dd class="dim">not known from this instrument</dd>`}
        <dt>version</dt><dd>${c.revision} <span class="dim mono">${c.id}</span></dd>
      </dl>
      ${c.reasons.length ? html`<ul>${c.reasons.map((r) => html`<li>${r}</li>`)}</ul>` : nothing}
      <div class="actions"><button class="primary" @click=${() => this.actions.analyse(requestOfCandidate(c))}>Analyse</button>${this.#zoomButton(c)}</div>`
  }

  #zoomButton(c: Candidate): TemplateResult {
    return html`<button @click=${() => this.actions.showInterval(c.start - 1, Math.max(c.stop, c.start + 2) + 1)}>Zoom curves</button>`
  }

  #interval(start: number, stop: number): TemplateResult {
    return html`<h3>Interval of ${durationText(stop - start)}</h3>
      <dl><dt>from</dt><dd><copyable-value .time=${start}></copyable-value></dd><dt>to</dt><dd><copyable-value .time=${stop}></copyable-value></dd></dl>
      <div class="actions"><button class="primary" @click=${() => this.actions.analyse(requestOfInterval(start, stop, currentRun(this.state)))}>Analyse this interval</button>
        <button @click=${() => this.actions.showInterval(start, stop)}>Zoom curves</button></div>`
  }

  #position(ra: number, dec: number, name?: string): TemplateResult {
    const read = readOut(this.state, ra, dec, null)
    const near = read.nearest
    const span = this.#span()
    return html`<h3>${name ?? 'Position'}</h3>
      <dl>
        <dt>position</dt><dd><copyable-value .ra=${ra} .dec=${dec}></copyable-value></dd>
        ${near ? html`<dt>nearest</dt><dd>${near.source.name} <span class="dim">${near.source.type}, ${near.distance < 0.05 ? 'here' : `${near.distance.toFixed(near.distance < 10 ? 1 : 0)}° away`}</span></dd>` : nothing}
        ${read.counts === null ? nothing : html`<dt>map</dt><dd>${read.exposed === false && !read.counts ? 'not exposed' : html`${Number(read.counts.toFixed(1))} counts${read.significance === null ? '' : `, ${read.significance.toFixed(1)} σ`} in this pixel`}</dd>`}
      </dl>
      <div class="actions"><button class="primary" id="analyse-here" ?disabled=${!span} @click=${() => span && this.actions.analyse({ ...requestOfPosition(ra, dec, span.start, span.stop, span.run, name), ...(span.instrument ? { instruments: [{ id: span.instrument }] } : {}) })}>Analyse here</button></div>
      <p>${span ? span.says : 'Times can be chosen when telemetry has arrived.'}</p>`
  }

  /** The data that an analysis of a position begins with: those of the map, else what the curves show. */
  #span(): { start: number; stop: number; run: string | null; instrument: string | null; says: string } | null {
    const { map } = this.state
    if (map) {
      const { instrument, run, start, stop } = map.image
      return { start, stop, run, instrument, says: `with ${this.state.instruments.find((d) => d.id === instrument)?.name ?? instrument}, over the ${durationText(stop - start)} of the map` }
    }
    const now = newestTime(this.state)
    return now === null ? null : { ...axisRange(this.state.view, now), run: currentRun(this.state), instrument: null, says: `over the ${durationText(this.state.view.span)} that the curves show` }
  }
}

customElements.define('selected-panel', SelectedPanel)
