import '../figures/figure-view.js'
import './fit-panel.js'
import './fit-view.js'
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit'
import type { FitAnswer, Job } from '@heavens/schemas'
import { baseStyle } from '../app/base-style.js'
import type { Figure } from '../figures/figure.js'
import type { Look } from '../state/view.js'
import { ask, WireError } from '../wire/rest.js'
import { type FitDraft, continued, draftOf, emptyDraft, fitRequestOf } from './fit-draft.js'
import { changeLook, lookNumbers, numbersLook } from './look.js'
import { type SpectrumTable, openProduct, readSpectrum } from './read-product.js'
import { spectrumBins, spectrumFigure } from './spectrum-figure.js'
import { viewerStyle } from './viewer-style.js'

/** A spectrum with its background; a fit to it, or to several together, is asked of the server and drawn in its place. */
export class SpectrumView extends LitElement {
  static override styles = [baseStyle, viewerStyle]
  static override properties = {
    bytes: { attribute: false }, background: { attribute: false }, name: {}, job: { attribute: false }, look: { attribute: false }, theme: {},
    spectrum: { state: true }, failed: { state: true }, draft: { state: true }, answer: { state: true }, refusal: { state: true }, busy: { state: true },
  }
  declare bytes: Uint8Array
  declare background: Uint8Array | null
  declare name: string
  declare job: Job
  declare look: Look
  declare theme: string
  declare spectrum: SpectrumTable | null
  declare failed: string | null
  declare draft: FitDraft
  declare answer: FitAnswer | null
  declare refusal: WireError | null
  declare busy: boolean
  #figure: Figure | null = null
  #fitted = ''

  constructor() {
    super()
    Object.assign(this, { background: null, look: {}, theme: '', spectrum: null, failed: null, answer: null, refusal: null, busy: false })
  }

  protected override willUpdate(changes: PropertyValues<this>): void {
    if (changes.has('name')) this.draft = draftOf(this.look['fit']) ?? emptyDraft(this.name, this.background !== null)
    if (changes.has('bytes') || changes.has('background')) void this.#open()
    // A link that holds a fit brings it back by asking for it again.
    const wanted = this.look['fit'] ?? ''
    if (wanted !== this.#fitted) void this.#fit(wanted)
    if (this.spectrum && (changes.has('spectrum') || changes.has('look'))) this.#figure = spectrumFigure(spectrumBins(this.spectrum, this.#net()), this.#net())
  }

  #net(): boolean { return this.look['net'] === '1' && Boolean(this.spectrum?.background) }

  async #open(): Promise<void> {
    const { bytes, background, name } = this
    try {
      const spectrum = await readSpectrum(await openProduct(bytes, name), background && await openProduct(background, 'background'))
      if (bytes === this.bytes) Object.assign(this, { spectrum, failed: null })
    } catch (error) {
      if (bytes === this.bytes) this.failed = (error as Error).message
    }
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
    if (!this.spectrum) return html`<p class="dim">Reading…</p>`
    const { answer, refusal } = this
    return html`${answer ? html`<fit-view .answer=${answer} .look=${this.look} .theme=${this.theme}></fit-view>
        <div class="bar"><button @click=${() => { this.draft = continued(this.draft, answer) }}>Start from these values</button><button class="plain" @click=${() => changeLook(this, { fit: null })}>Back to the data alone</button></div>` : this.#data(this.spectrum)}
      ${refusal ? html`<p class="bad" role="alert">${refusal.message} <span class="mono dim">${refusal.code}</span></p>` : nothing}
      <fit-panel .draft=${this.draft} .spectra=${this.job.products.filter((p) => p.kind === 'spectrum')} .busy=${this.busy}
        @draft=${(e: CustomEvent<FitDraft>) => { this.draft = e.detail }} @fit=${() => this.#askFit()}></fit-panel>`
  }

  #askFit(): void {
    const text = JSON.stringify(fitRequestOf(this.draft))
    // The same fit again, as after an error: the look does not change by that.
    if (text === this.#fitted) void this.#fit(text)
    else changeLook(this, { fit: text })
  }

  #data(spectrum: SpectrumTable): TemplateResult {
    return html`<div class="bar">${spectrum.background ? html`<label><input id="net" type="checkbox" .checked=${this.#net()} @change=${(e: Event) => changeLook(this, { net: (e.target as HTMLInputElement).checked ? '1' : null })}>less background</label>` : nothing}
        <span class="dim">${spectrum.background ? 'dashed: background, scaled' : 'no background given'} · ${Number(spectrum.exposure.toPrecision(4))} s live</span></div>
      <figure-view .figure=${this.#figure} .theme=${this.theme} .zoom=${lookNumbers(this.look, 'ezoom', 2) as [number, number] | null} label="Spectrum, ${spectrum.counts.length} channels"
        @zoom=${(e: CustomEvent<[number, number] | null>) => changeLook(this, { ezoom: e.detail && numbersLook(e.detail) })}></figure-view>`
  }
}

customElements.define('spectrum-view', SpectrumView)
