import '../figures/figure-view.js'
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit'
import { baseStyle } from '../app/base-style.js'
import { countText, durationText } from '../state/formats.js'
import type { Look } from '../state/view.js'
import { MOST_CELLS, curveBlocks } from './curve-blocks.js'
import { curveFigure } from './curve-figure.js'
import { hardnessRatio } from './hardness-ratio.js'
import type { MarkedInterval } from './interval-request.js'
import { changeLook, lookNumbers, numbersLook } from './look.js'
import { type CurveTable, readCurves } from './read-curves.js'
import { openProduct } from './read-product.js'
import { binWidth, rebinCurve, startOf, widthsFor } from './rebin-curve.js'
import { viewerStyle } from './viewer-style.js'
import type { Figure } from '../figures/figure.js'

/** Bands that are shown at first; more make the rows flat. */
const FIRST_BANDS = 3
const FALSE_CHANGE = 0.05

/**
 * A light curve: its bands one above the other, joined to wider bins at will, with Bayesian blocks and a hardness ratio.
 *
 * @fires look      the user wants another look
 * @fires interval  what is shown is to be in a new request
 */
export class CurveView extends LitElement {
  static override styles = [baseStyle, viewerStyle]
  static override properties = { bytes: { attribute: false }, name: {}, look: { attribute: false }, theme: {}, curves: { state: true }, failed: { state: true } }
  declare bytes: Uint8Array
  declare name: string
  declare look: Look
  declare theme: string
  declare curves: CurveTable[] | null
  declare failed: string | null
  #figure: Figure | null = null
  #blocks = 0

  constructor() {
    super()
    Object.assign(this, { look: {}, theme: '', curves: null, failed: null })
  }

  protected override willUpdate(changes: PropertyValues<this>): void {
    if (changes.has('bytes')) void this.#open()
    if (changes.has('curves') || changes.has('look')) this.#figure = this.#makeFigure()
  }

