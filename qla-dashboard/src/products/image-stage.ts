import { css, html, LitElement, nothing, type PropertyValues, svg, type TemplateResult } from 'lit'
import type { ResolvedTarget } from '@heavens/schemas'
import { separation } from '@heavens/science/sky'
import { baseStyle } from '../app/base-style.js'
import { type SkyGestures, listenToGestures } from '../sky/gestures.js'
import type { PositionForm } from '../state/formats.js'
import { type Camera, type Stage, dragged, framePoint, held, picturePoint, showing, wholeOf, zoomedAt } from './image-camera.js'
import { imageGraticule } from './image-graticule.js'
import { type ImageColours, paintPicture } from './image-paint.js'
import { type Region, type Shape, reachOf, resized } from './image-region.js'
import { placedSources } from './placed-sources.js'
import type { Picture } from './read-product.js'
import { drawnRegion, isInRegion } from './region-drawing.js'
import { regionOutline } from './region-outline.js'

type Point = [x: number, y: number]

/** What a change of the regions leaves: all of them, and which is chosen. */
export interface RegionsChange {
  regions: readonly Region[]
  selected: number
}

/** What the pointer has taken hold of. */
type Hold = { kind: 'picture' } | { kind: 'draw'; from: Point } | { kind: 'move' | 'rim'; index: number }

/** Reach of a region that is placed by a key [pixels], and how near to a handle a pointer takes it [CSS px]. */
const FIRST_REACH = 8
const NEAR = 12
const SETTLED = 250

/**
 * A picture in a frame: wheel, pinch and drag move it, a tool draws regions on it, arrows move a cross and what is seen with it.
 *
 * @fires camera   detail: the camera, when it has come to rest
 * @fires regions  detail: RegionsChange
 * @fires pointed  detail: the pixel under the pointer or the cross, FITS numbers, or null
 */
export class ImageStage extends LitElement {
  static override styles = [baseStyle, css`
    .frame { position: relative; width: min(100%, 720px, 60vh * var(--aspect)); margin: 0 auto; border: 1px solid var(--rule-strong); overflow: hidden; touch-action: none; cursor: grab }
    .frame.dragging { cursor: grabbing }
    .frame.drawing { cursor: crosshair }
    canvas, svg { position: absolute; inset: 0; width: 100%; height: 100% }
    svg { pointer-events: none; font: 11px system-ui, sans-serif; font-variant-numeric: tabular-nums }
    path { fill: none; stroke-linejoin: round }
    /* Grey, so that it is seen on dark and on bright pictures. */
    .line { stroke: #8a93a0; stroke-width: 1px; opacity: .5 }
    .region { stroke: #fff; stroke-width: 1.5px }
    .region.off { stroke-dasharray: 6 4 }
    .region.selected { stroke: #8fd0ff; stroke-width: 2px }
    .under { stroke: #000; stroke-width: 4px; opacity: .55 }
    text { fill: #fff; paint-order: stroke; stroke: #000; stroke-width: 3px; stroke-opacity: .75; stroke-linejoin: round }
    .handle { fill: #8fd0ff; stroke: #000 }
    .source { fill: none; stroke: #fff; stroke-width: 1px; opacity: .85 }
    .cross { stroke: #8fd0ff; stroke-width: 1px }
  `]
  static override properties = {
    picture: { attribute: false }, colours: { attribute: false }, camera: { attribute: false }, regions: { attribute: false }, selected: { type: Number }, sources: { attribute: false },
    form: {}, lines: { type: Boolean }, tool: {}, label: {}, live: { state: true }, draft: { state: true }, pointed: { state: true }, byKey: { state: true }, size: { state: true },
  }
  declare picture: Picture
  declare colours: ImageColours
  /** null: all of the picture */
  declare camera: Camera | null
  declare regions: readonly Region[]
  declare selected: number
  declare sources: readonly ResolvedTarget[]
  declare form: PositionForm
  /** whether the graticule is drawn */
  declare lines: boolean
  declare tool: Shape | 'move'
  declare label: string
  /** the camera while it moves */
  declare live: Camera | null
  /** a region while it is drawn, moved or resized; index −1: a new one */
  declare draft: { index: number; region: Region } | null
  declare pointed: Point | null
  /** whether the cross is moved by keys, so that it is drawn */
  declare byKey: boolean
  declare size: Point
  readonly #sheet = document.createElement('canvas')
  #hold: Hold = { kind: 'picture' }
  #gestures: SkyGestures | null = null
  #observer: ResizeObserver | null = null
  #settle: ReturnType<typeof setTimeout> | undefined

