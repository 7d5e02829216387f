import '../figures/figure-view.js'
import './fit-panel.js'
import './fit-view.js'
import './kept-fits.js'
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit'
import type { FitAnswer, FitRequest, Job, Product } from '@heavens/schemas'
import { baseStyle } from '../app/base-style.js'
import type { Figure } from '../figures/figure.js'
import { ROLE_COLOURS } from '../figures/figure-plot.js'
import type { Look } from '../state/view.js'
import { ask, WireError } from '../wire/rest.js'
import { type FitDraft, continued, draftOf, emptyDraft, fitRequestOf } from './fit-draft.js'
import { changeLook, lookNumbers, numbersLook } from './look.js'
import { productFits } from './product-file.js'
import { placeOf } from './product-list.js'
import { type SpectrumTable, readSpectrum } from './read-product.js'
import { SPECTRUM_ROLES, spectrumBins, spectrumFigure } from './spectrum-figure.js'
import { viewerStyle } from './viewer-style.js'

/** A spectrum with its background, others over it where they are chosen; a fit to it, or to several together, is asked of the server and drawn in its place. */
export class SpectrumView extends LitElement {
  static override styles = [baseStyle, viewerStyle]
  static override properties = {
    product: { attribute: false }, job: { attribute: false }, look: { attribute: false }, theme: {},
    spectra: { state: true }, failed: { state: true }, draft: { state: true }, answer: { state: true }, refusal: { state: true }, busy: { state: true },
  }
  declare product: Product
  declare job: Job
  declare look: Look
  declare theme: string
  /** the one that was opened, then those over it */
  declare spectra: readonly { product: Product; table: SpectrumTable }[]
  declare failed: string | null
  declare draft: FitDraft
  declare answer: FitAnswer | null
  declare refusal: WireError | null
  declare busy: boolean
  #tables = new Map<string, Promise<SpectrumTable>>()
  #shown = ''
  #figure: Figure | null = null
  #fitted = ''

  constructor() {
    super()
    Object.assign(this, { look: {}, theme: '', spectra: [], failed: null, answer: null, refusal: null, busy: false })
  }