  async #open(): Promise<void> {
    const { bytes } = this
    try {
      const curves = await readCurves(await openProduct(bytes, this.name))
      if (bytes !== this.bytes) return
      Object.assign(this, { curves, failed: curves.length ? null : 'This file holds no light curve.' })
    } catch (error) {
      this.failed = (error as Error).message
    }
  }

  /** Indices of the bands that are shown. */
  #shown(): number[] {
    const all = this.curves!.map((_, i) => i)
    const named = lookNumbers(this.look, 'bands')?.filter((i) => all.includes(i))
    return named?.length ? named : all.filter((i) => this.curves![i]!.main).slice(0, FIRST_BANDS)
  }

  #pair(): [soft: number, hard: number] | null {
    const pair = lookNumbers(this.look, 'hardness', 2)
    return pair && this.curves && pair.every((i) => this.curves![i] !== undefined) ? [pair[0]!, pair[1]!] : null
  }

  #makeFigure(): Figure | null {
    const { curves, look } = this
    if (!curves?.length) return null
    const width = lookNumbers(look, 'bin', 1)?.[0] ?? NaN
    const zero = startOf(curves[0]!)
    const p0 = lookNumbers(look, 'blocks', 1)?.[0]
    this.#blocks = 0
    const bands = this.#shown().map((i) => {
      const bins = rebinCurve(curves[i]!, width, zero)
      const blocks = p0 !== undefined && p0 > 0 && p0 < 1 && !curves[i]!.subtracted ? curveBlocks(bins, p0) : []
      this.#blocks += blocks.length
      return { name: curves[i]!.name, unit: curves[i]!.unit, bins, blocks }
    })
    const pair = this.#pair()
    const hardness = pair && {
      label: `hardness: (${curves[pair[1]]!.name} − ${curves[pair[0]]!.name}) / sum`,
      of: hardnessRatio(rebinCurve(curves[pair[0]]!, width, zero), rebinCurve(curves[pair[1]]!, width, zero), curves[pair[0]]!.subtracted),
    }
    return curveFigure(bands, hardness)
  }

  #toggleBand(i: number, on: boolean): void {
    const next = this.curves!.map((_, k) => k).filter((k) => (k === i ? on : this.#shown().includes(k)))
    if (next.length) changeLook(this, { bands: next.join(',') })
  }

  protected override render(): TemplateResult {
    const { curves } = this
    if (this.failed) return html`<p class="bad" role="alert">${this.failed}</p>`
    if (!curves) return html`<p class="dim">Reading…</p>`
    const [first] = curves
    const widths = widthsFor(first!)
    const bin = lookNumbers(this.look, 'bin', 1)?.[0] ?? binWidth(first!)
    const blocks = this.look['blocks'] !== undefined
    const bins = this.#figure?.stops.length ?? 0
    return html`<div class="bar">
        <label>bins <select id="bin" aria-label="Bin width" @change=${(e: Event) => changeLook(this, { bin: Number(valueOf(e)) > binWidth(first!) ? valueOf(e) : null })}>
          ${[...new Set([...widths, bin])].sort((a, b) => a - b).map((w) => html`<option value=${w} ?selected=${Math.abs(w - bin) < 1e-9 * w}>${durationText(w)}</option>`)}</select></label>
        <label><input id="blocks" type="checkbox" .checked=${blocks} @change=${(e: Event) => changeLook(this, { blocks: (e.target as HTMLInputElement).checked ? String(FALSE_CHANGE) : null })}>Bayesian blocks</label>
        ${curves.length > 1 ? this.#hardnessFields(curves) : nothing}</div>
      ${curves.length > 1 ? html`<div class="bar" role="group" aria-label="Bands">${curves.map((c, i) => html`<label><input type="checkbox" .checked=${this.#shown().includes(i)} @change=${(e: Event) => this.#toggleBand(i, (e.target as HTMLInputElement).checked)}>${c.name}</label>`)}</div>` : nothing}
      <figure-view .figure=${this.#figure} .theme=${this.theme} .zoom=${lookNumbers(this.look, 'zoom', 2) as [number, number] | null} label="Light curve, ${bins} bins of ${durationText(bin)}"
        @zoom=${(e: CustomEvent<[number, number] | null>) => changeLook(this, { zoom: e.detail && numbersLook(e.detail) })}></figure-view>
      ${this.look['zoom'] ? html`<div class="bar"><span class="dim">What is shown, as</span><button data-take="source" @click=${() => this.#take('source')}>time of a new request</button><button data-take="background" @click=${() => this.#take('background')}>background of its spectrum</button></div>` : nothing}
      <p class="note">${countText(bins)} bins, time from the start of the first${first!.subtracted ? '; a background is subtracted' : ''}; errors are 1 σ, arrows upper limits of 95 %.${this.#blocksNote(blocks, bins)}</p>`
  }

  #blocksNote(on: boolean, bins: number): string {
    if (!on) return ''
    if (this.curves![0]!.subtracted) return ' No blocks: they need counts without a background taken off.'
    if (bins > MOST_CELLS) return ` No blocks of more than ${countText(MOST_CELLS)} bins: choose wider ones.`
    return ` ${this.#blocks} blocks, a false change in ${FALSE_CHANGE * 100} of 100.`
  }

  /** Hand on what is shown of the time axis; times of our products are TT s since the system's zero. */
  #take(as: MarkedInterval['as']): void {
    const zoom = lookNumbers(this.look, 'zoom', 2)
    const zero = startOf(this.curves![0]!)
    if (zoom) this.dispatchEvent(new CustomEvent<MarkedInterval>('interval', { detail: { start: zero + zoom[0]!, stop: zero + zoom[1]!, as }, bubbles: true, composed: true }))
  }

  #hardnessFields(curves: readonly CurveTable[]): TemplateResult {
    const pair = this.#pair()
    const choose = (label: string, at: 0 | 1): TemplateResult => html`<select aria-label=${label} @change=${(e: Event) => changeLook(this, { hardness: numbersLook((pair ?? [0, 1]).map((v, k) => (k === at ? Number(valueOf(e)) : v))) })}>
      ${curves.map((c, i) => html`<option value=${i} ?selected=${i === pair?.[at]}>${c.name}</option>`)}</select>`
    return html`<label><input id="hardness" type="checkbox" .checked=${pair !== null} @change=${(e: Event) => changeLook(this, { hardness: (e.target as HTMLInputElement).checked ? `0,${Math.min(2, curves.length - 1)}` : null })}>hardness</label>
      ${pair ? html`<span>${choose('Hard band', 1)} over ${choose('Soft band', 0)}</span>` : nothing}`
  }
}

const valueOf = (e: Event): string => (e.target as HTMLSelectElement).value

customElements.define('curve-view', CurveView)