  constructor() {
    super()
    Object.assign(this, { camera: null, regions: [], selected: 0, sources: [], form: 'degrees', lines: true, tool: 'move', label: '', live: null, draft: null, pointed: null, byKey: false, size: [0, 0] })
  }

  protected override firstUpdated(): void { this.#listen() }

  override connectedCallback(): void {
    super.connectedCallback()
    if (this.hasUpdated) this.#listen()
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#gestures?.stop()
    this.#observer?.disconnect()
    clearTimeout(this.#settle)
  }

  #listen(): void {
    const frame = this.renderRoot.querySelector<HTMLElement>('.frame')!
    this.#gestures = listenToGestures(frame, {
      press: (at) => this.#press([...at]), drag: (from, to) => this.#drag(from, to), release: () => this.#release(), click: (at) => this.#click([...at]),
      zoom: (at, factor) => this.#look(zoomedAt(this.#stage(), at, factor)),
      // Away from a picture that is seen whole there is nowhere to go: the page scrolls on.
      zooms: (factor) => factor > 1 || this.#stage().camera.zoom > 1, hover: (at) => this.#hover(at && [at.x, at.y]),
    })
    this.#observer = new ResizeObserver(() => { this.size = [frame.clientWidth, frame.clientHeight] })
    this.#observer.observe(frame)
  }

  #stage(): Stage {
    const { picture, size: [width, height] } = this
    const stage = { picture, width, height, camera: this.live ?? this.camera ?? wholeOf(picture) }
    return { ...stage, camera: held(stage) }
  }

  /** Look elsewhere at once, and tell when it has come to rest. */
  #look(camera: Camera): void {
    this.live = camera
    clearTimeout(this.#settle)
    this.#settle = setTimeout(() => this.dispatchEvent(new CustomEvent<Camera>('camera', { detail: camera })), SETTLED)
  }

  #press(at: Point): void {
    const stage = this.#stage()
    if (this.tool !== 'move') { this.#hold = { kind: 'draw', from: picturePoint(stage, at) }; return }
    const chosen = this.regions[this.selected]
    const handles = chosen ? this.#handles(stage, chosen) : null
    const near = (p: Point | null): boolean => Boolean(p && Math.hypot(p[0] - at[0], p[1] - at[1]) <= NEAR)
    this.#hold = handles && near(handles.rim) ? { kind: 'rim', index: this.selected } : handles && near(handles.middle) ? { kind: 'move', index: this.selected } : { kind: 'picture' }
  }

  /** Where a region is taken to move it, and to make it larger. */
  #handles(stage: Stage, region: Region): { middle: Point | null; rim: Point | null } {
    const middle = this.picture.pixelOf(region.lon, region.lat)
    const rim = regionOutline(this.picture, region)[0]?.reduce<Point | null>((best, p) => (!best || p[0] - p[1] > best[0] - best[1] ? p : best), null)
    return { middle: middle ? framePoint(stage, middle) : null, rim: rim ? framePoint(stage, rim) : null }
  }

  #drag(from: readonly [number, number], to: readonly [number, number]): void {
    const stage = this.#stage()
    const hold = this.#hold
    if (hold.kind === 'picture') { this.#look(dragged(stage, from, to)); return }
    const at = picturePoint(stage, to)
    this.#point(at)
    if (hold.kind === 'draw') {
      const region = this.tool === 'move' ? null : drawnRegion(this.picture, this.tool, hold.from, at)
      this.draft = region && { index: -1, region }
      return
    }
    const region = this.regions[hold.index]
    const world = this.picture.worldOf(...at)
    if (!region || !world) return
    if (hold.kind === 'move') this.draft = { index: hold.index, region: { ...region, lon: world[0], lat: world[1] } }
    else {
      const far = this.picture.wcs ? separation(region.lon, region.lat, ...world) : Math.hypot(world[0] - region.lon, world[1] - region.lat)
      // The corner of a square is √2 halves of its side away.
      const reach = region.shape === 'box' ? (far * reachOf(region) * 2) / Math.hypot(region.width, region.height) : far
      this.draft = { index: hold.index, region: resized(region, Math.max(this.picture.scale * 0.5, reach)) }
    }
  }

  #release(): void {
    const { draft } = this
    this.draft = null
    this.#hold = { kind: 'picture' }
    if (draft) this.#tell(draft.index < 0 ? [...this.regions, draft.region] : this.regions.with(draft.index, draft.region), draft.index < 0 ? this.regions.length : draft.index)
  }

  #tell(regions: readonly Region[], selected: number): void {
    this.dispatchEvent(new CustomEvent<RegionsChange>('regions', { detail: { regions, selected } }))
  }

  /** A click chooses the smallest region under it. */
  #click(at: Point): void {
    const pixel = picturePoint(this.#stage(), at)
    const under = this.regions.map((region, index) => ({ region, index })).filter(({ region }) => isInRegion(this.picture, region, pixel)).sort((a, b) => reachOf(a.region) - reachOf(b.region))[0]
    if (under && under.index !== this.selected) this.#tell(this.regions, under.index)
  }

  #hover(at: Point | null): void {
    this.byKey = false
    this.#point(at && picturePoint(this.#stage(), at))
  }

  #point(at: Point | null): void {
    const { width, height } = this.picture
    const pixel: Point | null = at && [Math.round(at[0]), Math.round(at[1])]
    this.pointed = pixel && pixel[0] >= 1 && pixel[1] >= 1 && pixel[0] <= width && pixel[1] <= height ? pixel : null
    this.dispatchEvent(new CustomEvent<Point | null>('pointed', { detail: this.pointed }))
  }

  #onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const { picture, selected } = this
    const stage = this.#stage()
    const at = this.pointed ?? [Math.round(stage.camera.x), Math.round(stage.camera.y)] as Point
    const step = ({ ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] } as Record<string, Point>)[event.key]
    const chosen = this.regions[selected]
    if (step) {
      const by = event.shiftKey ? 10 : 1
      const within = (v: number, most: number): number => Math.min(most, Math.max(1, v))
      const next: Point = [within(at[0] + step[0] * by, picture.width), within(at[1] + step[1] * by, picture.height)]
      this.byKey = true
      this.#point(next)
      const camera = showing(stage, next)
      if (camera.x !== stage.camera.x || camera.y !== stage.camera.y) this.#look(camera)
    } else if (event.key === '+' || event.key === '=' || event.key === '-') this.#look(zoomedAt(stage, framePoint(stage, at), event.key === '-' ? 0.5 : 2))
    else if (event.key === '0') this.#look(wholeOf(picture))
    else if (event.key === 'Enter') {
      const region = drawnRegion(picture, this.tool === 'move' ? 'circle' : this.tool, at, [at[0] + FIRST_REACH, at[1] + (this.tool === 'box' ? FIRST_REACH : 0)])
      if (region) this.#tell([...this.regions, region], this.regions.length)
    } else if ((event.key === 'Delete' || event.key === 'Backspace') && chosen) this.#tell(this.regions.toSpliced(selected, 1), Math.max(0, selected - 1))
    else if ((event.key === '[' || event.key === ']') && chosen) this.#tell(this.regions.with(selected, resized(chosen, reachOf(chosen) * (event.key === '[' ? 1 / 1.1 : 1.1))), selected)
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  protected override willUpdate(changes: PropertyValues<this>): void {
    if (changes.has('camera')) this.live = null
    if (changes.has('picture') || changes.has('colours')) paintPicture(this.#sheet, this.picture, this.colours)
  }

  protected override updated(): void {
    const canvas = this.renderRoot.querySelector('canvas')!
    const stage = this.#stage()
    const { width, height, picture } = stage
    if (width === 0) return
    const [w, h] = [Math.round(width * devicePixelRatio), Math.round(height * devicePixelRatio)]
    if (canvas.width !== w || canvas.height !== h) Object.assign(canvas, { width: w, height: h })
    const ink = canvas.getContext('2d')!
    const [left, top] = framePoint(stage, [0.5, picture.height + 0.5])
    const [right, foot] = framePoint(stage, [picture.width + 0.5, 0.5])
    ink.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0)
    ink.clearRect(0, 0, width, height)
    ink.imageSmoothingEnabled = false
    ink.drawImage(this.#sheet, left, top, right - left, foot - top)
  }

  protected override render(): TemplateResult {
    const { picture } = this
    return html`<div class="frame ${this.tool === 'move' ? '' : 'drawing'}" style="--aspect:${picture.width / picture.height};aspect-ratio:${picture.width}/${picture.height}" tabindex="0" role="img" aria-label=${this.label}
      aria-keyshortcuts="ArrowLeft ArrowRight ArrowUp ArrowDown + - 0 Enter Delete [ ]" @keydown=${(e: KeyboardEvent) => this.#onKey(e)} @blur=${() => { this.byKey = false }}>
      <canvas></canvas><svg aria-hidden="true">${this.size[0] > 0 ? this.#over(this.#stage()) : nothing}</svg></div>`
  }

  /** What lies over the picture: graticule, sources, regions, cross. */
  #over(stage: Stage): TemplateResult {
    const { picture, draft } = this
    const grid = this.lines ? imageGraticule(picture, stage, this.form) : { paths: [], labels: [] }
    const regions = [...this.regions.map((r, i) => (draft?.index === i ? draft.region : r)), ...(draft && draft.index < 0 ? [draft.region] : [])]
    const selected = draft && draft.index < 0 ? regions.length - 1 : this.selected
    const cross = this.byKey && this.pointed ? framePoint(stage, this.pointed) : null
    const handles = regions[selected] ? this.#handles(stage, regions[selected]) : null
    return svg`${grid.paths.map((p) => svg`<path class="line" d=${pathOf(p)}></path>`)}
      ${grid.labels.map((l) => svg`<text x=${l.x} y=${l.y}>${l.text}</text>`)}
      ${placedSources(picture, stage, this.sources).map((s) => svg`<circle class="source" cx=${s.x} cy=${s.y} r="4"></circle>${s.named ? svg`<text x=${s.x + 7} y=${s.y + 4}>${s.name}</text>` : nothing}`)}
      ${regions.map((r, i) => {
        const d = regionOutline(picture, r).map((rim) => `${pathOf(rim.map((p) => framePoint(stage, p)))}Z`).join('')
        const at = picture.pixelOf(r.lon, r.lat)
        const [x, y] = at ? framePoint(stage, at) : [-99, -99]
        return svg`<path class="under" d=${d}></path><path class="region ${r.off ? 'off' : ''} ${i === selected ? 'selected' : ''}" d=${d}></path>${regions.length > 1 ? svg`<text x=${x + 5} y=${y - 5}>${i + 1}</text>` : nothing}`
      })}
      ${handles?.middle ? svg`<path class="cross" d="M${handles.middle[0] - 5} ${handles.middle[1]}h10m-5 -5v10"></path>` : nothing}
      ${handles?.rim ? svg`<rect class="handle" x=${handles.rim[0] - 4} y=${handles.rim[1] - 4} width="8" height="8"></rect>` : nothing}
      ${cross ? svg`<path class="cross" d="M${cross[0] - 12} ${cross[1]}h8m8 0h8M${cross[0]} ${cross[1] - 12}v8m0 8v8"></path>` : nothing}` as TemplateResult
  }
}

const pathOf = (points: readonly (readonly [number, number])[]): string => (points.length ? `M${points.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join('L')}` : '')

customElements.define('image-stage', ImageStage)
