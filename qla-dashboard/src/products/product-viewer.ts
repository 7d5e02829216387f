import { css, html, nothing, type TemplateResult } from 'lit'
import type { Job, Product } from '@heavens/schemas'
import { baseStyle } from '../app/base-style.js'
import { Panel } from '../app/panel.js'
import type { Topic } from '../state/console-state.js'
import { describeJob } from '../jobs/describe-job.js'
import { bytesText } from '../state/formats.js'
import { apiUrl, askBytes } from '../wire/rest.js'
import './image-view.js'
import './plot-view.js'

const KIND_NAMES: Partial<Record<Product['kind'], string>> = { 'light-curve': 'light curve', 'arf': 'effective area', 'preview': 'picture', 'fit': 'fit', 'timing': 'timing' }
const SHOWN: readonly Product['kind'][] = ['image', 'light-curve', 'spectrum', 'preview']

/** The products of an analysis: pictures, curves and spectra read from their FITS files, and every file to download. */
export class ProductViewer extends Panel {
  static override styles = [baseStyle, css`
    .all { padding: 8px 16px 24px }
    h3 { margin: 4px 0 8px; font-size: 15px }
    summary { margin: 8px 0 2px; font-size: 12px; color: var(--dim); font-weight: 600; cursor: pointer }
    ul { list-style: none; margin: 0; padding: 0 }
    li { display: flex; gap: 8px; align-items: center; border-bottom: 1px solid var(--rule); min-height: 28px }
    li > button { flex: 1; text-align: left; border-color: transparent; min-width: 0; overflow: hidden; text-overflow: ellipsis }
    li > span.name { flex: 1; padding: 0 9px; min-width: 0; overflow: hidden; text-overflow: ellipsis }
    li[aria-current='true'] > button { color: var(--accent) }
    .viewer { margin: 8px 0; border-top: 1px solid var(--rule); border-bottom: 1px solid var(--rule) }
    img { max-width: 100%; background: #fff }
  `]
  static override properties = { ...Panel.properties, path: { state: true }, bytes: { state: true }, background: { state: true }, failed: { state: true } }
  declare path: string | null
  declare bytes: Uint8Array | null
  declare background: Uint8Array | null
  declare failed: string | null
  #job: string | null = null

  constructor() {
    super()
    Object.assign(this, { path: null, bytes: null, background: null, failed: null })
  }

  protected override topics(): readonly Topic[] { return ['jobs', 'view', 'theme'] }

  #current(): Job | undefined {
    const { job } = this.state.view
    return job === null ? [...this.state.jobs.values()].filter((j) => j.products.length).sort((a, b) => b.created.localeCompare(a.created))[0] : this.state.jobs.get(job)
  }

  protected override willUpdate(): void {
    const job = this.#current()
    if (!job || (job.id === this.#job && this.path !== null)) return
    if (job.id !== this.#job) Object.assign(this, { path: null, bytes: null, failed: null })
    this.#job = job.id
    // The most telling product first.
    const first = SHOWN.flatMap((kind) => job.products.filter((p) => p.kind === kind))[0]
    if (first) void this.#open(job, first)
  }

  async #open(job: Job, product: Product): Promise<void> {
    Object.assign(this, { path: product.path, bytes: null, background: null, failed: null })
    if (product.kind === 'preview' || !SHOWN.includes(product.kind)) return
    try {
      const background = product.kind === 'spectrum' ? job.products.find((p) => p.kind === 'background' && p.instrument === product.instrument && p.group === product.group) : undefined
      const off = background ? await askBytes(linkOf(job, background)) : null
      const bytes = await askBytes(linkOf(job, product))
      if (this.path === product.path) Object.assign(this, { bytes, background: off })
    } catch (error) {
      this.failed = (error as Error).message
    }
  }

  protected override render(): TemplateResult {
    const job = this.#current()
    if (!job) return html`<div class="all"><p class="dim">No analysis has been chosen: see Jobs, or make a request.</p></div>`
    const product = job.products.find((p) => p.path === this.path)
    const places = [...new Set(job.products.map(placeOf))]
    const name = (id: string): string => this.state.instruments.find((d) => d.id === id)?.name ?? id
    return html`<div class="all"><h3>${describeJob(job)} <span class="dim mono">${job.id}</span></h3>
      ${job.products.length ? html`<a id="archive" href=${apiUrl(`analyses/${encodeURIComponent(job.id)}/archive.tar`, {}, true)} download>All files (tar)</a>` : html`<p class="dim">${job.error ? job.error.sentence : 'No product yet.'}</p>`}
      ${product ? html`<div class="viewer">${this.#view(job, product)}</div>` : nothing}
      ${places.map((place) => html`<details ?open=${places.length <= 4 || job.products.some((p) => p.path === this.path && placeOf(p) === place)}><summary>${name(place.split(' ')[0]!)} ${place.split(' ').slice(1).join(' ')}</summary><ul>
        ${job.products.filter((p) => placeOf(p) === place).map((p) => html`<li aria-current=${p.path === this.path ? 'true' : 'false'}>
          ${SHOWN.includes(p.kind) ? html`<button data-product=${p.path} @click=${() => void this.#open(job, p)}>${KIND_NAMES[p.kind] ?? p.kind}${p.band ? ` ${p.band}` : ''} <span class="dim">${p.path.split('/').at(-1)}</span></button>` : html`<span class="name">${KIND_NAMES[p.kind] ?? p.kind} <span class="dim">${p.path.split('/').at(-1)}</span></span>`}
          <span class="dim">${bytesText(p.bytes)}</span><a href=${linkOf(job, p)} download=${p.path.replaceAll('/', '-')} aria-label="Download ${p.path}">${/\.(fits|pha|rsp2?|arf|bak)$/.test(p.path) ? 'FITS' : p.path.split('.').at(-1)?.toUpperCase()}</a></li>`)}</ul></details>`)}
    </div>`
  }

  #view(job: Job, product: Product): TemplateResult {
    if (this.failed) return html`<p class="bad">${this.failed}</p>`
    if (product.kind === 'preview') return html`<img src=${linkOf(job, product)} alt="Picture ${product.path}">`
    if (!this.bytes) return html`<p class="dim">Fetching ${bytesText(product.bytes)}…</p>`
    if (product.kind === 'image') return html`<image-view .bytes=${this.bytes} .name=${product.path}></image-view>`
    return html`<plot-view .kind=${product.kind as 'light-curve' | 'spectrum'} .name=${product.path} .background=${this.background} .bytes=${this.bytes}></plot-view>`
  }
}

/** Instrument and group that a product is of. */
const placeOf = (p: Product): string => `${p.instrument}${p.group ? ` ${p.group}` : ''}`

function linkOf(job: Job, product: Product): string {
  return apiUrl(`analyses/${encodeURIComponent(job.id)}/products/${product.path.split('/').map(encodeURIComponent).join('/')}`, {}, true)
}

customElements.define('product-viewer', ProductViewer)
