import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit'
import type { Product } from '@heavens/schemas'
import { baseStyle } from '../app/base-style.js'
import { choice } from './choice.js'
import { type FitDraft, GROUPINGS, MODELS } from './fit-draft.js'
import { placeOfPath } from './fit-figure.js'
import { type ModelParameters, parametersOf } from './model-parameters.js'
import { viewerStyle } from './viewer-style.js'

/**
 * What to fit: model, energies, statistic, grouping, where parameters start and which stay, and the spectra that are fitted together.
 *
 * @fires draft  detail: the draft as it was changed
 * @fires fit    the user wants it fitted
 */
export class FitPanel extends LitElement {
  static override styles = [baseStyle, viewerStyle, css`
    form { padding: 4px 0; border-top: 1px solid var(--rule) }
    h5 { margin: 4px 0; font-size: 11px; font-weight: 600; letter-spacing: .08em; text-transform: uppercase; color: var(--dim) }
    .bar input.model { flex: 1; min-width: 180px; font-family: var(--mono); font-size: 12px }
    .parameters { display: grid; grid-template-columns: repeat(auto-fill, minmax(220px, 1fr)); gap: 4px 16px }
    .parameters > div { display: flex; gap: 6px; align-items: center }
    .parameters label { white-space: nowrap; display: inline-flex; align-items: center }
    .parameters .name { flex: 0 1 84px; min-width: 60px; overflow: hidden; text-overflow: ellipsis }
    .parameters input.number { width: 76px }
    datalist { display: none }
  `]
  static override properties = { draft: { attribute: false }, spectra: { attribute: false }, busy: { type: Boolean }, parameters: { state: true }, modelFault: { state: true } }
  declare draft: FitDraft
  /** spectra of the analysis that can be fitted together */
  declare spectra: readonly Product[]
  declare busy: boolean
  declare parameters: ModelParameters
  declare modelFault: string | null
  #model = ''

  constructor() {
    super()
    Object.assign(this, { spectra: [], busy: false, parameters: [], modelFault: null })
  }

  protected override willUpdate(changes: PropertyValues<this>): void {
    if (changes.has('draft') && this.draft.model !== this.#model) void this.#readModel(this.draft.model)
  }

  /** The parameters of the model as it is typed, or what is wrong with it. */
  async #readModel(model: string): Promise<void> {
    this.#model = model
    try {
      const parameters = await parametersOf(model)
      if (model === this.#model) Object.assign(this, { parameters, modelFault: null })
    } catch (error) {
      if (model === this.#model) Object.assign(this, { parameters: [], modelFault: (error as Error).message })
    }
  }

  #change(change: Partial<FitDraft>): void {
    this.dispatchEvent(new CustomEvent<FitDraft>('draft', { detail: { ...this.draft, ...change } }))
  }

  protected override render(): TemplateResult {
    const { draft } = this
    return html`<form novalidate @submit=${(e: Event) => { e.preventDefault(); this.dispatchEvent(new CustomEvent('fit')) }}>
      <h5>Fit</h5>
      <div class="bar"><label style="flex:1">model <input id="fit-model" class="model" list="models" spellcheck="false" autocomplete="off" aria-invalid=${this.modelFault ? 'true' : 'false'} .value=${draft.model} @input=${(e: Event) => this.#change({ model: valueOf(e), start: {}, frozen: [] })}></label>
        <datalist id="models">${MODELS.map((m) => html`<option value=${m}></option>`)}</datalist></div>
      ${this.modelFault ? html`<div class="bad" role="alert">${this.modelFault}</div>` : nothing}
      <div class="bar">
        <label>from <input class="number" aria-label="Lowest energy of the fit in keV" placeholder="all" .value=${draft.from} @input=${(e: Event) => this.#change({ from: valueOf(e) })}></label>
        <label>to <input class="number" aria-label="Highest energy of the fit in keV" placeholder="all" .value=${draft.to} @input=${(e: Event) => this.#change({ to: valueOf(e) })}> keV</label>
        <label>statistic ${choice('Statistic', draft.statistic, [['chi2', 'χ²'], ['cash', 'Cash'], ['wstat', 'W (background)']], (v) => this.#change({ statistic: v as FitDraft['statistic'] }))}</label>
        <label>bins ${choice('Grouping', draft.grouping, [...new Set([...GROUPINGS, draft.grouping])].map((g) => [g, /^\d+$/.test(g) ? `≥ ${g} counts` : g]), (grouping) => this.#change({ grouping }))}</label>
        <label>flux from <input class="number" aria-label="Lowest energy of the flux in keV" placeholder=${draft.from || 'fit'} .value=${draft.fluxFrom} @input=${(e: Event) => this.#change({ fluxFrom: valueOf(e) })}></label>
        <label>to <input class="number" aria-label="Highest energy of the flux in keV" placeholder=${draft.to || 'fit'} .value=${draft.fluxTo} @input=${(e: Event) => this.#change({ fluxTo: valueOf(e) })}> keV</label>
        <label>redshift <input class="number" aria-label="Redshift, for the luminosity" placeholder="none" .value=${draft.redshift} @input=${(e: Event) => this.#change({ redshift: valueOf(e) })}></label>
        ${draft.statistic === 'chi2' ? html`<label>systematics <input class="number" aria-label="Systematics as a fraction" placeholder="0" .value=${draft.systematics} @input=${(e: Event) => this.#change({ systematics: valueOf(e) })}></label>` : nothing}</div>
      ${this.parameters.length ? html`<div class="parameters" role="group" aria-label="Parameters">${this.parameters.map((p) => html`<div><span class="name" title=${p.unit}>${p.name}</span>
        <input class="number" aria-label="Start of ${p.name}" placeholder=${p.start} .value=${draft.start[p.name] ?? ''} @input=${(e: Event) => this.#change({ start: { ...draft.start, [p.name]: valueOf(e) } })}>
        <label class="dim"><input type="checkbox" aria-label="Keep ${p.name} where it starts" .checked=${draft.frozen.includes(p.name)} @change=${(e: Event) => this.#change({ frozen: (e.target as HTMLInputElement).checked ? [...draft.frozen, p.name] : draft.frozen.filter((n) => n !== p.name) })}>freeze</label></div>`)}</div>` : nothing}
      ${this.spectra.length > 1 ? html`<div class="bar" role="group" aria-label="Spectra that are fitted together"><span class="dim">together</span>${this.spectra.map((s) => html`<label><input type="checkbox" .checked=${draft.spectra.includes(s.path)}
        @change=${(e: Event) => this.#toggle(s.path, (e.target as HTMLInputElement).checked)}>${placeOfPath(s.path)}</label>`)}</div>` : nothing}
      <div class="bar"><button class="primary" id="fit" ?disabled=${this.busy || Boolean(this.modelFault)}>${this.busy ? 'Fitting…' : 'Fit'}</button>
        <span class="dim">${draft.spectra.length > 1 ? `${draft.spectra.length} spectra, each but the first with a free constant` : 'one spectrum'}</span></div>
    </form>`
  }

  #toggle(path: string, on: boolean): void {
    const chosen = this.spectra.map((s) => s.path).filter((p) => (p === path ? on : this.draft.spectra.includes(p)))
    if (chosen.length) this.#change({ spectra: chosen })
    else this.requestUpdate()
  }
}

const valueOf = (e: Event): string => (e.target as HTMLInputElement).value

customElements.define('fit-panel', FitPanel)
