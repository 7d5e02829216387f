import '../figures/figure-view.js'
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit'
import { baseStyle } from '../app/base-style.js'
import { numberText } from '../figures/axis-text.js'
import type { Figure } from '../figures/figure.js'
import { type PositionForm, positionText } from '../state/formats.js'
import { type Region, reachOf, sizesOf } from './image-region.js'
import type { MarkedPlace } from './interval-request.js'
import { profileFigure, radialProfile } from './radial-profile.js'
import type { Picture } from './read-product.js'
import { type RegionCounts, isCounts, regionCounts } from './region-counts.js'
import { viewerStyle } from './viewer-style.js'

/**
 * The region that is chosen, in figures: where it is, what is in it of the picture that is shown, and the profile around its middle.
 *
 * @fires region  detail: the region as it was changed
 * @fires place   detail: MarkedPlace, to be analysed
 */
export class RegionPanel extends LitElement {
  static override styles = [baseStyle, viewerStyle]
  static override properties = { picture: { attribute: false }, region: { attribute: false }, theme: {}, form: {} }
  declare picture: Picture
  declare region: Region
  declare theme: string
  declare form: PositionForm
  #counts: RegionCounts | null = null
  #profile: Figure | null = null

  protected override willUpdate(changes: PropertyValues<this>): void {
    if (!changes.has('picture') && !changes.has('region')) return
    this.#counts = regionCounts(this.picture, this.region)
    this.#profile = profileFigure(radialProfile(this.picture, this.region), this.picture.unit)
  }

  #set(key: string, input: HTMLInputElement): void {
    const value = Number(input.value.replace('−', '-'))
    const next = { ...this.region, [key]: value } as Region
    const fits = Number.isFinite(value) && input.value.trim() !== '' && sizesOf(next).every((v, k) => k > 1 || v > 0 || (next.shape === 'annulus' && k === 0 && v === 0)) && (next.shape !== 'annulus' || next.outer > next.inner)
    if (fits) this.dispatchEvent(new CustomEvent<Region>('region', { detail: next }))
    else this.requestUpdate('region')
  }

  protected override render(): TemplateResult {
    const { region, picture } = this
    const unit = picture.wcs ? '°' : 'pixels'
    const field = (label: string, value: number, key: string): TemplateResult =>
      html`<label>${label} <input class="number" aria-label="${label} of the region" .value=${String(Number(value.toFixed(5)))} @change=${(e: Event) => this.#set(key, e.target as HTMLInputElement)}></label>`
    return html`<div class="bar" role="group" aria-label="Region">${field(picture.wcs ? 'RA' : 'x', region.lon, 'lon')}${field(picture.wcs ? 'Dec' : 'y', region.lat, 'lat')}
        ${region.shape === 'circle' ? field('radius', region.radius, 'radius') : region.shape === 'annulus' ? html`${field('inner', region.inner, 'inner')}${field('outer', region.outer, 'outer')}` : html`${field('width', region.width, 'width')}${field('height', region.height, 'height')}${field('angle', region.angle ?? 0, 'angle')}`}<span class="dim">${unit}</span>
        ${picture.wcs ? html`<button data-take="place" @click=${() => this.dispatchEvent(new CustomEvent<MarkedPlace>('place', { detail: { lon: region.lon, lat: region.lat, radius: reachOf(region) }, bubbles: true, composed: true }))}>Analyse here</button>` : nothing}</div>
      ${this.#counts ? this.#numbers(this.#counts) : nothing}
      <figure-view .figure=${this.#profile} .theme=${this.theme} label="Radial profile around the region"></figure-view>`
  }

  #numbers(c: RegionCounts): TemplateResult {
    const { picture } = this
    if (c.valued === 0) return html`<p class="bad" role="status">No pixel with a value is in this region.</p>`
    const world = c.at && picture.wcs ? picture.worldOf(c.at[0] + 1, c.at[1] + 1) : undefined
    const round = (v: number): string => numberText(Number(v.toPrecision(4)))
    const row = (name: string, value: string): TemplateResult => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>`
    return html`<table id="region-counts"><tbody>
      ${isCounts(picture) ? row('counts', `${c.sum} ± ${round(Math.sqrt(c.sum))}`) : nothing}
      ${row('mean per pixel', `${round(c.mean)} ${picture.unit}`)}
      ${row('largest', `${round(c.largest)} ${picture.unit}${world ? ` at ${positionText(world[0], world[1], this.form)}` : c.at ? ` at pixel ${c.at[0] + 1}, ${c.at[1] + 1}` : ''}`)}
      ${row('pixels', `${c.pixels}${c.valued < c.pixels ? `, ${c.pixels - c.valued} without a value` : ''}`)}
    </tbody></table>`
  }
}

customElements.define('region-panel', RegionPanel)
