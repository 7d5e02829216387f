import { css, html, nothing, type TemplateResult } from 'lit'
import { mjdTtFromTt } from '@heavens/science/time'
import { baseStyle } from './base-style.js'
import { Panel } from './panel.js'
import type { Topic } from '../state/console-state.js'
import { currentStreams, newestTime } from '../state/current-run.js'
import { durationText, utcText } from '../state/formats.js'

/** Data later than this are not called live [s]. */
const BEHIND = 20

/** Name, clock, state of the connection and of the data; nothing here moves but figures. */
export class TopBar extends Panel {
  static override styles = [baseStyle, css`
    :host { display: flex; align-items: center; gap: 4px 16px; padding: 0 12px; min-height: 36px; border-bottom: 1px solid var(--rule); white-space: nowrap; overflow: hidden }
    h1 { margin: 0; font-size: 13px; font-weight: 600; letter-spacing: .12em }
    .clock { font-size: 14px }
    .state { font-weight: 600 }
    .live { color: var(--live) } .replay { color: var(--accent) } .idle { color: var(--dim) } .simulated { color: var(--simulated); font-weight: 600 } .down { color: var(--danger); font-weight: 600 } .wait { color: var(--new); font-weight: 600 }
    .grow { flex: 1 }
    .tools { display: flex; gap: 4px }
    @media (max-width: 1100px) { .mjd { display: none } :host { gap: 4px 12px } .long { display: none } }
    @media (max-width: 600px) { :host { flex-wrap: wrap; padding: 4px 12px; white-space: normal } .clock { font-size: 13px } .tools { margin-left: auto } .grow, .numbers { display: none } }
  `]
  #timer: ReturnType<typeof setInterval> | undefined

  protected override topics(): readonly Topic[] { return ['connection', 'clock', 'streams', 'view', 'theme'] }

  override connectedCallback(): void {
    super.connectedCallback()
    this.#timer = setInterval(() => this.requestUpdate(), 250)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    clearInterval(this.#timer)
  }

  protected override render(): TemplateResult {
    const { clockOffset, status, lost } = this.state
    const replay = status?.mode === 'replay'
    const data = newestTime(this.state)
    const server = clockOffset === null ? null : performance.now() / 1000 + clockOffset
    // In a replay the time of the data is the time of the picture.
    const t = replay && data !== null ? data : server
    // Photons and pictures are thinned on purpose, so that a screen can follow; what is lost of the rest is a loss.
    const [dropped, thinned] = [false, true].map((byDesign) => [...lost].filter(([channel]) => (channel === 'photons' || channel === 'images') === byDesign).reduce((sum, [, n]) => sum + n, 0))
    const latency = currentStreams(this.state).map((s) => s.latency).filter((l) => l !== null)
    return html`<h1>HEAVENS</h1>
      <span class="clock">${t === null ? html`<span class="dim">no time yet</span>` : html`${utcText(t)} <span class="dim">UTC</span><span class="mjd"> <span class="dim">·</span> MJD ${mjdTtFromTt(t).toFixed(4)} <span class="dim">TT</span></span>`}</span>
      ${this.#connection()}
      ${status && this.state.connection.phase === 'live' ? this.#mode(status.mode, status.speed) : nothing}
      ${this.#simulated() ? html`<span class="simulated" title="The photons on this page are computed, not observed">◆ SIMULATED <span class="long">telemetry</span></span>` : nothing}
      <span class="grow"></span>
      <span class="numbers dim" title=${`Latency: seconds from observation to processing. Lost: messages of curves, events and jobs that were merged or did not come. Beside that ${thinned} photons and maps were left out of the picture, not of the data.`}>
        latency ${latency.length ? `${Math.max(...latency).toFixed(1)} s` : '–'} · lost ${dropped}</span>
      <span class="tools">
        <button class="plain" title="Request an analysis (R)" @click=${() => this.actions.openDrawer('request')}>Request</button>
        <button class="plain" title="Analyses (J)" @click=${() => this.actions.openDrawer('jobs')}>Jobs</button>
        <button class="plain" title="Health of the streams (H)" @click=${() => this.actions.openDrawer('health')}>Health</button>
        <button class="plain" aria-label="Dark or light" title="Dark or light (T)" @click=${() => this.actions.toggleTheme()}>${document.documentElement.dataset['theme'] === 'light' ? '☀' : '☾'}</button>
        <button class="plain" aria-label="Help: keys" title="Keys (?)" @click=${() => this.dispatchEvent(new CustomEvent('help', { bubbles: true, composed: true }))}>?</button></span>`
  }

  #simulated(): boolean {
    const streams = currentStreams(this.state)
    return streams.length ? streams.some((s) => s.simulated) : this.state.simulated
  }

  #connection(): TemplateResult | typeof nothing {
    const { phase, since, retryAt } = this.state.connection
    if (phase === 'connecting') return html`<span class="wait" role="status">○ connecting</span>`
    if (phase === 'disconnected') {
      const left = retryAt === null ? 0 : Math.max(0, Math.ceil((retryAt - performance.now()) / 1000))
      return html`<span class="down" role="status">✕ disconnected for ${Math.round((performance.now() - since) / 1000)} s${left ? `, again in ${left} s` : ''}</span>`
    }
    return nothing
  }

  #mode(mode: string, speed: number | null): TemplateResult {
    if (mode === 'replay') return html`<span class="state replay">▶ REPLAY${speed && speed > 1 ? ` ×${speed}` : ''}</span>`
    const behind = Math.max(0, ...currentStreams(this.state).map((s) => s.latency ?? 0))
    if (mode === 'live' && behind > BEHIND) return html`<span class="state wait">◌ CATCHING UP, ${durationText(behind)} behind</span>`
    return mode === 'idle' ? html`<span class="state idle">○ IDLE</span>` : html`<span class="state live">● LIVE</span>`
  }
}

customElements.define('top-bar', TopBar)
