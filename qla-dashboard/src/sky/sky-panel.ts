import { html, nothing, type PropertyValues, type TemplateResult } from 'lit'
import type { Candidate, InstrumentDescriptor } from '@heavens/schemas'
import { baseStyle } from '../app/base-style.js'
import { Panel } from '../app/panel.js'
import type { Photons, SkyMap, Topic } from '../state/console-state.js'
import { currentRun, currentStreams, silence } from '../state/current-run.js'
import { durationText } from '../state/formats.js'
import type { Plane } from '../state/view.js'
import { fromFrame, toFrame } from './frames.js'
import { type SkyGeometry, type SkyView, moveView, positionAt } from './geometry.js'
import { type SkyCanvas, createSkyCanvas } from './sky-canvas.js'
import { barGradient, barTicks } from './colour-bar.js'
import { chooseMap, type MapChoice } from './map-choice.js'
import { drawOverlay } from './draw-overlay.js'
import { createFlashes } from './flashes.js'
import { readOut } from './read-out.js'
import { seenSources } from './seen-sources.js'
import { type SkyGestures, listenToGestures } from './gestures.js'
import type { Scale } from './paint.js'
import { skyStyle } from './sky-style.js'

/** Photons of one message that are shown as flashes. */
const MOST_FLASHES = 24
const PLANES: readonly Plane[] = ['counts', 'significance', 'exposure']

/** The sky: map, sources, candidates and photons; moves and zooms, and a click selects a position. */
export class SkyPanel extends Panel {
  static override styles = [baseStyle, skyStyle]
  #sky: SkyCanvas | null = null
  #geometry: SkyGeometry | null = null
  #scale: Scale | null = null
  #flashes = createFlashes()
  #pointer: { x: number; y: number } | null = null
  #gestures: SkyGestures | null = null
  #settle: ReturnType<typeof setTimeout> | undefined
  #moving = false
  #wants = { map: true, flashes: true }
  #frame = 0
  #resize: ResizeObserver | null = null
  #subscribed = ''

  protected override topics(): readonly Topic[] { return ['image', 'photons', 'catalogue', 'candidates', 'streams', 'view', 'selection', 'theme', 'instruments'] }

  protected override changed(): void {
    this.#takePhotons()
    this.#want()
    this.requestUpdate()
  }

  protected override firstUpdated(): void {
    const canvas = this.#canvas('map')
    this.#sky = createSkyCanvas(canvas)
    this.#resize = new ResizeObserver(() => this.#want())
    this.#resize.observe(canvas)
    this.#gestures = listenToGestures(this.renderRoot.querySelector<HTMLElement>('.stage')!, {
      drag: (from, to) => this.#move(from, to, this.#view.zoom),
      zoom: (at, factor) => this.#move(at, at, this.#view.zoom * factor),
      click: (at) => this.#select(at),
      hover: (at) => { this.#pointer = at; this.requestUpdate() },
    })
    this.#want()
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#resize?.disconnect()
    this.#gestures?.stop()
    cancelAnimationFrame(this.#frame)
    this.#frame = 0
  }

  protected override updated(_changes: PropertyValues): void {
    this.#followMap()
  }

  get #view(): SkyView { return this.state.view }

  #canvas(id: string): HTMLCanvasElement { return this.renderRoot.querySelector<HTMLCanvasElement>(`#${id}`)! }

  #choice(): MapChoice | null { return chooseMap(this.state.view.image, currentRun(this.state), this.state.images, this.state.instruments, currentStreams(this.state).map((s) => s.instrument)) }

  /** Ask for the map that is shown, and for the photons of its run. */
  #followMap(): void {
    const choice = this.#choice()
    const key = JSON.stringify(choice && [choice.instrument, choice.run, choice.band, choice.window])
    if (key === this.#subscribed) return
    this.#subscribed = key
    if (this.state.map && choice && (this.state.map.image.instrument !== choice.instrument || this.state.map.image.run !== choice.run)) this.state.map = null
    this.actions.subscribe('map', choice && { channel: 'images', filter: { instrument: choice.instrument, run: choice.run, band: choice.band, window: choice.window } })
    this.actions.subscribe('photons', choice && { channel: 'photons', filter: { instrument: choice.instrument, run: choice.run } })
    this.#want()
  }

