import '../figures/figure-view.js'
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit'
import { baseStyle } from '../app/base-style.js'
import { numberText } from '../figures/axis-text.js'
import type { Figure } from '../figures/figure.js'
import { positionText } from '../state/formats.js'
import { type Region, type RegionCounts, isCounts, regionCounts, regionText } from './image-region.js'
import { changeLook } from './look.js'
import { profileFigure, radialProfile } from './radial-profile.js'
import type { Picture } from './read-product.js'
import { viewerStyle } from './viewer-style.js'

/** A region in figures: where it is, what is in it, and the profile around its middle. */
export class RegionPanel extends LitElement {
  static override styles = [baseStyle, viewerStyle]
  static override properties = { picture: { attribute: false }, region: { attribute: false }, theme: {} }
  declare picture: Picture
  declare region: Region
  declare theme: string
  #counts: RegionCounts | null = null
  #profile: Figure | null = null

  protected override willUpdate(changes: PropertyValues<this>): void {
    if (!changes.has('picture') && !changes.has('region')) return
    this.#counts = regionCounts(this.picture, this.region)
    this.#profile = profileFigure(radialProfile(this.picture, this.region), this.picture.unit)
  }

  #set(change: Partial<{ lon: number; lat: number; radius: number; width: number; height: number }>): void {
    if (Object.values(change).every(Number.isFinite)) changeLook(this, { region: regionText({ ...this.region, ...change } as Region) })
  }

  protected override render(): TemplateResult {
    const { region, picture } = this
    const unit = picture.wcs ? '°' : 'pixels'
    const field = (label: string, value: number, key: 'lon' | 'lat' | 'radius' | 'width' | 'height'): TemplateResult =>
      html`<label>${label} <input class="number" aria-label="${label} of the region" .value=${String(Number(value.toFixed(4)))} @change=${(e: Event) => this.#set({ [key]: Number((e.target as HTMLInputElement).value) })}></label>`
    return html`<div class="bar" role="group" aria-label="Region">${field(picture.wcs ? 'RA' : 'x', region.lon, 'lon')}${field(picture.wcs ? 'Dec' : 'y', region.lat, 'lat')}
        ${region.shape === 'circle' ? field('radius', region.radius, 'radius') : html`${field('width', region.width, 'width')}${field('height', region.height, 'height')}`}<span class="dim">${unit}</span>
        <button class="plain" @click=${() => changeLook(this, { region: null })}>Remove</button></div>
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
      ${row('largest', `${round(c.largest)} ${picture.unit}${world ? ` at ${positionText(world[0], world[1], 'degrees')}` : c.at ? ` at pixel ${c.at[0] + 1}, ${c.at[1] + 1}` : ''}`)}
      ${row('pixels', `${c.pixels}${c.valued < c.pixels ? `, ${c.pixels - c.valued} without a value` : ''}`)}
      ${c.excess ? row('over the ring of 1.5 – 3 radii', `${round(c.sum - c.excess.expected)} counts above ${round(c.excess.expected)} · ${numberText(Number(c.excess.sigma.toFixed(1)))} σ (Li & Ma)`) : nothing}
    </tbody></table>`
  }
}

customElements.define('region-panel', RegionPanel)
