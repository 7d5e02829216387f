import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit'
import type { FitsFile } from '@heavens/science/fits'
import { baseStyle } from '../app/base-style.js'
import { COLOUR_MAPS, type ColourMap, divergingTable, sequentialTable, wordOf } from '../sky/colours.js'
import { fromFrame } from '../sky/frames.js'
import { positionText } from '../state/formats.js'
import { type Picture, openProduct, pictureHdus, readPicture } from './read-product.js'
import { STRETCHES, type Stretch, displayRange, stretched } from './stretch.js'

/** An image of a FITS file with stretch, colour map and read-out in world coordinates. */
export class ImageView extends LitElement {
  static override styles = [baseStyle, css`
    .bar { display: flex; flex-wrap: wrap; gap: 4px 8px; align-items: center; padding: 4px 0 }
    .frame { position: relative; width: 100%; aspect-ratio: 1; border: 1px solid var(--rule-strong); overflow: hidden }
    canvas { position: absolute; inset: 0; width: 100%; height: 100%; image-rendering: pixelated; cursor: crosshair; touch-action: none }
    .read { min-height: 20px; padding: 4px 0 }
  `]
  static override properties = { bytes: { attribute: false }, name: {}, picture: { state: true }, failed: { state: true }, stretch: { state: true }, map: { state: true }, pointed: { state: true }, chosen: { state: true } }
  declare bytes: Uint8Array
  declare name: string
  declare picture: Picture | null
  declare failed: string | null
  declare stretch: Stretch
  declare map: ColourMap
  declare pointed: [x: number, y: number] | null
  declare chosen: number
  #file: FitsFile | null = null

  constructor() {
    super()
    Object.assign(this, { picture: null, failed: null, stretch: 'sqrt', map: 'inferno', pointed: null, chosen: 0 })
  }

  protected override willUpdate(changes: PropertyValues<this>): void {
    if (changes.has('bytes')) void this.#open()
  }

  async #open(): Promise<void> {
    try {
      this.#file = await openProduct(this.bytes, this.name)
      await this.#choose(0)
    } catch (error) {
      this.failed = (error as Error).message
    }
  }

  async #choose(index: number): Promise<void> {
    const hdu = this.#file && pictureHdus(this.#file)[index]
    if (!hdu || !this.#file) { this.failed = 'This file holds no picture.'; return }
    this.chosen = index
    this.picture = await readPicture(this.#file, hdu, this.bytes)
    this.stretch = this.#signed() ? 'linear' : 'sqrt'
  }

  #signed(): boolean { return this.picture?.name.startsWith('SIGNIFICANCE') ?? false }

  protected override updated(): void {
    const { picture } = this
    const canvas = this.renderRoot.querySelector('canvas')
    if (!picture || !canvas) return
    const theme = document.documentElement.dataset['theme'] === 'light' ? 'light' : 'dark'
    const table = this.#signed() ? divergingTable(theme) : sequentialTable(this.map, 'dark')
    const { low, high } = displayRange(picture.values, this.#signed())
    const { width, height, values } = picture
    Object.assign(canvas, { width, height })
    const data = new ImageData(width, height)
    const words = new Uint32Array(data.data.buffer)
    const blank = wordOf(theme === 'dark' ? '#23272f' : '#d9dbd8')
    // FITS counts rows from the bottom, a canvas from the top.
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const t = stretched(values[y * width + x]!, low, high, this.stretch)
        words[(height - 1 - y) * width + x] = Number.isNaN(t) ? blank : table[Math.round(t * 255)]!
      }
    }
    canvas.getContext('2d')!.putImageData(data, 0, 0)
  }

  #point(event: PointerEvent): void {
    const { picture } = this
    if (!picture) return
    const box = (event.target as HTMLElement).getBoundingClientRect()
    const x = Math.floor(((event.clientX - box.left) / box.width) * picture.width)
    const y = picture.height - 1 - Math.floor(((event.clientY - box.top) / box.height) * picture.height)
    this.pointed = x >= 0 && y >= 0 && x < picture.width && y < picture.height ? [x, y] : null
  }

  #readOut(): string {
    const { picture, pointed } = this
    if (!picture) return ''
    if (!pointed && picture.values.every((v) => !(v > 0))) return 'Nothing in this picture: every pixel is 0 or without a value.'
    if (!pointed) return `${picture.width} × ${picture.height} pixels, read by ${picture.reader === 'fitsjs' ? 'fitsjs' : 'our own reader'}`
    const [x, y] = pointed
    const value = picture.values[y * picture.width + x]!
    const world = picture.wcs?.toWorld(x + 1, y + 1)
    const position = world && picture.wcs ? (picture.wcs.frame === 'galactic' ? fromFrame('galactic', world[0], world[1]) : { ra: world[0], dec: world[1] }) : null
    return [position ? positionText(position.ra, position.dec, 'degrees') : '', `pixel ${x + 1}, ${y + 1}`, `${Number.isNaN(value) ? 'no value' : Number(value.toPrecision(5))} ${Number.isNaN(value) ? '' : picture.unit}`].filter(Boolean).join(' · ')
  }

  protected override render(): TemplateResult {
    if (this.failed) return html`<p class="bad">${this.failed}</p>`
    if (!this.picture || !this.#file) return html`<p class="dim">Reading the image…</p>`
    const pick = (e: Event): string => (e.target as HTMLSelectElement).value
    const names = pictureHdus(this.#file).map((h) => [h.name, h.header.string('BANDID', '')].filter(Boolean).join(' '))
    return html`<div class="bar">
        <select aria-label="Extension" @change=${(e: Event) => void this.#choose(Number(pick(e)))}>${names.map((n, i) => html`<option value=${i} ?selected=${i === this.chosen}>${n.toLowerCase()}</option>`)}</select>
        <select aria-label="Stretch" @change=${(e: Event) => { this.stretch = pick(e) as Stretch }}>${STRETCHES.map((s) => html`<option ?selected=${s === this.stretch}>${s}</option>`)}</select>
        ${this.#signed() ? nothing : html`<select aria-label="Colour map" @change=${(e: Event) => { this.map = pick(e) as ColourMap }}>${Object.keys(COLOUR_MAPS).map((m) => html`<option ?selected=${m === this.map}>${m}</option>`)}</select>`}</div>
      <div class="frame" style="aspect-ratio:${this.picture.width}/${this.picture.height}"><canvas aria-label="Image ${this.picture.name}" @pointermove=${(e: PointerEvent) => this.#point(e)} @pointerleave=${() => { this.pointed = null }}></canvas></div>
      <div class="read mono">${this.#readOut()}</div>`
  }
}

customElements.define('image-view', ImageView)
