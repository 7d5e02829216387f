import { html, nothing, unsafeCSS, type TemplateResult } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import uplotCss from 'uplot/dist/uPlot.min.css?inline'
import { baseStyle } from '../app/base-style.js'
import { Panel } from '../app/panel.js'
import type { Topic } from '../state/console-state.js'
import { currentRun, currentStreams, newestTime, runsOf, silence } from '../state/current-run.js'
import { durationText, utcText } from '../state/formats.js'
import { requestOfInterval } from '../state/actions.js'
import { type CurvePlot, createCurvePlot } from './curve-plot.js'
import { type CurveCache, type Row, type RowChoice, rowKey, rowsOf } from './curve-rows.js'
import { curvesStyle } from './curves-style.js'
import { plotColours } from './plot-colours.js'
import type { Bins } from './series-buffer.js'
import { stepsOf } from './steps.js'
import { axisRange, follow, panAxis, zoomAxis } from './time-axis.js'

const SPANS = [60, 300, 1800, 7200, 86_400] as const
/** Pictures a second of a moving axis. */
const RATE = 12

interface Drawn { plot: CurvePlot; element: HTMLElement; key: string }

/** Light curves of the instruments, one row each, on one time axis that moves with the data or rests on the past. */
export class CurvesPanel extends Panel {
  static override styles = [baseStyle, unsafeCSS(uplotCss), curvesStyle]
  static override properties = { ...Panel.properties, cache: { attribute: false } }
  declare cache: CurveCache
  #choices = new Map<string, RowChoice>()
  #plots = new Map<string, Drawn>()
  #shown: number | null = null
  #lastFollow = 0
  #lastDraw = 0
  #frame = 0
  #dirty = true
  #cursor: number | null = null
  #subscribed = new Set<string>()
  #resize = new ResizeObserver(() => { this.#dirty = true })

  protected override topics(): readonly Topic[] { return ['streams', 'view', 'curves', 'candidates', 'instruments', 'theme', 'selection', 'connection'] }

  protected override changed(): void {
    this.#dirty = true
    this.requestUpdate()
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.#resize.observe(this)
    const tick = (now: number): void => {
      this.#frame = requestAnimationFrame(tick)
      this.#draw(now)
    }
    this.#frame = requestAnimationFrame(tick)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    cancelAnimationFrame(this.#frame)
    this.#resize.disconnect()
    this.#dropPlots()
  }

  #dropPlots(): void {
    for (const { plot } of this.#plots.values()) plot.destroy()
    this.#plots.clear()
    this.#dirty = true
  }

  #rows(): Row[] { return rowsOf(currentStreams(this.state), this.state.instruments, this.#choices, this.state.view.span) }

  #now(): number | null { return this.#shown ?? newestTime(this.state) }

