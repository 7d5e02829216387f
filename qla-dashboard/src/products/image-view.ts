import './region-panel.js'
import { css, html, LitElement, nothing, type PropertyValues, svg, type TemplateResult } from 'lit'
import type { FitsFile } from '@heavens/science/fits'
import { baseStyle } from '../app/base-style.js'
import { numberText } from '../figures/axis-text.js'
import { COLOUR_MAPS, type ColourMap, type Theme, divergingTable, sequentialTable } from '../sky/colours.js'
import { positionText } from '../state/formats.js'
import type { Look } from '../state/view.js'
import { type ImageColours, colourGradient, paintPicture } from './image-paint.js'
import { type Region, regionOf, regionText } from './image-region.js'
import { changeLook, lookChoice, lookNumbers } from './look.js'
import { type Picture, openProduct, pictureHdus, readPicture } from './read-product.js'
import { regionOutline } from './region-outline.js'
import { CUTS, STRETCHES, type Cut, displayRange, unstretched } from './stretch.js'
import { viewerStyle } from './viewer-style.js'

const SHAPES = ['circle', 'box'] as const
const MAPS = Object.keys(COLOUR_MAPS) as ColourMap[]
const CUT_NAMES: Record<Cut, string> = { all: 'all values', '99.5': 'middle 99.5 %', '98': 'middle 98 %', '5': '± 5 σ' }
/** Side of a region that was placed by a key [pixels]. */
const FIRST_RADIUS = 8

/** An image of a FITS file with stretch, colour map, read-out in world coordinates, and a region with its counts and profile. */
export class ImageView extends LitElement {
  static override styles = [baseStyle, viewerStyle, css`
    .frame { position: relative; width: min(100%, 640px, 58vh * var(--aspect)); margin: 0 auto; border: 1px solid var(--rule-strong); overflow: hidden; touch-action: none; cursor: crosshair }
    canvas, svg { position: absolute; inset: 0; width: 100%; height: 100% }
    canvas { image-rendering: pixelated }
    svg { pointer-events: none }
    path { fill: none; stroke: #fff; stroke-width: 1.5px; vector-effect: non-scaling-stroke; paint-order: stroke }
    path.under { stroke: #000; stroke-width: 3.5px; opacity: .6 }
    .scale { display: grid; grid-template-columns: auto 1fr auto; gap: 8px; align-items: center; width: min(100%, 640px); margin: 4px auto 0; font-size: 12px; color: var(--dim) }
    .scale div { height: 8px }
    .bar { gap: 4px 8px }
    .bar select { max-width: 130px }
    .read { min-height: 20px; padding: 2px 0; text-align: center }
  `]
  static override properties = { bytes: { attribute: false }, name: {}, look: { attribute: false }, theme: {}, file: { state: true }, picture: { state: true }, failed: { state: true }, pointed: { state: true }, drawing: { state: true } }
  declare bytes: Uint8Array
  declare name: string
  declare look: Look
  declare theme: string
  declare file: FitsFile | null
  declare picture: Picture | null
  declare failed: string | null
  declare pointed: [x: number, y: number] | null
  /** a region while it is drawn with the mouse */
  declare drawing: Region | null
  #index = -1
  #from: [number, number] | null = null

  constructor() {
    super()
    Object.assign(this, { look: {}, theme: 'dark', file: null, picture: null, failed: null, pointed: null, drawing: null })
  }

  protected override willUpdate(changes: PropertyValues<this>): void {
    if (changes.has('bytes')) void this.#open()
    else if (this.file && this.#wanted() !== this.#index) void this.#read(this.file)
  }

  #wanted(): number { return lookNumbers(this.look, 'hdu', 1)?.[0] ?? 0 }

  async #open(): Promise<void> {
    const { bytes } = this
    try {
      const file = await openProduct(bytes, this.name)
      if (bytes === this.bytes) await this.#read(this.file = file)
    } catch (error) {
      if (bytes === this.bytes) this.failed = (error as Error).message
    }
  }

