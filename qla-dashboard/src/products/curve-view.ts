import '../figures/figure-view.js'
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit'
import type { Job, Product } from '@heavens/schemas'
import { baseStyle } from '../app/base-style.js'
import type { Figure } from '../figures/figure.js'
import { countText, durationText } from '../state/formats.js'
import type { Look } from '../state/view.js'
import { MOST_CELLS, curveBlocks } from './curve-blocks.js'
import { curveFigure } from './curve-figure.js'
import { hardnessRatio } from './hardness-ratio.js'
import type { MarkedInterval } from './interval-request.js'
import { type LoadedCurves, curvePlan, loadCurves, planNote } from './load-curves.js'
import { changeLook, lookNumbers, numbersLook } from './look.js'
import { type CurveFile, openCurves } from './open-curves.js'
import { productFits } from './product-file.js'
import type { CurveTable } from './read-curves.js'
import { rebinCurve, tellingWidth, widthsFor } from './rebin-curve.js'
import { sumCurves } from './sum-curves.js'
import { viewerStyle } from './viewer-style.js'

/** Bands that are shown at first; more make the rows flat. */
const FIRST_BANDS = 3
const FALSE_CHANGE = 0.05

/**
 * Light curves of one detector or several added: their bands one above the other, joined to wider bins at will, with Bayesian blocks and a hardness ratio.
 * Of large files only what is seen is read.
 *
 * @fires look      the user wants another look
 * @fires interval  what is shown is to be in a new request
 */
export class CurveView extends LitElement {
  static override styles = [baseStyle, viewerStyle]
  static override properties = { job: { attribute: false }, product: { attribute: false }, look: { attribute: false }, theme: {}, loaded: { state: true }, failed: { state: true }, share: { state: true } }
  declare job: Job
  declare product: Product
  declare look: Look
  declare theme: string
  declare loaded: LoadedCurves | null
  declare failed: string | null
  /** how much has been read, while it is read */
  declare share: number | null
  #files = new Map<string, Promise<CurveFile | null>>()
  #main: CurveFile | null = null
  #wanted = ''
  #figure: Figure | null = null
  #blocks = 0
  #widths: number[] = []
  /** width of the bins where the user has not chosen one [s] */
  #telling = NaN

  constructor() {
    super()
    Object.assign(this, { look: {}, theme: '', loaded: null, failed: null, share: null })
  }

  protected override willUpdate(changes: PropertyValues<this>): void {
    if (changes.has('product') && changes.get('product')?.path !== this.product.path) this.loaded = null
    if (changes.has('product') || changes.has('job') || changes.has('look')) void this.#load()
    if (changes.has('loaded') && this.loaded && this.#main) {
      this.#widths = widthsFor(this.#main.width, this.#main.stop - this.#main.start)
      const [first] = this.loaded.curves
      this.#telling = first ? tellingWidth(first, this.#widths) : NaN
    }
    if (changes.has('loaded') || changes.has('look')) this.#figure = this.#makeFigure()
  }

