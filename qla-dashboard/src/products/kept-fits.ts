import { css, html, LitElement, type TemplateResult } from 'lit'
import type { FitRequest, KeptFit } from '@heavens/schemas'
import { baseStyle } from '../app/base-style.js'
import { numberText } from '../figures/axis-text.js'
import { utcText } from '../state/formats.js'
import { ttFromUtcIso } from '@heavens/science/time'
import { draftOf, fitRequestOf } from './fit-draft.js'
import { placeOfPath } from './fit-figure.js'
import { viewerStyle } from './viewer-style.js'

const STATISTICS: Record<KeptFit['statistic'], string> = { chi2: 'χ²', cash: 'C', wstat: 'W' }

/**
 * Fits that were asked of an analysis, the latest first: each is shown again by a click.
 *
 * @fires again  detail: its request
 */
export class KeptFits extends LitElement {
  static override styles = [baseStyle, viewerStyle, css`
    h5 { margin: 8px 0 4px; font-size: 11px; font-weight: 600; letter-spacing: .08em; text-transform: uppercase; color: var(--dim) }
    td button { border-color: transparent; font-family: var(--mono); font-size: 12px; padding: 0 4px; max-width: 260px; overflow: hidden; text-overflow: ellipsis }
  `]
  static override properties = { fits: { attribute: false }, shown: {} }
  declare fits: readonly KeptFit[]
  /** request of the fit that is shown, as the link has it */
  declare shown: string

  constructor() {
    super()
    Object.assign(this, { fits: [], shown: '' })
  }

  protected override render(): TemplateResult {
    return html`<h5>Fits of this analysis</h5><div class="scroll"><table><thead><tr><th scope="col">model</th><th scope="col">energies</th><th scope="col">spectra</th><th scope="col" class="number">statistic / dof</th><th scope="col">asked</th></tr></thead>
      <tbody>${[...this.fits].reverse().map((f) => this.#row(f))}</tbody></table></div>`
  }

  #row({ at, request, statistic, value, dof }: KeptFit): TemplateResult {
    const { fit, spectra } = request
    const draft = draftOf(JSON.stringify(request))
    const current = draft !== null && JSON.stringify(fitRequestOf(draft)) === this.shown
    return html`<tr data-fit=${fit.model}><td><button aria-pressed=${current ? 'true' : 'false'} @click=${() => this.dispatchEvent(new CustomEvent<FitRequest>('again', { detail: request }))}>${fit.model}</button></td>
      <td>${fit.energy ? `${numberText(fit.energy[0])} – ${numberText(fit.energy[1])} keV` : 'all'}</td><td>${spectra.map(placeOfPath).join(', ')}</td>
      <td class="number">${STATISTICS[statistic]} ${numberText(Number(value.toPrecision(5)))} / ${dof}</td><td class="dim">${utcText(ttFromUtcIso(at)).slice(5, 16)}</td></tr>`
  }
}

customElements.define('kept-fits', KeptFits)