  async #read(file: FitsFile): Promise<void> {
    const index = this.#index = this.#wanted()
    const hdus = pictureHdus(file)
    const hdu = hdus[index] ?? hdus[0]
    if (!hdu) { this.failed = 'This file holds no picture.'; return }
    try {
      const picture = await readPicture(file, hdu, this.bytes)
      if (index === this.#index) Object.assign(this, { picture, failed: null })
    } catch (error) {
      this.failed = (error as Error).message
    }
  }

  #signed(): boolean { return this.picture?.name.startsWith('SIGNIFICANCE') ?? false }

  #colours(picture: Picture): ImageColours {
    const theme: Theme = this.theme === 'light' ? 'light' : 'dark'
    const signed = this.#signed()
    const cut = lookChoice(this.look, 'cut', CUTS, signed ? '5' : 'all')
    return {
      ...displayRange(picture.values, signed, cut), theme, beyond: signed && cut === '5', stretch: lookChoice(this.look, 'stretch', STRETCHES, signed ? 'linear' : 'sqrt'),
      table: signed ? divergingTable(theme) : sequentialTable(lookChoice(this.look, 'map', MAPS), 'dark'),
    }
  }

  protected override updated(changes: PropertyValues<this>): void {
    const canvas = this.renderRoot.querySelector('canvas')
    if (this.picture && canvas && (changes.has('picture') || changes.has('look') || changes.has('theme'))) paintPicture(canvas, this.picture, this.#colours(this.picture))
  }

  /** FITS pixel under the pointer, with its fraction; centres from 1. */
  #pixel(event: PointerEvent, { width, height }: Picture): [number, number] {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect()
    return [((event.clientX - box.left) / box.width) * width + 0.5, height + 0.5 - ((event.clientY - box.top) / box.height) * height]
  }

  #move(event: PointerEvent): void {
    const { picture } = this
    if (!picture) return
    const [x, y] = this.#pixel(event, picture)
    const inside = x >= 0.5 && y >= 0.5 && x < picture.width + 0.5 && y < picture.height + 0.5
    this.pointed = inside ? [Math.round(x), Math.round(y)] : null
    if (this.#from) this.drawing = this.#regionBetween(picture, this.#from, [x, y])
  }

  #regionBetween(picture: Picture, from: readonly [number, number], to: readonly [number, number]): Region | null {
    const [dx, dy] = [Math.abs(to[0] - from[0]) * picture.scale, Math.abs(to[1] - from[1]) * picture.scale]
    const circle = lookChoice(this.look, 'shape', SHAPES) === 'circle'
    const middle = circle ? from : [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2] as const
    const world = picture.worldOf(middle[0], middle[1])
    if (!world || Math.max(dx, dy) < picture.scale * 0.7) return null
    const [lon, lat] = world
    return circle ? { shape: 'circle', lon, lat, radius: Math.hypot(dx, dy) } : { shape: 'box', lon, lat, width: Math.max(dx, picture.scale), height: Math.max(dy, picture.scale) }
  }

  #release(): void {
    if (this.drawing) changeLook(this, { region: regionText(this.drawing) })
    this.#from = null
    this.drawing = null
  }

  #onKey(event: KeyboardEvent): void {
    const { picture } = this
    if (!picture || event.ctrlKey || event.metaKey || event.altKey) return
    const step = ({ ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] } as Record<string, [number, number]>)[event.key]
    const at = this.pointed ?? [Math.round(picture.width / 2), Math.round(picture.height / 2)]
    if (step) {
      const by = event.shiftKey ? 10 : 1
      const within = (v: number, most: number): number => Math.min(most, Math.max(1, v))
      this.pointed = [within(at[0] + step[0] * by, picture.width), within(at[1] + step[1] * by, picture.height)]
    } else if (event.key === 'Enter') {
      const region = this.#regionBetween(picture, at, [at[0] + FIRST_RADIUS, at[1]])
      if (region) changeLook(this, { region: regionText(region) })
    } else return
    event.preventDefault()
  }

  #readOut(picture: Picture): string {
    const { pointed } = this
    if (!pointed && picture.values.every((v) => !(v > 0))) return 'Nothing in this picture: every pixel is 0 or without a value.'
    if (!pointed) return `${picture.width} × ${picture.height} pixels, read by ${picture.reader === 'fitsjs' ? 'fitsjs' : 'our own reader'}`
    const [x, y] = pointed
    const value = picture.values[(y - 1) * picture.width + x - 1]!
    const world = picture.wcs ? picture.worldOf(x, y) : undefined
    return [world ? positionText(world[0], world[1], 'degrees') : '', `pixel ${x}, ${y}`, Number.isNaN(value) ? 'no value' : `${Number(value.toPrecision(5))} ${picture.unit}`].filter(Boolean).join(' · ')
  }

  protected override render(): TemplateResult {
    const { picture, file } = this
    if (this.failed) return html`<p class="bad" role="alert">${this.failed}</p>`
    if (!picture || !file) return html`<p class="dim">Reading the image…</p>`
    const names = pictureHdus(file).map((h) => [h.name, h.header.string('BANDID', '')].filter(Boolean).join(' ').toLowerCase())
    const signed = this.#signed()
    const colours = this.#colours(picture)
    const region = regionOf(this.look['region'])
    const outline = this.drawing ?? region
    const shape = lookChoice(this.look, 'shape', SHAPES)
    const at = (t: number): string => numberText(Number(unstretched(t, colours.low, colours.high, colours.stretch).toPrecision(3)))
    return html`<div class="bar">
        ${choice('Extension', String(Math.max(0, this.#index)), names.map((n, i) => [String(i), n]), (hdu) => changeLook(this, { hdu: hdu === '0' ? null : hdu }))}
        ${choice('Stretch', colours.stretch, STRETCHES.map((s) => [s, s]), (stretch) => changeLook(this, { stretch }))}
        ${signed ? nothing : choice('Colour map', lookChoice(this.look, 'map', MAPS), MAPS.map((m) => [m, m]), (map) => changeLook(this, { map }))}
        ${choice('Range of the colours', lookChoice(this.look, 'cut', CUTS, signed ? '5' : 'all'), CUTS.filter((c) => (signed ? c === '5' || c === 'all' : c !== '5')).map((c) => [c, CUT_NAMES[c]]), (cut) => changeLook(this, { cut }))}
        <span role="group" aria-label="Shape of a region">${SHAPES.map((s) => html`<button aria-pressed=${s === shape ? 'true' : 'false'} @click=${() => changeLook(this, { shape: s === 'circle' ? null : s })}>${s === 'circle' ? '○ circle' : '□ box'}</button>`)}</span></div>
      <div class="frame" style="--aspect:${picture.width / picture.height};aspect-ratio:${picture.width}/${picture.height}" tabindex="0" role="img" aria-label="Image ${picture.name.toLowerCase()}; arrows move the read-out, Enter places a region" @keydown=${(e: KeyboardEvent) => this.#onKey(e)}
        @pointerdown=${(e: PointerEvent) => { this.#from = this.#pixel(e, picture); (e.currentTarget as HTMLElement).setPointerCapture(e.pointerId) }} @pointermove=${(e: PointerEvent) => this.#move(e)}
        @pointerup=${() => this.#release()} @pointercancel=${() => { this.#from = null; this.drawing = null }} @pointerleave=${() => { if (!this.#from) this.pointed = null }}>
        <canvas></canvas><svg viewBox="0 0 ${picture.width} ${picture.height}" aria-hidden="true">${outline ? this.#outline(regionOutline(picture, outline)) : nothing}</svg></div>
      <div class="scale"><span>${at(0)}</span><div style="background:${colourGradient(colours)}"></div><span>${at(1)} ${picture.unit}</span></div>
      <div class="read mono" aria-live="polite">${this.#readOut(picture)}</div>
      ${region ? html`<region-panel .picture=${picture} .region=${region} .theme=${this.theme}></region-panel>` : html`<p class="note">Drag on the image to draw a ${shape}: its counts and the profile around it stand here.</p>`}`
  }

  #outline(path: string): unknown {
    return svg`<path class="under" d=${path}></path><path d=${path}></path>`
  }
}

function choice(label: string, value: string, values: readonly (readonly [string, string])[], change: (v: string) => void): TemplateResult {
  return html`<select aria-label=${label} @change=${(e: Event) => change((e.target as HTMLSelectElement).value)}>${values.map(([id, text]) => html`<option value=${id} ?selected=${id === value}>${text}</option>`)}</select>`
}

customElements.define('image-view', ImageView)