  #takePhotons(): void {
    const photons = this.state.photons.splice(0)
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) return
    const now = performance.now()
    // Photons come in bundles: spread over half a second they fall like rain, not like drums.
    // In a flood, as while history is caught up, a few stand for all: the map counts every one.
    for (const bundle of photons) for (let i = 0; i < bundle.ra.length; i += Math.max(1, bundle.ra.length / MOST_FLASHES)) this.#flash(bundle, Math.floor(i), now)
  }

  #flash(bundle: Photons, i: number, now: number): void {
    this.#flashes.add(bundle.ra[i]!, bundle.dec[i]!, bundle.energy[i] ?? 1, now + (500 * i) / bundle.ra.length)
  }

  #want(): void {
    this.#wants.map = true
    if (this.#sky && !this.#frame) this.#frame = requestAnimationFrame((now) => this.#draw(now))
  }

  #draw(now: number): void {
    this.#frame = 0
    if (!this.#sky || this.#canvas('map').clientWidth === 0) return
    const style = getComputedStyle(this)
    const colour = (name: string): string => style.getPropertyValue(name).trim()
    const theme = document.documentElement.dataset['theme'] === 'light' ? 'light' : 'dark'
    if (this.#wants.map) {
      this.#wants.map = false
      const { geometry, scale } = this.#sky.draw(this.#view, this.state.map, this.state.view.image.plane, theme, colour('--sky-outside'), colour('--no-exposure'), this.#moving, this.state.view.image.smooth)
      this.#geometry = geometry
      if (JSON.stringify([scale?.high, scale?.plane, theme]) !== JSON.stringify([this.#scale?.high, this.#scale?.plane, this.#theme])) this.requestUpdate()
      this.#scale = scale
      this.#theme = theme
      const { selection } = this.state
      drawOverlay(this.#fit('over'), geometry, {
        view: this.#view, catalogue: this.state.catalogue, seen: this.#seenNames(), candidates: this.#candidates(), streams: currentStreams(this.state), instruments: this.state.instruments,
        chosen: this.state.view.candidate, selected: selection?.kind === 'position' ? selection : null,
        colours: {
          line: theme === 'dark' ? 'rgb(160 171 189 / .16)' : 'rgb(70 80 99 / .28)', plane: theme === 'dark' ? 'rgb(160 171 189 / .5)' : 'rgb(70 80 99 / .7)', text: colour('--text'), dim: colour('--dim'),
          halo: theme === 'dark' ? 'rgb(11 14 20 / .8)' : 'rgb(251 251 249 / .85)', fresh: colour('--new'), accent: colour('--accent'), outline: colour('--rule-strong'),
        },
      })
    }
    if (this.#geometry && this.#flashes.draw(this.#fit('flash'), this.#geometry, now, theme === 'dark' ? '#e8fbff' : '#0b57a4')) this.#frame = requestAnimationFrame((t) => this.#draw(t))
  }

  #theme: 'dark' | 'light' = 'dark'
  #seen: { map: SkyMap | null; names: string[] } = { map: null, names: [] }

  /** Names of what stands out in the map, worked out once for each map. */
  #seenNames(): string[] {
    if (this.#seen.map !== this.state.map) this.#seen = { map: this.state.map, names: seenSources(this.state.map, this.state.catalogue) }
    return this.#seen.names
  }

  #candidates(): Candidate[] {
    const run = currentRun(this.state)
    return [...this.state.candidates.values()].filter((c) => c.run === run)
  }

  /** Context of a canvas as large as it is shown, in CSS pixels. */
  #fit(id: string): CanvasRenderingContext2D {
    const canvas = this.#canvas(id)
    const ratio = window.devicePixelRatio || 1
    const [w, h] = [Math.round(canvas.clientWidth * ratio), Math.round(canvas.clientHeight * ratio)]
    if (canvas.width !== w || canvas.height !== h) Object.assign(canvas, { width: w, height: h })
    const context = canvas.getContext('2d')!
    context.setTransform(ratio, 0, 0, ratio, 0, 0)
    return context
  }

  #move(from: readonly [number, number], to: readonly [number, number], zoom: number): void {
    const stage = this.#canvas('map')
    const { lon, lat, zoom: z } = moveView(this.#view, stage.clientWidth, stage.clientHeight, from, to, Math.max(1, Math.min(2000, zoom)))
    this.#moving = true
    clearTimeout(this.#settle)
    this.#settle = setTimeout(() => { this.#moving = false; this.#want() }, 140)
    this.actions.setView({ lon, lat, zoom: z })
  }

  #select(at: readonly [number, number]): void {
    const position = this.#geometry && positionAt(this.#geometry, at[0], at[1])
    if (!position || !this.#geometry) return
    const read = readOut(this.state, position.ra, position.dec, this.#geometry)
    if (read.candidate) this.actions.selectCandidate(read.candidate.id)
    else if (read.under) this.actions.selectPosition(read.under.ra, read.under.dec, read.under.name)
    else this.actions.selectPosition(position.ra, position.dec)
  }

  #onKey(event: KeyboardEvent): void {
    const [w, h] = [this.#canvas('map').clientWidth, this.#canvas('map').clientHeight]
    const centre = [w / 2, h / 2] as const
    const to: Record<string, readonly [number, number]> = { ArrowLeft: [w / 2 + 40, h / 2], ArrowRight: [w / 2 - 40, h / 2], ArrowUp: [w / 2, h / 2 + 40], ArrowDown: [w / 2, h / 2 - 40] }
    if (to[event.key]) this.#move(centre, to[event.key]!, this.#view.zoom)
    else if (event.key === '+' || event.key === '=') this.#move(centre, centre, this.#view.zoom * 1.4)
    else if (event.key === '-') this.#move(centre, centre, this.#view.zoom / 1.4)
    else if (event.key === '0') this.actions.setView({ zoom: 1, lon: 0, lat: 0 })
    else if (event.key === 'Enter') this.#select(centre)
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  toggleFrame(): void {
    const { frame, lon, lat } = this.#view
    const { ra, dec } = fromFrame(frame, lon, lat)
    const other = frame === 'galactic' ? 'icrs' : 'galactic'
    this.actions.setView(this.#view.zoom < 1.3 ? { frame: other, lon: 0, lat: 0 } : { frame: other, ...toFrame(other, ra, dec) })
  }

  protected override render(): TemplateResult {
    const choice = this.#choice()
    return html`
      ${this.#toolbar(choice)}
      <div class="stage" tabindex="0" role="application" aria-label="Sky map. Arrow keys move, plus and minus zoom, 0 shows the whole sky, Enter selects the centre."
        @keydown=${(e: KeyboardEvent) => this.#onKey(e)}>
        <canvas id="map"></canvas><canvas id="over"></canvas><canvas id="flash"></canvas>
        ${this.#empty(choice)}
      </div>
      ${this.#foot()}`
  }

  #toolbar(choice: MapChoice | null): TemplateResult {
    const { image, frame, zoom } = this.state.view
    const set = (change: Partial<typeof image>): void => this.actions.setView({ image: { ...image, ...change } })
    const chooser = (label: string, values: readonly string[], value: string, name: (id: string) => string, pick: (id: string) => void): TemplateResult => html`
      <label><span class="hidden-label">${label}</span><select class="quiet" aria-label=${label} @change=${(e: Event) => pick((e.target as HTMLSelectElement).value)}>
        ${values.map((id) => html`<option value=${id} ?selected=${id === value}>${name(id)}</option>`)}</select></label>`
    const d = this.state.instruments.find((i) => i.id === choice?.instrument)
    const frameName = frame === 'galactic' ? 'galactic' : 'equatorial'
    return html`<div class="bar"><h2>Sky</h2>
      ${choice === null ? nothing : html`
        ${chooser('Instrument of the sky map', choice.instruments, choice.instrument, (id) => this.state.instruments.find((i) => i.id === id)?.name ?? id, (instrument) => set({ instrument, band: null, window: null }))}
        ${chooser('Energy band of the sky map', choice.bands, choice.band, (id) => d?.bands.find((b) => b.id === id)?.label ?? (id === 'all' ? 'all energies' : id), (band) => set({ band }))}
        ${chooser('Time window of the sky map', choice.windows, choice.window, (id) => windowName(d, id), (window) => set({ window }))}`}
      ${choice === null ? nothing : html`<span class="planes" role="group" aria-label="What the map shows">${PLANES.map((p) => html`<button class="plain" aria-pressed=${image.plane === p ? 'true' : 'false'} @click=${() => set({ plane: p })}>${p}</button>`)}</span>`}
      ${choice !== null && image.plane === 'counts' ? html`<button class="plain" aria-pressed=${image.smooth ? 'true' : 'false'} title="Spread each photon over the pixels around it, for the eye only: the read-out tells the counts as they are" @click=${() => set({ smooth: !image.smooth })}>smooth</button>` : nothing}
      <span class="grow"></span>
      <button class="plain" title="Galactic or equatorial coordinates (key G)" @click=${() => this.toggleFrame()}>${frameName}</button>
      ${zoom > 1 ? html`<button class="plain" title="Show the whole sky (key 0, with the focus on the sky)" @click=${() => this.actions.setView({ zoom: 1, lon: 0, lat: 0 })}>whole sky</button>` : nothing}</div>`
  }

  #empty(choice: MapChoice | null): TemplateResult | typeof nothing {
    if (this.state.connection.phase === 'connecting' && this.state.map === null) return html`<div class="message"><p>Connecting…</p></div>`
    if (this.state.streams.size === 0 && this.state.connection.phase === 'live') return html`<div class="message"><p>No telemetry yet.<br>Drop a FITS file here, or start the simulated mission: <code>npm start</code></p></div>`
    if (choice === null && this.state.streams.size > 0) return html`<div class="message low"><p>The instruments of this run give no direction to each photon: there is no map of them.</p></div>`
    if (this.state.map && this.state.view.image.plane === 'exposure' && !this.state.map.exposure) return html`<div class="message low"><p>The exposure of this map is not known.</p></div>`
    if (this.state.map && this.state.view.image.plane === 'significance' && !this.state.map.significance) return html`<div class="message low"><p>Significance is not computed for this map.</p></div>`
    return nothing
  }

  #foot(): TemplateResult {
    const scale = this.#scale
    const at = this.#pointer && this.#geometry ? positionAt(this.#geometry, this.#pointer.x, this.#pointer.y) : null
    const read = at && this.#geometry ? readOut(this.state, at.ra, at.dec, this.#geometry) : null
    return html`<div class="foot"><span class="read mono">${read ? read.text : html`<span class="dim">${this.#caption()}</span>`}</span>
      ${scale && html`<span class="scale" aria-label="Colour scale, ${scale.unit}"><span class="ramp" style="background:${barGradient(scale, this.#theme)}"></span>
        ${barTicks(scale).map((t) => html`<span class="tick" style="left:${scale.plane === 'significance' ? 4 + 92 * t.at : 100 * t.at}%">${tickText(t.value)}</span>`)}<span class="unit">${scale.unit}</span></span>`}
    </div>`
  }

  #caption(): string {
    const image = this.state.map?.image
    if (!image) return ''
    const silent = silence(this.state, image.instrument, image.run, performance.now())
    return `${Math.round(image.counts).toLocaleString('en')} photons in ${durationText(image.stop - image.start)}, nside ${image.nside}${silent === null ? '' : ` · silent for ${durationText(silent)}`}`
  }
}

/** A window without a length is the whole run. */
function windowName(d: InstrumentDescriptor | undefined, id: string): string {
  const window = d?.images?.windows.find((w) => w.id === id)
  return window === undefined ? id : window.seconds === null ? 'whole run' : `last ${window.label}`
}

function tickText(v: number): string {
  const text = Math.abs(v) >= 10_000 ? v.toExponential(0).replace('e+', 'e') : String(Number(v.toPrecision(2)))
  return text.replace('-', '−')
}

customElements.define('sky-panel', SkyPanel)

declare global { interface HTMLElementTagNameMap { 'sky-panel': SkyPanel } }
