import uPlot from 'uplot'
import uplotCss from 'uplot/dist/uPlot.min.css?inline'
import { css, html, LitElement, type PropertyValues, type TemplateResult, unsafeCSS } from 'lit'
import { baseStyle } from '../app/base-style.js'
import { plotColours } from '../curves/plot-colours.js'
import { type CurveTable, type SpectrumTable, openProduct, readCurves, readSpectrum } from './read-product.js'
import { curveLines, energyText, spectrumLines, type PlotLines } from './plot-lines.js'

/** A light curve or a spectrum read from its FITS file. */
export class PlotView extends LitElement {
  static override styles = [baseStyle, unsafeCSS(uplotCss), css`
    .plot { width: 100%; height: 320px; position: relative }
    .u-select { display: none }
    .bar { display: flex; gap: 8px; align-items: center; padding: 4px 0; min-height: 32px }
  `]
  static override properties = { bytes: { attribute: false }, background: { attribute: false }, kind: {}, name: {}, curves: { state: true }, spectrum: { state: true }, failed: { state: true }, chosen: { state: true } }
  declare bytes: Uint8Array
  declare background: Uint8Array | null
  declare kind: 'light-curve' | 'spectrum'
  declare name: string
  declare curves: CurveTable[]
  declare spectrum: SpectrumTable | null
  declare failed: string | null
  declare chosen: number
  #plot: uPlot | null = null

  constructor() {
    super()
    Object.assign(this, { background: null, curves: [], spectrum: null, failed: null, chosen: 0 })
  }

  protected override willUpdate(changes: PropertyValues<this>): void {
    if (changes.has('bytes')) void this.#open()
  }

  async #open(): Promise<void> {
    try {
      const file = await openProduct(this.bytes, this.name)
      if (this.kind === 'spectrum') this.spectrum = await readSpectrum(file, this.background && await openProduct(this.background, 'background'))
      else this.curves = await readCurves(file)
    } catch (error) {
      this.failed = (error as Error).message
    }
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#plot?.destroy()
    this.#plot = null
  }

  protected override updated(): void {
    const element = this.renderRoot.querySelector<HTMLElement>('.plot')
    const curve = this.curves[this.chosen]
    const lines = this.spectrum ? spectrumLines(this.spectrum) : curve ? curveLines(curve) : null
    this.#plot?.destroy()
    this.#plot = null
    if (element && lines) this.#plot = drawLines(element, lines)
  }

  protected override render(): TemplateResult {
    if (this.failed) return html`<p class="bad">${this.failed}</p>`
    if (!this.spectrum && this.curves.length === 0) return html`<p class="dim">Reading…</p>`
    const curve = this.curves[this.chosen]
    return html`<div class="bar">${this.curves.length > 1 ? html`<select aria-label="Band" @change=${(e: Event) => { this.chosen = Number((e.target as HTMLSelectElement).value) }}>${this.curves.map((c, i) => html`<option value=${i}>${c.name} keV</option>`)}</select>` : curve ? html`<span>${curve.name} keV</span>` : ''}
      <span class="dim">${this.spectrum ? `counts/s/keV against energy; ${this.spectrum.background ? 'dashed: background' : 'no background given'}` : 'counts/s against seconds from the start'}</span></div>
      <div class="plot" role="img" aria-label=${this.spectrum ? 'Spectrum' : 'Light curve'}></div>`
  }
}

function drawLines(element: HTMLElement, lines: PlotLines): uPlot {
  const c = plotColours(element)
  const axis = { stroke: c.text, font: '11px system-ui, sans-serif', grid: { stroke: c.grid, width: 1, ...(lines.log ? { filter: decades } : {}) }, ticks: { show: false } }
  const scale = lines.log ? { distr: 3 as const, time: false } : { time: false }
  return new uPlot({
    width: element.clientWidth, height: element.clientHeight, legend: { show: false }, cursor: { drag: { x: true, y: true }, points: { show: false } },
    scales: { x: scale, y: { distr: lines.log ? 3 : 1 } },
    axes: [{ ...axis, size: 26, ...(lines.log ? { filter: decades, values: (_u: uPlot, splits: number[]) => splits.map((v) => (v === null ? '' : energyText(v))) } : {}) }, { ...axis, size: 56, ...(lines.log ? { filter: decades } : {}), values: (_u, splits) => splits.map((v) => (v === null ? '' : tick(v))) }],
    series: [{}, { stroke: c.line, width: 1, points: { show: false }, spanGaps: false }, { stroke: c.background, width: 1, dash: [5, 4], points: { show: false }, spanGaps: false }],
    hooks: { draw: [(u) => drawBars(u, lines.errors, c.error)] },
  }, [lines.x, lines.y, lines.second] as uPlot.AlignedData, element)
}

function drawBars(u: uPlot, errors: PlotLines['errors'], colour: string): void {
  const { ctx, bbox } = u
  ctx.save()
  ctx.beginPath()
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height)
  ctx.clip()
  ctx.setLineDash([])
  ctx.strokeStyle = colour
  ctx.lineWidth = devicePixelRatio
  ctx.beginPath()
  for (const [x, low, high] of errors) {
    const at = u.valToPos(x, 'x', true)
    ctx.moveTo(at, u.valToPos(low, 'y', true))
    ctx.lineTo(at, u.valToPos(high, 'y', true))
  }
  ctx.stroke()
  ctx.restore()
}

/** Of logarithmic ticks the powers of ten, where there are at least two. */
function decades(_u: uPlot, splits: number[]): (number | null)[] {
  const whole = splits.map((v) => (v > 0 && Math.abs(Math.log10(v) - Math.round(Math.log10(v))) < 1e-6 ? v : null))
  return whole.filter((v) => v !== null).length >= 2 ? whole : splits
}

function tick(v: number): string {
  return v !== 0 && (Math.abs(v) >= 10_000 || Math.abs(v) < 0.01) ? v.toExponential(0).replace('e+', 'e').replace('-', '−') : String(Number(v.toPrecision(3)))
}

customElements.define('plot-view', PlotView)