  /** Light curves of the same instrument, whose detectors can be added. */
  #siblings(): Product[] {
    return this.job.products.filter((p) => p.kind === 'light-curve' && p.instrument === this.product.instrument && p.band === this.product.band)
  }

  /** Those that are added; the one that was opened where none is named. */
  #chosen(): Product[] {
    const named = this.look['det']?.split(',') ?? []
    const chosen = this.#siblings().filter((p) => named.includes(p.group ?? ''))
    return chosen.length ? chosen : [this.product]
  }

  async #load(): Promise<void> {
    const [chosen, { job, look }] = [this.#chosen(), this]
    const zoom = lookNumbers(look, 'zoom', 2) as [number, number] | null
    const width = lookNumbers(look, 'bin', 1)?.[0] ?? NaN
    // What is wanted may be asked for again by every change of the look: only one that needs other bins is read.
    const about = chosen.map((p) => `${p.path} ${p.sha256}`).join()
    let mine = ''
    try {
      const files = (await Promise.all(chosen.map((p) => this.#open(job, p)))).filter((f) => f !== null)
      if (files.length === 0) { this.failed = 'This file holds no light curve.'; return }
      const plan = curvePlan(files, zoom, width)
      const wanted = `${about} ${JSON.stringify(plan)}`
      if (wanted === this.#wanted) return
      this.#wanted = mine = wanted
      const loaded = await loadCurves(files, plan, (share) => { if (wanted === this.#wanted) this.share = share })
      if (wanted !== this.#wanted) return
      this.#main = files[0]!
      Object.assign(this, { loaded, failed: null, share: null })
    } catch (error) {
      // What was wanted before the last change may fail as it likes.
      if (mine && mine !== this.#wanted) return
      Object.assign(this, { failed: (error as Error).message, share: null })
      this.#wanted = ''
    }
  }

  #open(job: Job, product: Product): Promise<CurveFile | null> {
    const key = `${product.path} ${product.sha256}`
    const known = this.#files.get(key) ?? productFits(job, product).then(openCurves)
    this.#files.set(key, known)
    // What failed once may be there the next time.
    known.catch(() => this.#files.delete(key))
    return known
  }

  /** Rates or fluxes, in bins or of each run: as chosen, else what the file begins with. */
  #shows(): CurveTable['shows'] | undefined {
    const { curves } = this.loaded!
    return (curves.find((c) => c.shows === this.look['shows']) ?? curves[0])?.shows
  }

  /** Indices of the curves of what is looked at, one for each band. */
  #offered(): number[] {
    return this.loaded!.curves.flatMap((c, i) => (c.shows === this.#shows() ? [i] : []))
  }

  /** Indices of those that are shown. */
  #shown(): number[] {
    const offered = this.#offered()
    const named = lookNumbers(this.look, 'bands')?.filter((i) => offered.includes(i))
    return named?.length ? named : offered.slice(0, FIRST_BANDS)
  }

  #pair(): [soft: number, hard: number] | null {
    const pair = lookNumbers(this.look, 'hardness', 2)
    return pair && this.loaded && pair.every((i) => this.#offered().includes(i)) ? [pair[0]!, pair[1]!] : null
  }

  #makeFigure(): Figure | null {
    const { loaded, look } = this
    if (!loaded?.curves.length) return null
    const { curves } = loaded
    const width = lookNumbers(look, 'bin', 1)?.[0] ?? this.#telling
    const zero = this.#main!.start
    const p0 = lookNumbers(look, 'blocks', 1)?.[0]
    this.#blocks = 0
    const shown = this.#shown().map((i) => curves[i]!)
    const same = shown.every((c) => c.unit === shown[0]!.unit)
    const drawn = look['added'] === '1' && shown.length > 1 && same ? [sumCurves(shown, shown.map((c) => c.name).join(' + '))] : shown
    const bands = drawn.map((c) => {
      const bins = rebinCurve(c, width, zero)
      const blocks = p0 !== undefined && p0 > 0 && p0 < 1 && !c.subtracted ? curveBlocks(bins, p0) : []
      this.#blocks += blocks.length
      return { name: c.name, unit: c.unit, bins, blocks }
    })
    const pair = this.#pair()
    const hardness = pair && {
      label: `hardness: (${curves[pair[1]]!.name} − ${curves[pair[0]]!.name}) / sum`,
      of: hardnessRatio(rebinCurve(curves[pair[0]]!, width, zero), rebinCurve(curves[pair[1]]!, width, zero), curves[pair[0]]!.subtracted),
    }
    return curveFigure(bands, hardness)
  }

  #toggleBand(i: number, on: boolean): void {
    const next = this.loaded!.curves.map((_, k) => k).filter((k) => (k === i ? on : this.#shown().includes(k)))
    if (next.length) changeLook(this, { bands: next.join(',') })
    else this.requestUpdate()
  }

  #toggleDetector(group: string, on: boolean): void {
    const now = this.#chosen().map((p) => p.group ?? '')
    const next = this.#siblings().map((p) => p.group ?? '').filter((g) => (g === group ? on : now.includes(g)))
    if (next.length) changeLook(this, { det: next.length === 1 && next[0] === this.product.group ? null : next.join(',') })
    else this.requestUpdate()
  }

  protected override render(): TemplateResult {
    const { loaded } = this
    const main = this.#main
    if (this.failed) return html`<p class="bad" role="alert">${this.failed}</p>`
    if (!loaded || !main) return html`<p class="dim">Reading…${this.share === null ? '' : ` ${Math.round(this.share * 100)} %`}</p>`
    const { curves, plan } = loaded
    const chosen = lookNumbers(this.look, 'bin', 1)?.[0]
    const bin = chosen ?? (this.#telling > main.width * 1.000001 ? this.#telling : main.width)
    const drawn = plan.width > bin ? plan.width : bin
    const blocks = this.look['blocks'] !== undefined
    const bins = this.#figure?.stops.length ?? 0
    const siblings = this.#siblings()
    const offered = this.#offered()
    const kinds = [...new Set(curves.map((c) => c.shows))]
    return html`<div class="bar">
        ${kinds.length > 1 ? html`<select id="shows" aria-label="What is shown" @change=${(e: Event) => changeLook(this, { shows: valueOf(e) === kinds[0] ? null : valueOf(e), bands: null, hardness: null })}>${kinds.map((kind) => html`<option ?selected=${kind === this.#shows()}>${kind}</option>`)}</select>` : nothing}
        <label>bins <select id="bin" aria-label="Bin width" @change=${(e: Event) => changeLook(this, { bin: Math.abs(Number(valueOf(e)) / (this.#telling || main.width) - 1) > 1e-6 ? valueOf(e) : null })}>
          ${[...new Set([...this.#widths, bin])].sort((a, b) => a - b).map((w) => html`<option value=${w} ?selected=${Math.abs(w - bin) < 1e-9 * w}>${durationText(w)}</option>`)}</select></label>
        <label><input id="blocks" type="checkbox" .checked=${blocks} @change=${(e: Event) => changeLook(this, { blocks: isOn(e) ? String(FALSE_CHANGE) : null })}>Bayesian blocks</label>
        ${offered.length > 1 ? this.#hardnessFields(curves, offered) : nothing}</div>
      ${siblings.length > 1 ? html`<div class="bar" role="group" aria-label="Detectors that are added"><span class="dim">detectors</span>${siblings.map((p) => html`<label><input type="checkbox" .checked=${this.#chosen().includes(p)} @change=${(e: Event) => this.#toggleDetector(p.group ?? '', isOn(e))}>${p.group ?? p.path}</label>`)}</div>` : nothing}
      ${offered.length > 1 ? html`<div class="bar" role="group" aria-label="Bands"><span class="dim">bands</span>${offered.map((i) => html`<label><input type="checkbox" .checked=${this.#shown().includes(i)} @change=${(e: Event) => this.#toggleBand(i, isOn(e))}>${curves[i]!.band}</label>`)}
        ${this.#shown().length > 1 ? html`<label><input id="added" type="checkbox" .checked=${this.look['added'] === '1'} @change=${(e: Event) => changeLook(this, { added: isOn(e) ? '1' : null })}>added</label>` : nothing}</div>` : nothing}
      <figure-view .figure=${this.#figure} .theme=${this.theme} .zoom=${lookNumbers(this.look, 'zoom', 2) as [number, number] | null} label="Light curve, ${bins} bins of ${durationText(drawn)}"
        @zoom=${(e: CustomEvent<[number, number] | null>) => changeLook(this, { zoom: e.detail && numbersLook(e.detail) })}></figure-view>
      ${this.look['zoom'] ? html`<div class="bar"><span class="dim">What is shown, as</span><button data-take="source" @click=${() => this.#take('source')}>time of a new request</button><button data-take="background" @click=${() => this.#take('background')}>background of its spectrum</button></div>` : nothing}
      <p class="note">${this.share === null ? '' : `Reading… ${Math.round(this.share * 100)} % · `}${countText(bins)} bins, time from the start of the first${curves.some((c) => c.subtracted) ? '; a background is subtracted' : ''}; errors are 1 σ, arrows upper limits of 95 %.${planNote(plan, chosen ?? 0)}${chosen === undefined && bin > main.width * 1.000001 ? ` Bins of the file, ${durationText(main.width)} each, are joined so that there are some counts in each: choose finer ones above.` : ''}${this.#blocksNote(blocks, bins)}</p>`
  }

  #blocksNote(on: boolean, bins: number): string {
    if (!on) return ''
    if (this.loaded!.curves[0]?.subtracted) return ' No blocks: they need counts without a background taken off.'
    if (bins > MOST_CELLS) return ` No blocks of more than ${countText(MOST_CELLS)} bins: choose wider ones.`
    return ` ${this.#blocks} blocks, a false change in ${FALSE_CHANGE * 100} of 100.`
  }

  /** Hand on what is shown of the time axis; times of our products are TT s since the system's zero. */
  #take(as: MarkedInterval['as']): void {
    const zoom = lookNumbers(this.look, 'zoom', 2)
    const zero = this.#main!.start
    if (zoom) this.dispatchEvent(new CustomEvent<MarkedInterval>('interval', { detail: { start: zero + zoom[0]!, stop: zero + zoom[1]!, as }, bubbles: true, composed: true }))
  }

  #hardnessFields(curves: readonly CurveTable[], offered: readonly number[]): TemplateResult {
    const pair = this.#pair()
    const choose = (label: string, at: 0 | 1): TemplateResult => html`<select aria-label=${label} @change=${(e: Event) => changeLook(this, { hardness: numbersLook((pair ?? [offered[0]!, offered[1]!]).map((v, k) => (k === at ? Number(valueOf(e)) : v))) })}>
      ${offered.map((i) => html`<option value=${i} ?selected=${i === pair?.[at]}>${curves[i]!.band}</option>`)}</select>`
    return html`<label><input id="hardness" type="checkbox" .checked=${pair !== null} @change=${(e: Event) => changeLook(this, { hardness: isOn(e) ? numbersLook([offered[0]!, offered[Math.min(2, offered.length - 1)]!]) : null })}>hardness</label>
      ${pair ? html`<span>${choose('Hard band', 1)} over ${choose('Soft band', 0)}</span>` : nothing}`
  }
}

const valueOf = (e: Event): string => (e.target as HTMLSelectElement).value
const isOn = (e: Event): boolean => (e.target as HTMLInputElement).checked

customElements.define('curve-view', CurveView)
