import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit'
import { baseStyle } from '../app/base-style.js'
import { numberText, withError } from '../figures/axis-text.js'
import { type PositionForm, positionText } from '../state/formats.js'
import { regionsFromDs9, regionsToDs9 } from './ds9-regions.js'
import { type Region, regionText, sizesOf } from './image-region.js'
import type { RegionsChange } from './image-stage.js'
import type { Picture } from './read-product.js'
import { type RegionContext, type RegionCounts, isCounts, regionCounts } from './region-counts.js'
import { viewerStyle } from './viewer-style.js'

/** Pixels of so many regions are kept, those of moved ones too. */
const MOST_MASKS = 60

const BACKGROUNDS = { regions: 'against the background regions (σ: Li & Ma)', map: 'against the background map, as if it had no error', ring: 'of a circle against the ring from 1.5 to 3 radii (σ: Li & Ma)' } as const

/**
 * The regions of an image with their counts, net counts and significance; one is chosen, each can be made background, all are saved and
 * read as the text of DS9.
 *
 * @fires regions  detail: RegionsChange
 * @fires refused  detail: sentences about lines of a file that were not taken
 */
export class RegionList extends LitElement {
  static override styles = [baseStyle, viewerStyle, css`
    tr[aria-selected='true'] td:first-child { box-shadow: inset 2px 0 var(--accent) }
    td:first-child { padding-left: 6px }
    td > button { border-color: transparent; padding: 0 4px }
    .file { cursor: pointer; color: var(--dim) } .file:hover { color: var(--text) }
    .file:focus-within { outline: 2px solid var(--accent); outline-offset: 1px }
    .where { white-space: nowrap }
  `]
  static override properties = { picture: { attribute: false }, context: { attribute: false }, regions: { attribute: false }, selected: { type: Number }, form: {}, name: {} }
  /** the counts of the band that is shown, or what else is shown */
  declare picture: Picture
  declare context: RegionContext
  declare regions: readonly Region[]
  declare selected: number
  declare form: PositionForm
  /** of the file that is saved */
  declare name: string
  #counts: RegionCounts[] = []
  #known = new Map<string, RegionCounts>()
  #masks = new Map<string, Uint8Array>()

  protected override willUpdate(changes: PropertyValues<this>): void {
    if (!changes.has('picture') && !changes.has('regions') && !changes.has('context')) return
    if (changes.has('picture') || changes.has('context')) this.#known = new Map()
    if (changes.has('picture') || this.#masks.size > MOST_MASKS) this.#masks = new Map()
    // The background of one region depends on the others.
    const all = this.regions.map(regionText).join(';')
    const next = new Map<string, RegionCounts>()
    this.#counts = this.regions.map((region) => {
      const key = `${regionText(region)}|${all}`
      const counts = this.#known.get(key) ?? regionCounts(this.picture, region, { ...this.context, regions: this.regions, masks: this.#masks })
      next.set(key, counts)
      return counts
    })
    this.#known = next
  }

  #tell(regions: readonly Region[], selected: number): void {
    this.dispatchEvent(new CustomEvent<RegionsChange>('regions', { detail: { regions, selected: Math.max(0, Math.min(selected, regions.length - 1)) } }))
  }

  async #load(input: HTMLInputElement): Promise<void> {
    const [file] = input.files ?? []
    if (!file) return
    const { regions, refused } = regionsFromDs9(await file.text(), this.picture.wcs !== null)
    input.value = ''
    if (regions.length) this.#tell([...this.regions, ...regions], this.regions.length)
    const said = regions.length === 0 && refused.length === 0 ? [`${file.name} holds no region.`] : refused
    if (said.length) this.dispatchEvent(new CustomEvent<string[]>('refused', { detail: said }))
  }

  #save(): void {
    const url = URL.createObjectURL(new Blob([regionsToDs9(this.regions, this.picture.wcs !== null)], { type: 'text/plain' }))
    const link = Object.assign(document.createElement('a'), { href: url, download: this.name })
    link.click()
    setTimeout(() => URL.revokeObjectURL(url), 10_000)
  }

  protected override render(): TemplateResult {
    const { regions, picture } = this
    const counted = isCounts(picture)
    const ways = [...new Set(this.#counts.flatMap((c) => (c.excess ? [c.excess.from] : [])))]
    return html`${regions.length ? html`<div class="scroll"><table id="regions"><thead><tr><th scope="col">region</th><th scope="col">where</th><th scope="col" class="number">${counted ? 'counts' : picture.unit || 'sum'}</th>${counted ? html`<th scope="col" class="number">net</th><th scope="col" class="number">σ</th>` : nothing}<th scope="col"><span class="hidden-label">what to do</span></th></tr></thead>
      <tbody>${regions.map((r, i) => this.#row(r, i, this.#counts[i]!, counted))}</tbody></table></div>` : nothing}
      <div class="bar"><label class="file">Load .reg… <input class="hidden-label" type="file" aria-label="Region file of DS9" accept=".reg,.txt" @change=${(e: Event) => void this.#load(e.target as HTMLInputElement)}></label>
        ${regions.length ? html`<button class="plain" id="save-regions" @click=${() => this.#save()}>Save .reg</button><button class="plain" @click=${() => this.#tell([], 0)}>Remove all</button>` : nothing}
        ${ways.length ? html`<span class="dim">net ${ways.map((w) => BACKGROUNDS[w]).join('; ')}</span>` : nothing}</div>`
  }

  #row(r: Region, i: number, c: RegionCounts, counted: boolean): TemplateResult {
    const unit = this.picture.wcs ? '°' : ''
    const sizes = sizesOf(r).slice(0, 2).map((v) => `${numberText(Number(v.toPrecision(3)))}${unit}`).join(r.shape === 'annulus' ? ' – ' : ' × ')
    const where = this.picture.wcs ? positionText(r.lon, r.lat, this.form).replace(' ICRS', '') : `${r.lon.toFixed(1)}, ${r.lat.toFixed(1)}`
    return html`<tr aria-selected=${i === this.selected ? 'true' : 'false'} data-region=${i}>
      <td><button aria-pressed=${i === this.selected ? 'true' : 'false'} aria-label="Choose region ${i + 1}, ${r.shape}" @click=${() => this.#tell(this.regions, i)}>${i + 1} ${r.shape === 'circle' ? '○' : r.shape === 'annulus' ? '◎' : '□'}</button></td><td class="where">${where}<br><span class="dim">${sizes}</span></td>
      <td class="number">${counted ? String(c.sum) : numberText(Number(c.sum.toPrecision(4)))}</td>
      ${counted ? html`<td class="number">${c.excess ? withError(c.sum - c.excess.expected, c.excess.error) : r.off ? 'background' : '–'}</td><td class="number">${c.excess && Number.isFinite(c.excess.sigma) ? numberText(Number(c.excess.sigma.toFixed(1))) : '–'}</td>` : nothing}
      <td class="where"><button class="plain" aria-pressed=${r.off ? 'true' : 'false'} title="What is in it is background for the others" @click=${() => this.#tell(this.regions.with(i, { ...r, off: r.off ? undefined : true } as Region), i)}>background</button>
        <button class="plain" aria-label="Remove region ${i + 1}" @click=${() => this.#tell(this.regions.toSpliced(i, 1), this.selected > i ? this.selected - 1 : this.selected)}>✕</button></td></tr>`
  }
}

customElements.define('region-list', RegionList)
