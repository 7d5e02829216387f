import type uPlot from 'uplot'
import uplotCss from 'uplot/dist/uPlot.min.css?inline'
import { css, html, LitElement, type TemplateResult, unsafeCSS } from 'lit'
import { baseStyle } from '../app/base-style.js'
import { extentOfX, type Figure } from './figure.js'
import { X_AXIS, figureColours, figurePlot } from './figure-plot.js'

/**
 * A figure of rows that share one x axis: drag takes a part of the axis, a double click gives all of it back; with the focus on it
 * arrows move the cursor from bin to bin, with shift what is seen; + and − zoom, 0 shows all.
 *
 * @fires zoom  detail: the ends of the x axis, or null for all of it
 */
export class FigureView extends LitElement {
  static override styles = [baseStyle, unsafeCSS(uplotCss), css`
    .rows { position: relative; outline-offset: -2px }
    .row { position: relative }
    .label { position: absolute; top: 4px; right: 12px; z-index: 1; color: var(--dim); font-size: 11px; pointer-events: none; background: color-mix(in srgb, var(--panel) 75%, transparent); padding: 0 3px }
    .u-select { background: color-mix(in srgb, var(--accent) 22%, transparent) }
    .u-cursor-x { border-right-color: var(--dim) }
    .read { min-height: 20px; padding: 2px 0; font-size: 12px; font-family: var(--mono); color: var(--text) }
    .foot { display: flex; gap: 8px; align-items: baseline; flex-wrap: wrap }
    .foot .read { flex: 1; min-width: 200px }
  `]
  static override properties = { figure: { attribute: false }, zoom: { attribute: false }, label: {}, theme: {}, said: { state: true } }
  declare figure: Figure | null
  declare zoom: readonly [number, number] | null
  declare label: string
  /** name of the theme: the figure is drawn again when it changes */
  declare theme: string
  declare said: string
  readonly #sync = `figure-${Math.random()}`
  #plots: uPlot[] = []
  #cursor: number | null = null
  #observer: ResizeObserver | null = null
  #width = 0

  constructor() {
    super()
    Object.assign(this, { figure: null, zoom: null, label: '', theme: '', said: '' })
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.#observer = new ResizeObserver(() => { if (Math.abs(this.clientWidth - this.#width) > 1) this.#draw() })
    this.#observer.observe(this)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#observer?.disconnect()
    this.#clear()
  }

  #clear(): void {
    for (const plot of this.#plots) plot.destroy()
    this.#plots = []
  }

  get #range(): [number, number] {
    const all = this.figure ? extentOfX(this.figure) : [0, 1] as [number, number]
    if (!this.zoom) return all
    const [from, to] = this.zoom
    return to > from && to > all[0] && from < all[1] ? [Math.max(from, all[0]), Math.min(to, all[1])] : all
  }

  protected override updated(changes: Map<string, unknown>): void {
    if (changes.has('figure') || changes.has('zoom') || changes.has('theme')) this.#draw()
  }

  #draw(): void {
    this.#clear()
    const { figure } = this
    if (!figure || !this.isConnected || this.clientWidth === 0) return
    this.#width = this.clientWidth
    const colours = figureColours(this)
    const range = this.#range
    this.#plots = [...this.renderRoot.querySelectorAll<HTMLElement>('.plot')].map((element, i) => figurePlot({
      element, figure, row: figure.rows[i]!, range, last: i === figure.rows.length - 1, sync: this.#sync, colours,
      zoomed: (from, to) => this.#zoomTo([from, to]),
      hovered: (x) => this.#point(x),
    }))
  }

  #point(x: number | null): void {
    this.#cursor = x
    this.said = x === null || !this.figure ? '' : this.figure.read(x)
  }

  #zoomTo(zoom: [number, number] | null): void {
    this.dispatchEvent(new CustomEvent('zoom', { detail: zoom, bubbles: true, composed: true }))
  }

  #onKey(event: KeyboardEvent): void {
    const { figure } = this
    if (!figure || event.ctrlKey || event.metaKey || event.altKey) return
    const [from, to] = this.#range
    const { key } = event
    if (key === '0') this.#zoomTo(null)
    else if (key === '+' || key === '-' || key === '=') {
      const scale = (v: number): number => (figure.log ? Math.log(v) : v)
      const back = (v: number): number => (figure.log ? Math.exp(v) : v)
      const middle = scale(this.#cursor ?? back((scale(from) + scale(to)) / 2))
      const half = ((scale(to) - scale(from)) / 2) * (key === '-' ? 2 : 0.5)
      this.#zoomTo([back(middle - half), back(middle + half)])
    } else if (event.shiftKey && this.zoom && (key === 'ArrowLeft' || key === 'ArrowRight')) {
      const [a, b] = figure.log ? [Math.log(from), Math.log(to)] : [from, to]
      const step = ((b - a) / 4) * (key === 'ArrowLeft' ? -1 : 1)
      this.#zoomTo(figure.log ? [Math.exp(a + step), Math.exp(b + step)] : [a + step, b + step])
    } else if (key === 'ArrowLeft' || key === 'ArrowRight') {
      const seen = figure.stops.filter((s) => s >= from && s <= to)
      const at = this.#cursor
      const next = key === 'ArrowRight' ? seen.find((s) => at === null || s > at + 1e-9 * Math.abs(at)) : seen.findLast((s) => at === null || s < at - 1e-9 * Math.abs(at))
      if (next === undefined) return
      for (const plot of this.#plots.slice(0, 1)) plot.setCursor({ left: plot.valToPos(next, 'x'), top: 10 })
      this.#point(next)
    } else return
    event.preventDefault()
    event.stopPropagation()
  }

  protected override render(): TemplateResult {
    const rows = this.figure?.rows ?? []
    return html`<div class="rows" role="img" tabindex="0" aria-label=${this.label} aria-keyshortcuts="ArrowLeft ArrowRight Shift+ArrowLeft Shift+ArrowRight + - 0" @keydown=${(e: KeyboardEvent) => this.#onKey(e)} @dblclick=${() => this.#zoomTo(null)}>
        ${rows.map((row, i) => html`<div class="row"><span class="label">${row.label}</span><div class="plot" style="height:${row.height + (i === rows.length - 1 ? X_AXIS : 0)}px"></div></div>`)}</div>
      <div class="foot"><div class="read" aria-live="polite">${this.said}</div>${this.zoom ? html`<button class="plain" @click=${() => this.#zoomTo(null)}>Show all</button>` : ''}</div>`
  }
}

customElements.define('figure-view', FigureView)