  protected override updated(): void {
    const rows = this.#rows()
    const wanted = new Set<string>()
    for (const row of rows) {
      const name = `curve ${row.stream.instrument}`
      wanted.add(name)
      this.actions.subscribe(name, { channel: 'curves', filter: { instrument: row.stream.instrument, run: row.stream.run, group: row.group, band: row.band, width: row.width } })
    }
    for (const name of this.#subscribed) if (!wanted.has(name)) this.actions.subscribe(name, null)
    this.#subscribed = wanted
  }

  #checkedAt = 0

  #draw(now: number): void {
    // Silence is nothing that comes: it is looked for once a second.
    if (now - this.#checkedAt > 1000) {
      this.#checkedAt = now
      if (currentStreams(this.state).some((s) => silence(this.state, s.instrument, s.run, now) !== null)) this.requestUpdate()
    }
    const { view } = this.state
    const newest = newestTime(this.state)
    if (newest === null || this.clientWidth === 0) return
    const before = this.#shown
    this.#shown = follow(this.#shown, newest, view.span, (now - this.#lastFollow) / 1000)
    this.#lastFollow = now
    const pixel = view.span / Math.max(1, this.clientWidth)
    const moved = view.live && (before === null || Math.abs(this.#shown - before) > 0) && Math.abs(newest - (before ?? 0)) > pixel / 4
    if (!(this.#dirty || moved) || now - this.#lastDraw < 1000 / RATE) return
    this.#dirty = false
    this.#lastDraw = now
    this.#drawRows()
  }

  #drawRows(): void {
    const rows = this.#rows()
    const range = axisRange(this.state.view, this.#shown!)
    const candidates = [...this.state.candidates.values()].filter((c) => c.run === currentRun(this.state))
    const present = new Set<string>()
    for (const [i, row] of rows.entries()) {
      const id = row.stream.instrument
      const element = this.renderRoot.querySelector<HTMLElement>(`[data-row="${CSS.escape(id)}"]`)
      if (!element || element.clientWidth < 40) continue
      present.add(id)
      const last = i === rows.length - 1
      // uPlot keeps the colours it was made with: a new theme needs a new plot.
      const made = `${last} ${document.documentElement.dataset['theme']}`
      let drawn = this.#plots.get(id)
      if (drawn && (drawn.element !== element || drawn.key !== made)) {
        drawn.plot.destroy()
        drawn = undefined
      }
      if (!drawn) {
        drawn = { element, key: made, plot: createCurvePlot({
          element, width: element.clientWidth, height: element.clientHeight, axis: last, sync: 'heavens', colours: plotColours(this),
          brushed: (start, stop) => this.actions.selectInterval(start, stop), hovered: (t) => { this.#cursor = t; this.requestUpdate() },
        }) }
        this.#plots.set(id, drawn)
      }
      drawn.plot.resize(element.clientWidth, element.clientHeight)
      const key = rowKey(row)
      this.cache.need(row, range.start, range.stop, this.state.view.live, () => { this.#dirty = true }, (error) => this.#failed(row, error))
      const bins = this.cache.get(key)
      const { stream } = row
      const steps = bins
        ? stepsOf(bins, range.start, range.stop, { sparse: row.descriptor.curves.sparse, known: [stream.start ?? -Infinity, closedUntil(this.cache.knownTo(key), bins)], seams: stream.gaps })
        : { x: [], rate: [], open: [], background: [], gaps: [], revised: [], largest: 0 }
      drawn.plot.update(steps, range, {
        candidates: candidates.filter((c) => c.instrument === id || c.time > range.start), brush: this.state.brush, binWidth: row.width,
        exposure: bins?.exposure[Math.max(0, bins.exposure.length - 2)] ?? 0,
      })
    }
    for (const [id, drawn] of this.#plots) if (!present.has(id)) { drawn.plot.destroy(); this.#plots.delete(id) }
  }

  #failed(row: Row, error: unknown): void {
    if (this.state.connection.phase === 'live') this.actions.notice({ kind: 'error', text: `The light curve of ${row.descriptor.name} cannot be read: ${(error as Error).message}` })
  }

  #choose(row: Row, change: RowChoice): void {
    this.#choices.set(row.stream.instrument, { ...this.#choices.get(row.stream.instrument), ...change })
    this.changed()
  }

  #wheel(event: WheelEvent): void {
    const now = this.#now()
    if (now === null) return
    event.preventDefault()
    const { view } = this.state
    if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) this.actions.setView(panAxis(view, now, ((event.deltaX || event.deltaY) / 800) * view.span))
    else this.actions.setView(zoomAxis(view, now, this.#cursor ?? now, Math.exp(Math.max(-80, Math.min(80, event.deltaY)) * 0.004)))
  }

  protected override render(): TemplateResult {
    const rows = this.#rows()
    return html`${this.#bar()}
      <div class="rows" @wheel=${{ handleEvent: (e: WheelEvent) => this.#wheel(e), passive: false }}>
        ${rows.length === 0 ? html`<canvas class="blank" width="8" height="8" aria-hidden="true"></canvas><p class="dim none">${this.state.connection.phase === 'connecting' ? 'Connecting…' : 'Light curves appear here as soon as telemetry arrives.'}</p>` : nothing}
        ${repeat(rows, (r) => r.stream.instrument, (r) => this.#row(r))}
      </div>`
  }

  #bar(): TemplateResult {
    const { view, brush } = this.state
    const now = this.#now()
    const runs = runsOf(this.state.streams.values())
    const range = now === null ? null : axisRange(view, now)
    const run = currentRun(this.state)
    return html`<div class="bar"><h2>Curves</h2>
      ${runs.length > 1 ? html`<label><span class="hidden-label">Run</span><select class="quiet" aria-label="Run" @change=${(e: Event) => this.actions.setView({ run: (e.target as HTMLSelectElement).value, live: true, stop: null })}>
        ${runs.map((r) => html`<option value=${r} ?selected=${r === run}>${runName(r)}</option>`)}</select></label>` : nothing}
      <span class="spans" role="group" aria-label="Length of the time axis">${SPANS.map((s) => html`<button class="plain" aria-pressed=${view.span === s ? 'true' : 'false'} @click=${() => this.actions.setView({ span: s })}>${durationText(s)}</button>`)}</span>
      <button class="plain" aria-label="Earlier" title="Earlier" @click=${() => now !== null && this.actions.setView(panAxis(view, now, -view.span / 2))}>◀</button>
      <button class="plain" aria-label="Later" title="Later" ?disabled=${view.live} @click=${() => now !== null && this.actions.setView(panAxis(view, now, view.span / 2))}>▶</button>
      <button class=${view.live ? 'on' : ''} aria-pressed=${view.live ? 'true' : 'false'} title="Follow the newest data (key L); space pauses" @click=${() => (view.live ? this.actions.pause() : this.actions.goLive())}>${view.live ? '● live' : '❚❚ paused'}</button>
      <span class="grow mono dim">${this.#cursor !== null ? `${utcText(this.#cursor, view.span < 60 ? 3 : 1)} UTC` : !view.live && range ? `${utcText(range.start)} – ${utcText(range.stop).slice(11)} UTC` : ''}</span>
      ${brush ? html`<span class="dim">${durationText(brush.stop - brush.start)}</span>
        <button class="plain" @click=${() => this.actions.showInterval(brush.start, brush.stop)}>zoom</button>
        <button class="primary" @click=${() => this.actions.analyse(requestOfInterval(brush.start, brush.stop, run))}>Analyse this interval</button>
        <button class="plain" aria-label="Forget the interval" @click=${() => this.actions.clearSelection()}>✕</button>` : html`<span class="dim hint">drag on a curve to take an interval</span>`}
    </div>`
  }

  #row(row: Row): TemplateResult {
    const { descriptor: d } = row
    const pick = (e: Event): string => (e.target as HTMLSelectElement).value
    const option = (value: string | number, label: string, chosen: boolean): TemplateResult => html`<option value=${value} ?selected=${chosen}>${label}</option>`
    const silent = silence(this.state, d.id, row.stream.run, performance.now())
    const auto = this.#choices.get(d.id)?.width === undefined
    return html`<section class="row ${silent === null ? '' : 'stale'}">
      <div class="name"><strong>${d.name}${silent === null ? '' : html` <span class="silent">silent ${durationText(silent)}</span>`}</strong>
        <select class="quiet" aria-label="Energy band of ${d.name}" @change=${(e: Event) => this.#choose(row, { band: pick(e) })}>${d.bands.map((b) => option(b.id, b.label, b.id === row.band))}</select>
        ${d.groups.length > 1 ? html`<select class="quiet" aria-label="Detectors of ${d.name}" @change=${(e: Event) => this.#choose(row, { group: pick(e) })}>${option('sum', 'all detectors', row.group === 'sum')}${d.groups.map((g) => option(g.id, g.label, g.id === row.group))}</select>` : nothing}
        <select class="quiet" aria-label="Bin width of ${d.name}" @change=${(e: Event) => this.#choose(row, { width: Number(pick(e)) || undefined })}>
          ${option('auto', `${durationText(row.width)} bins (auto)`, auto)}${d.curves.widths.map((w) => option(w, `${durationText(w)} bins`, !auto && w === row.width))}</select></div>
      <div class="plot" data-row=${d.id} role="img" aria-label="Light curve of ${d.name}"></div><span class="unit">${d.rateUnit ?? 'counts/s'}</span>${this.#elsewhere(row)}</section>`
  }

  /** Where the axis shows a time from which an instrument has nothing: when it has, and the way there. */
  #elsewhere({ stream: { start, watermark }, descriptor }: Row): TemplateResult | typeof nothing {
    const now = this.#now()
    if (now === null || start === null || watermark === null || !(watermark > start)) return nothing
    const shown = axisRange(this.state.view, now)
    if (watermark > shown.start && start < shown.stop) return nothing
    const margin = (watermark - start) / 20
    return html`<p class="elsewhere">${watermark <= shown.start ? '◀ ' : ''}data from ${utcText(start).slice(0, 16)} to ${utcText(watermark).slice(0, 16)} UTC${start >= shown.stop ? ' ▶' : ''}
      <button class="plain" aria-label="Show the data of ${descriptor.name}" @click=${() => this.actions.showInterval(start - margin, watermark + margin)}>show</button></p>`
  }
}

/** End of the last bin that no event can enter any more: an open bin without events is not yet known to be empty. */
function closedUntil(watermark: number | null, { width, phase }: Bins): number {
  return watermark === null ? -Infinity : Math.floor((watermark - phase) / width + 1e-6) * width + phase
}

function runName(run: string): string {
  return run === 'simulated' ? 'simulated mission' : run === 'main' ? 'telemetry' : run
}

customElements.define('curves-panel', CurvesPanel)
