import './image-stage.js'
import './region-list.js'
import './region-panel.js'
import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit'
import type { ResolvedTarget } from '@heavens/schemas'
import type { FitsFile } from '@heavens/science/fits'
import { baseStyle } from '../app/base-style.js'
import { numberText } from '../figures/axis-text.js'
import { COLOUR_MAPS, type ColourMap, type Theme, divergingTable, sequentialTable } from '../sky/colours.js'
import { POSITION_FORMS, type PositionForm, positionText } from '../state/formats.js'
import type { Look } from '../state/view.js'
import { choice } from './choice.js'
import { type Camera, cameraText } from './image-camera.js'
import { type ImageColours, colourGradient } from './image-paint.js'
import { type Region, SHAPES, type Shape, regionsOf, regionsText } from './image-region.js'
import type { RegionsChange } from './image-stage.js'
import { changeLook, lookChoice, lookNumbers } from './look.js'
import { type PictureSet, indexOfMap, pictureSet, placeInSet } from './picture-set.js'
import { type Picture, openProduct, readPicture } from './read-product.js'
import type { RegionContext } from './region-counts.js'
import { CUTS, STRETCHES, type Cut, displayRange, unstretched } from './stretch.js'
import { viewerStyle } from './viewer-style.js'

const NO_SOURCES: readonly ResolvedTarget[] = []
const NO_CONTEXT: RegionContext = {}
const MAPS = Object.keys(COLOUR_MAPS) as ColourMap[]
const CUT_NAMES: Record<Cut, string> = { all: 'all values', '99.5': 'middle 99.5 %', '98': 'middle 98 %', '5': '± 5 σ', own: 'from … to …' }
const TOOLS: Record<Shape | 'move', string> = { move: '✥ move', circle: '○ circle', annulus: '◎ annulus', box: '□ box' }
const FORM_NAMES: Record<PositionForm, string> = { degrees: 'RA Dec, deg', sexagesimal: 'RA Dec, hms', galactic: 'galactic' }

/** An image file: its maps and bands with stretch and colour map, coordinates over it, and regions with what they hold. */
export class ImageView extends LitElement {
  static override styles = [baseStyle, viewerStyle, css`
    .scale { display: grid; grid-template-columns: auto 1fr auto; gap: 8px; align-items: center; width: min(100%, 720px); margin: 4px auto 0; font-size: 12px; color: var(--dim) }
    .scale div { height: 8px }
    .bar { gap: 4px 8px }
    .bar select { max-width: 150px }
    .tools { gap: 4px }
    .read { min-height: 20px; padding: 2px 0; text-align: center }
    .refused { margin: 4px 0; padding-left: 16px }
  `]
  static override properties = {
    bytes: { attribute: false }, name: {}, look: { attribute: false }, theme: {}, sources: { attribute: false },
    file: { state: true }, picture: { state: true }, counts: { state: true }, failed: { state: true }, pointed: { state: true }, tool: { state: true }, refused: { state: true },
  }
  declare bytes: Uint8Array
  declare name: string
  declare look: Look
  declare theme: string
  /** the catalogue */
  declare sources: readonly ResolvedTarget[]
  declare file: { file: FitsFile; set: PictureSet } | null
  declare picture: Picture | null
  /** counts of the band that is shown, with what else its regions need */
  declare counts: { picture: Picture; context: RegionContext } | null
  declare failed: string | null
  declare pointed: [x: number, y: number] | null
  declare tool: Shape | 'move'
  declare refused: readonly string[]
  #index = -1
  #colours: ImageColours | null = null
  // Kept while the look stays, so that what hangs on them is not drawn again with every move of the pointer.
  #regions: readonly Region[] = []
  #camera: Camera | null = null
  #read = new Map<number, Promise<Picture>>()

  constructor() {
    super()
    Object.assign(this, { look: {}, theme: 'dark', sources: [], file: null, picture: null, counts: null, failed: null, pointed: null, tool: 'move', refused: [] })
  }

  protected override willUpdate(changes: PropertyValues<this>): void {
    if (changes.has('look')) {
      this.#regions = regionsOf(this.look['region'])
      const at = lookNumbers(this.look, 'at', 3)
      this.#camera = at && { x: at[0]!, y: at[1]!, zoom: at[2]! }
    }
    if (changes.has('bytes')) void this.#open()
    else if (this.file && this.#wanted() !== this.#index) void this.#show()
    if (this.picture && (changes.has('picture') || changes.has('look') || changes.has('theme'))) this.#colours = this.#coloursOf(this.picture)
  }

  #wanted(): number { return lookNumbers(this.look, 'hdu', 1)?.[0] ?? 0 }

  async #open(): Promise<void> {
    const { bytes } = this
    try {
      const file = await openProduct(bytes, this.name)
      if (bytes !== this.bytes) return
      this.#read.clear()
      this.file = { file, set: pictureSet(file) }
      await this.#show()
    } catch (error) {
      if (bytes === this.bytes) this.failed = (error as Error).message
    }
  }

