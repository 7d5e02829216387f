import '../figures/figure-view.js'
import { css, html, LitElement, type PropertyValues, type TemplateResult } from 'lit'
import type { FitAnswer } from '@heavens/schemas'
import { baseStyle } from '../app/base-style.js'
import type { Figure } from '../figures/figure.js'
import { ROLE_COLOURS } from '../figures/figure-plot.js'
import type { Look } from '../state/view.js'
import { ROLES, fitFigure, placeOfPath } from './fit-figure.js'
import { fitResults, fitTable } from './fit-results.js'
import { changeLook, lookChoice, lookNumbers, numbersLook } from './look.js'
import { viewerStyle } from './viewer-style.js'

/** A fit: given as an answer of the server, or as the bytes of a fit.json. */
export class FitView extends LitElement {
  static override styles = [baseStyle, viewerStyle, css`.bar > .spectra { display: inline-flex; flex-wrap: wrap; gap: 0 12px }`]
  static override properties = { bytes: { attribute: false }, answer: { attribute: false }, look: { attribute: false }, theme: {}, failed: { state: true }, said: { state: true } }
  declare bytes: Uint8Array | null
  declare answer: FitAnswer | null
  declare look: Look
  declare theme: string
  declare failed: string | null
  declare said: string
  #figure: Figure | null = null
  #drawn: unknown = null

  constructor() {
    super()
    Object.assign(this, { bytes: null, answer: null, look: {}, theme: '', failed: null, said: '' })
  }

  protected override willUpdate(changes: PropertyValues<this>): void {
    if (changes.has('bytes') && this.bytes) {
      try {
        this.answer = JSON.parse(new TextDecoder().decode(this.bytes)) as FitAnswer
      } catch (error) {
        this.failed = `This fit cannot be read: ${(error as Error).message}`
      }
    }
    const plot = lookChoice(this.look, 'plot', ['folded', 'unfolded'])
    if (this.answer && (this.#drawn !== this.answer || changes.has('look'))) {
      if (this.#drawn !== this.answer) this.said = ''
      this.#drawn = this.answer
      this.#figure = this.answer.spectra?.length ? fitFigure(this.answer, plot) : null
    }
  }

  async #copy(answer: FitAnswer): Promise<void> {
    try {
      await navigator.clipboard.writeText(fitTable(answer))
      this.said = 'copied, with tabs between its columns'
    } catch (error) {
      this.said = `not copied: ${(error as Error).message}`
    }
  }

  protected override render(): TemplateResult {
    if (this.failed) return html`<p class="bad" role="alert">${this.failed}</p>`
    if (!this.answer) return html`<p class="dim">Reading…</p>`
    const plot = lookChoice(this.look, 'plot', ['folded', 'unfolded'])
    const spectra = this.answer.spectra ?? []
    return html`<div class="bar" role="group" aria-label="How the fit is drawn">
        <button aria-pressed=${plot === 'folded' ? 'true' : 'false'} @click=${() => changeLook(this, { plot: null })}>Folded</button>
        <button aria-pressed=${plot === 'unfolded' ? 'true' : 'false'} @click=${() => changeLook(this, { plot: 'unfolded' })}>Unfolded</button>
        <span class="dim">${plot === 'unfolded' ? 'points depend on the model' : 'model through the response'}</span>
        ${spectra.length > 1 ? html`<span class="spectra">${spectra.map((s, i) => html`<span style="color:var(${ROLE_COLOURS[ROLES[i % ROLES.length]!]})">┼ ${placeOfPath(s.path)}</span>`)}</span>` : ''}</div>
      ${this.#figure ? html`<figure-view .figure=${this.#figure} .theme=${this.theme} .zoom=${lookNumbers(this.look, 'ezoom', 2) as [number, number] | null} label="Data, ${plot} model and residuals"
        @zoom=${(e: CustomEvent<[number, number] | null>) => changeLook(this, { ezoom: e.detail && numbersLook(e.detail) })}></figure-view>` : ''}
      ${fitResults(this.answer)}
      <div class="bar"><button class="plain" id="copy-table" @click=${() => void this.#copy(this.answer!)}>Copy this table</button><span class="dim" role="status">${this.said}</span></div>`
  }
}

customElements.define('fit-view', FitView)