  protected override willUpdate(changes: PropertyValues<this>): void {
    if (changes.has('product') && changes.get('product')?.path !== this.product.path) {
      this.spectra = []
      this.draft = draftOf(this.look['fit']) ?? emptyDraft(this.product.path, this.#background(this.product) !== undefined)
    }
    if (changes.has('product') || changes.has('job') || changes.has('look')) void this.#load()
    // A link that holds a fit brings it back by asking for it again.
    const wanted = this.look['fit'] ?? ''
    if (wanted !== this.#fitted) void this.#fit(wanted)
    if (changes.has('spectra') || changes.has('look')) this.#figure = this.spectra.length ? spectrumFigure(this.spectra.map(({ product, table }) => ({ name: placeOf(product), bins: spectrumBins(table, this.#net()) })), this.#net()) : null
  }

  #net(): boolean { return this.look['net'] === '1' && this.spectra.every((s) => s.table.background) }

  /** Other spectra of the analysis. */
  #others(): Product[] { return this.job.products.filter((p) => p.kind === 'spectrum' && p.path !== this.product.path) }

  #over(): Product[] {
    const named = this.look['over']?.split(',') ?? []
    return this.#others().filter((p) => named.includes(p.path))
  }

  #background(product: Product): Product | undefined { return this.job.products.find((p) => p.kind === 'background' && placeOf(p) === placeOf(product)) }

  async #load(): Promise<void> {
    const wanted = [this.product, ...this.#over()]
    const key = wanted.map((p) => `${p.path} ${p.sha256}`).join()
    if (key === this.#shown) return
    this.#shown = key
    try {
      const tables = await Promise.all(wanted.map((p) => this.#table(p)))
      if (key === this.#shown) Object.assign(this, { spectra: wanted.map((product, i) => ({ product, table: tables[i]! })), failed: null })
    } catch (error) {
      if (key !== this.#shown) return
      this.#shown = ''
      this.failed = (error as Error).message
    }
  }

  #table(product: Product): Promise<SpectrumTable> {
    const { job } = this
    const key = `${product.path} ${product.sha256}`
    const beside = this.#background(product)
    const read = async (): Promise<SpectrumTable> => readSpectrum(...await Promise.all([productFits(job, product), beside ? productFits(job, beside) : null]))
    const known = this.#tables.get(key) ?? read()
    this.#tables.set(key, known)
    // What failed once may be there the next time.
    known.catch(() => this.#tables.delete(key))
    return known
  }

  async #fit(text: string): Promise<void> {
    this.#fitted = text
    const draft = draftOf(text)
    Object.assign(this, { refusal: null, ...(draft ? { draft, busy: true } : { answer: null, busy: false }) })
    if (!draft) return
    try {
      const answer = await ask<FitAnswer>(`analyses/${encodeURIComponent(this.job.id)}/fits`, { method: 'POST', body: fitRequestOf(draft) })
      if (this.#fitted === text) this.answer = answer
    } catch (error) {
      if (this.#fitted === text) Object.assign(this, { answer: null, refusal: error instanceof WireError ? error : new WireError('internal', (error as Error).message) })
    } finally {
      if (this.#fitted === text) this.busy = false
    }
  }

  protected override render(): TemplateResult {
    if (this.failed) return html`<p class="bad" role="alert">${this.failed}</p>`
    if (!this.spectra.length) return html`<p class="dim">Reading…</p>`
    const { answer, refusal } = this
    return html`${answer ? html`<fit-view .answer=${answer} .look=${this.look} .theme=${this.theme}></fit-view>
        <div class="bar"><button @click=${() => { this.draft = continued(this.draft, answer) }}>Start from these values</button><button class="plain" @click=${() => changeLook(this, { fit: null })}>Back to the data alone</button></div>` : this.#data()}
      ${refusal ? html`<p class="bad" role="alert">${refusal.message} <span class="mono dim">${refusal.code}</span></p>` : nothing}
      <fit-panel .draft=${this.draft} .spectra=${this.job.products.filter((p) => p.kind === 'spectrum')} .busy=${this.busy}
        @draft=${(e: CustomEvent<FitDraft>) => { this.draft = e.detail }} @fit=${() => this.#askFit()}></fit-panel>
      ${this.job.fits?.length ? html`<kept-fits .fits=${this.job.fits} .shown=${this.look['fit'] ?? ''} @again=${(e: CustomEvent<FitRequest>) => this.#again(e.detail)}></kept-fits>` : nothing}`
  }

  #askFit(): void {
    const text = JSON.stringify(fitRequestOf(this.draft))
    // The same fit again, as after an error: the look does not change by that.
    if (text === this.#fitted) void this.#fit(text)
    else changeLook(this, { fit: text })
  }

  /** Show a fit that was asked before. */
  #again(request: FitRequest): void {
    const draft = draftOf(JSON.stringify(request))
    if (draft) changeLook(this, { fit: JSON.stringify(fitRequestOf(draft)) })
  }

  #data(): TemplateResult {
    const [main] = this.spectra as [{ product: Product; table: SpectrumTable }]
    const { table } = main
    const [others, over] = [this.#others(), this.#over()]
    const toggle = (path: string, on: boolean): void => changeLook(this, { over: others.map((p) => p.path).filter((p) => (p === path ? on : over.some((o) => o.path === p))).join(',') || null })
    return html`<div class="bar">${this.spectra.every((s) => s.table.background) ? html`<label><input id="net" type="checkbox" .checked=${this.#net()} @change=${(e: Event) => changeLook(this, { net: (e.target as HTMLInputElement).checked ? '1' : null })}>less background</label>` : nothing}
        <span class="dim">${table.background ? `dashed: background${over.length ? ` of ${placeOf(main.product)}` : ''}, scaled` : 'no background given'} · ${Number(table.exposure.toPrecision(4))} s live</span></div>
      ${others.length ? html`<div class="bar" role="group" aria-label="Spectra that are drawn over it"><span class="dim">with</span>${others.map((p) => html`<label><input type="checkbox" .checked=${over.includes(p)} @change=${(e: Event) => toggle(p.path, (e.target as HTMLInputElement).checked)}>${placeOf(p)}</label>`)}</div>` : nothing}
      ${this.spectra.length > 1 ? html`<div class="bar">${this.spectra.map((s, i) => html`<span style="color:var(${ROLE_COLOURS[SPECTRUM_ROLES[i % SPECTRUM_ROLES.length]!]})">┼ ${placeOf(s.product)}</span>`)}</div>` : nothing}
      <figure-view .figure=${this.#figure} .theme=${this.theme} .zoom=${lookNumbers(this.look, 'ezoom', 2) as [number, number] | null} label="Spectrum, ${table.counts.length} channels"
        @zoom=${(e: CustomEvent<[number, number] | null>) => changeLook(this, { ezoom: e.detail && numbersLook(e.detail) })}></figure-view>`
  }
}

customElements.define('spectrum-view', SpectrumView)