  /** A picture of the file, read once. */
  #pictureAt(index: number | undefined): Promise<Picture> | null {
    const hdu = index === undefined ? undefined : this.file?.set.hdus[index]
    if (!this.file || index === undefined || !hdu) return null
    const known = this.#read.get(index) ?? readPicture(this.file.file, hdu, this.bytes)
    this.#read.set(index, known)
    return known
  }

  async #show(): Promise<void> {
    const { set } = this.file!
    const index = this.#index = this.#wanted()
    const shown = this.#pictureAt(set.hdus[index] ? index : 0)
    if (!shown) { this.failed = 'This file holds no picture.'; return }
    try {
      const { band } = placeInSet(set, index)
      const companions = ['COUNTS', 'EXPOSURE', 'BACKGROUND'].map((map) => this.#pictureAt(indexOfMap(set, map, band)))
      const [picture, counts, exposure, background] = await Promise.all([shown, ...companions])
      if (index === this.#index) Object.assign(this, { picture, counts: counts && { picture: counts, context: { exposure, background } }, failed: null })
    } catch (error) {
      if (index === this.#index) this.failed = (error as Error).message
    }
  }

  get #signed(): boolean { return this.picture?.name.startsWith('SIGNIFICANCE') ?? false }
  get #cut(): Cut { return lookChoice(this.look, 'cut', CUTS, this.#signed ? '5' : 'all') }
  get #form(): PositionForm { return lookChoice(this.look, 'frame', POSITION_FORMS) }

  #coloursOf(picture: Picture): ImageColours {
    const theme: Theme = this.theme === 'light' ? 'light' : 'dark'
    const [signed, cut] = [this.#signed, this.#cut]
    const own = cut === 'own' ? lookNumbers(this.look, 'limits', 2) : null
    const range = own && own[1]! > own[0]! ? { low: own[0]!, high: own[1]! } : displayRange(picture.values, signed, cut)
    return {
      ...range, theme, beyond: signed && cut !== 'all', stretch: lookChoice(this.look, 'stretch', STRETCHES, signed ? 'linear' : 'sqrt'),
      table: signed ? divergingTable(theme) : sequentialTable(lookChoice(this.look, 'map', MAPS), 'dark'),
    }
  }

  #changeRegions(change: RegionsChange): void {
    this.tool = 'move'
    this.refused = []
    changeLook(this, { region: regionsText(change.regions) || null, sel: change.selected > 0 ? String(change.selected) : null })
  }

  #readOut(picture: Picture): string {
    const { pointed } = this
    if (!pointed && picture.values.every((v) => !(v > 0))) return 'Nothing in this picture: every pixel is 0 or without a value.'
    if (!pointed) return `${picture.width} × ${picture.height} pixels, read by ${picture.reader === 'fitsjs' ? 'fitsjs' : 'our own reader'}`
    const [x, y] = pointed
    const value = picture.values[(y - 1) * picture.width + x - 1]!
    const world = picture.wcs ? picture.worldOf(x, y) : undefined
    // As many digits as tell neighbouring pixels apart.
    const finer = Math.max(0, Math.min(4, Math.ceil(-Math.log10(picture.scale)) - 2))
    return [world ? positionText(world[0], world[1], this.#form, finer) : '', `pixel ${x}, ${y}`, Number.isNaN(value) ? 'no value' : `${Number(value.toPrecision(5))} ${picture.unit}`].filter(Boolean).join(' · ')
  }

  protected override render(): TemplateResult {
    const { picture, file } = this
    const colours = this.#colours
    if (this.failed) return html`<p class="bad" role="alert">${this.failed}</p>`
    if (!picture || !file || !colours) return html`<p class="dim">Reading the image…</p>`
    const regions = this.#regions
    const selected = Math.min(regions.length - 1, Math.max(0, lookNumbers(this.look, 'sel', 1)?.[0] ?? 0))
    const region = regions[selected]
    const at = (t: number): string => numberText(Number(unstretched(t, colours.low, colours.high, colours.stretch).toPrecision(3)))
    const name = picture.name.toLowerCase()
    return html`${this.#pictureBar(file.set, colours)}${this.#toolBar(picture)}
      <image-stage .picture=${picture} .colours=${colours} .camera=${this.#camera} .regions=${regions} .selected=${selected} .sources=${this.look['names'] === '0' ? NO_SOURCES : this.sources} .form=${this.#form} .lines=${this.look['lines'] !== '0'} .tool=${this.tool}
        label="Image ${name}; arrows move a cross, + and − zoom, Enter places a region, [ and ] change its size"
        @camera=${(e: CustomEvent<Camera>) => changeLook(this, { at: cameraText(e.detail) })} @regions=${(e: CustomEvent<RegionsChange>) => this.#changeRegions(e.detail)} @pointed=${(e: CustomEvent<[number, number] | null>) => { this.pointed = e.detail }}></image-stage>
      <div class="scale"><span>${at(0)}</span><div style="background:${colourGradient(colours)}"></div><span>${at(1)} ${picture.unit}</span></div>
      <div class="read mono" aria-live="polite">${this.#readOut(picture)}</div>
      <region-list .picture=${this.counts?.picture ?? picture} .context=${this.counts?.context ?? NO_CONTEXT} .regions=${regions} .selected=${selected} .form=${this.#form} name="${this.name.split('/')[0]}.reg"
        @regions=${(e: CustomEvent<RegionsChange>) => this.#changeRegions(e.detail)} @refused=${(e: CustomEvent<string[]>) => { this.refused = e.detail }}></region-list>
      ${this.refused.length ? html`<ul class="refused bad" role="alert">${this.refused.map((r) => html`<li>${r}</li>`)}</ul>` : nothing}
      ${region ? html`<region-panel .picture=${picture} .region=${region} .form=${this.#form} .theme=${this.theme} @region=${(e: CustomEvent<Region>) => this.#changeRegions({ regions: regions.with(selected, e.detail), selected })}></region-panel>`
        : html`<p class="note">Choose a shape and draw a region: its counts and the profile around it stand here.</p>`}`
  }

  #pictureBar(set: PictureSet, colours: ImageColours): TemplateResult {
    const { map, band } = placeInSet(set, Math.max(0, this.#index))
    const go = (toMap: string, toBand: string): void => {
      const index = indexOfMap(set, toMap, toBand) ?? set.hdus.findIndex((h) => h.name === toMap)
      changeLook(this, { hdu: index > 0 ? String(index) : null, limits: null, ...(this.#cut === 'own' ? { cut: null } : {}) })
    }
    const own = this.#cut === 'own'
    const limit = (label: string, k: 0 | 1): TemplateResult => html`<input class="number" aria-label=${label} .value=${String(Number((k ? colours.high : colours.low).toPrecision(5)))}
      @change=${(e: Event) => changeLook(this, { limits: [colours.low, colours.high].map((v, i) => (i === k ? Number((e.target as HTMLInputElement).value) : v)).join(',') })}>`
    return html`<div class="bar">
        ${set.maps.length > 1 ? choice('Map', map, set.maps.map((m) => [m, m.toLowerCase()]), (m) => go(m, band)) : nothing}
        ${set.bands.length > 1 ? choice('Band', band, set.bands.map((b) => [b, b || 'all energies']), (b) => go(map, b)) : nothing}
        ${choice('Stretch', colours.stretch, STRETCHES.map((s) => [s, s]), (stretch) => changeLook(this, { stretch }))}
        ${this.#signed ? nothing : choice('Colour map', lookChoice(this.look, 'map', MAPS), MAPS.map((m) => [m, m]), (m) => changeLook(this, { map: m }))}
        ${choice('Range of the colours', this.#cut, CUTS.filter((c) => c === 'all' || c === 'own' || (this.#signed ? c === '5' : c !== '5')).map((c) => [c, CUT_NAMES[c]]), (cut) => changeLook(this, { cut, limits: null }))}
        ${own ? html`<span>${limit('Lowest value of the colours', 0)} – ${limit('Highest value of the colours', 1)}</span>` : nothing}
        <button class="plain" title="Whole image (0)" ?disabled=${!this.#camera} @click=${() => changeLook(this, { at: null })}>Whole</button></div>`
  }

  #toolBar(picture: Picture): TemplateResult {
    const form = this.#form
    const toggle = (key: 'lines' | 'names', label: string): TemplateResult => html`<label><input type="checkbox" .checked=${this.look[key] !== '0'} @change=${(e: Event) => changeLook(this, { [key]: (e.target as HTMLInputElement).checked ? null : '0' })}>${label}</label>`
    return html`<div class="bar"><span class="tools" role="group" aria-label="What the pointer does">${(['move', ...SHAPES] as const).map((t) => html`<button data-tool=${t} aria-pressed=${t === this.tool ? 'true' : 'false'} @click=${() => { this.tool = t }}>${TOOLS[t]}</button>`)}</span>
      ${picture.wcs ? html`${choice('Coordinates', form, POSITION_FORMS.map((f) => [f, FORM_NAMES[f]]), (frame) => changeLook(this, { frame: frame === 'degrees' ? null : frame }))}${toggle('lines', 'graticule')}${toggle('names', 'sources')}` : nothing}
</div>`
  }
}

customElements.define('image-view', ImageView)
