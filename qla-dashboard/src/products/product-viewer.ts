import { css, html, nothing, type TemplateResult } from 'lit'
import type { Job, Product } from '@heavens/schemas'
import { baseStyle } from '../app/base-style.js'
import { Panel } from '../app/panel.js'
import type { Topic } from '../state/console-state.js'
import { describeJob } from '../jobs/describe-job.js'
import { bytesText } from '../state/formats.js'
import { askBytes } from '../wire/rest.js'
import { type MarkedInterval, type MarkedPlace, intervalRequest, placeRequest } from './interval-request.js'
import type { LookChange } from './look.js'
import { archiveLink, fitsPageLink, productLink } from './product-link.js'
import { SHOWN, isShown, kindName, productList } from './product-list.js'
import { sendSamp } from './send-samp.js'
import './curve-view.js'
import './fit-view.js'
import './image-view.js'
import './spectrum-view.js'

/** Kinds that other programs read. */
const SENT: ReadonlySet<Product['kind']> = new Set(['image', 'light-curve', 'spectrum', 'events'])

/** Kinds that fetch what they show by themselves. */
const SELF: ReadonlySet<Product['kind']> = new Set(['preview', 'light-curve', 'spectrum'])

/** The products of an analysis: pictures, curves, spectra and fits read from their files, and every file to download. */
export class ProductViewer extends Panel {
  static override styles = [baseStyle, css`
    .all { padding: 8px 16px 24px }
    h3 { margin: 4px 0; font-size: 15px; overflow-wrap: anywhere }
    .links { display: flex; flex-wrap: wrap; gap: 4px 16px; align-items: center; margin-bottom: 4px }
    h4 { margin: 8px 0 0; font-size: 13px; font-weight: 600 }
    summary { margin: 8px 0 2px; font-size: 12px; color: var(--dim); font-weight: 600; cursor: pointer }
    ul { list-style: none; margin: 0; padding: 0 }
    li { display: flex; gap: 8px; align-items: center; border-bottom: 1px solid var(--rule); min-height: 28px }
    li > button { flex: 1; text-align: left; border-color: transparent; min-width: 0; overflow: hidden; text-overflow: ellipsis }
    li > span.name { flex: 1; padding: 0 9px; min-width: 0; overflow: hidden; text-overflow: ellipsis }
    li[aria-current='true'] > button { color: var(--accent) }
    .viewer { margin: 4px 0 8px; border-top: 1px solid var(--rule); border-bottom: 1px solid var(--rule) }
    img { max-width: 100%; background: #fff }
  `]
  static override properties = { ...Panel.properties, bytes: { state: true }, failed: { state: true } }
  declare bytes: Uint8Array | null
  declare failed: string | null
  /** content of the product that was fetched last, so that a partial product that changed is fetched again */
  #shown = ''

  constructor() {
    super()
    Object.assign(this, { bytes: null, failed: null })
  }

  protected override topics(): readonly Topic[] { return ['jobs', 'view', 'theme', 'instruments', 'catalogue'] }

  #current(): Job | undefined {
    const { job } = this.state.view
    return job === null ? [...this.state.jobs.values()].filter((j) => j.products.length).sort((a, b) => b.created.localeCompare(a.created))[0] : this.state.jobs.get(job)
  }

  /** The product of the view, else the most telling one. */
  #product(job: Job): Product | undefined {
    return job.products.find((p) => p.path === this.state.view.product && isShown(p)) ?? SHOWN.flatMap((kind) => job.products.filter((p) => p.kind === kind && isShown(p)))[0]
  }

  protected override willUpdate(): void {
    const job = this.#current()
    const product = job && this.#product(job)
    const key = job && product ? `${job.id} ${product.path} ${product.sha256}` : ''
    if (key === this.#shown) return
    const same = key !== '' && this.#shown.startsWith(`${job!.id} ${product!.path} `)
    this.#shown = key
    // A partial product that is refined stays on the screen until its successor is there.
    if (!same) this.bytes = null
    this.failed = null
    if (job && product && !SELF.has(product.kind)) void this.#fetch(job, product, key)
  }

  async #fetch(job: Job, product: Product, key: string): Promise<void> {
    try {
      const bytes = await askBytes(productLink(job, product.path))
      if (this.#shown === key) this.bytes = bytes
    } catch (error) {
      if (this.#shown === key) this.failed = (error as Error).message
    }
  }

  async #copyLink(): Promise<void> {
    try {
      await navigator.clipboard.writeText(location.href)
      this.actions.notice({ kind: 'info', text: 'The address of this view is copied: it brings back product, stretch, region, binning and fit.' })
    } catch (error) {
      this.actions.notice({ kind: 'error', text: `The address could not be copied: ${(error as Error).message} It stands in the address bar.` })
    }
  }

  async #send(job: Job, product: Product): Promise<void> {
    try {
      const told = await sendSamp(product, productLink(job, product.path))
      this.actions.notice({ kind: 'info', text: told === 0 ? 'A SAMP hub is there, but no program that takes this file.' : `${product.path} was offered to ${told === 1 ? 'one program' : `${told} programs`} on this machine.` })
    } catch (error) {
      this.actions.notice({ kind: 'error', text: (error as Error).message })
    }
  }

  protected override render(): TemplateResult {
    const job = this.#current()
    if (!job) return html`<div class="all"><p class="dim">No analysis has been chosen: see Jobs, or make a request.</p></div>`
    const product = this.#product(job)
    const report = job.products.find((p) => p.kind === 'report')
    const name = (id: string): string => this.state.instruments.find((d) => d.id === id)?.name ?? id
    return html`<div class="all" @look=${(e: CustomEvent<LookChange>) => this.actions.setLook(e.detail)} @interval=${(e: CustomEvent<MarkedInterval>) => this.actions.analyse(intervalRequest(job, e.detail))} @place=${(e: CustomEvent<MarkedPlace>) => this.actions.analyse(placeRequest(job, e.detail))}><h3>${describeJob(job)} <span class="dim mono">${job.id}</span></h3>
      ${job.products.length ? html`<div class="links"><a id="archive" href=${archiveLink(job)} download>All files (tar)</a>
        ${report ? html`<a id="report" href=${productLink(job, report.path)} target="_blank" rel="noopener">Report</a><a href=${productLink(job, report.path)} download="${job.id}-report.html" aria-label="Download ${report.path}">HTML</a>` : nothing}
        ${job.fits?.length ? html`<a id="fits-page" href=${fitsPageLink(job)} target="_blank" rel="noopener">Fits</a>` : nothing}
        <button class="plain" id="copy-link" @click=${() => void this.#copyLink()}>Copy link to this view</button>
        ${product && SENT.has(product.kind) ? html`<button class="plain" id="send-samp" title="By SAMP, to programs on this machine" @click=${() => void this.#send(job, product)}>Send to TOPCAT or Aladin</button>` : nothing}</div>` : html`<p class="dim">${job.error ? job.error.sentence : 'No product yet.'}</p>`}
      ${product ? html`<h4>${kindName(product)} <span class="dim">${name(product.instrument)} ${product.group ?? ''}</span></h4><div class="viewer">${this.#view(job, product)}</div>` : nothing}
      ${productList(job, product?.path ?? null, name, (p) => this.actions.setView({ product: p.path }))}
    </div>`
  }

  #view(job: Job, product: Product): TemplateResult {
    if (this.failed) return html`<p class="bad" role="alert">${this.failed}</p>`
    if (product.kind === 'preview') return html`<img src=${productLink(job, product.path)} alt="Picture ${product.path}">`
    const { look } = this.state.view
    const theme = document.documentElement.dataset['theme'] ?? 'dark'
    if (product.kind === 'light-curve') return html`<curve-view .job=${job} .product=${product} .look=${look} .theme=${theme}></curve-view>`
    if (product.kind === 'spectrum') return html`<spectrum-view .job=${job} .product=${product} .look=${look} .theme=${theme}></spectrum-view>`
    if (!this.bytes) return html`<p class="dim">Fetching ${bytesText(product.bytes)}…</p>`
    if (product.kind === 'image') return html`<image-view .sources=${this.state.catalogue} .bytes=${this.bytes} .name=${product.path} .look=${look} .theme=${theme}></image-view>`
    return html`<fit-view .bytes=${this.bytes} .look=${look} .theme=${theme}></fit-view>`
  }
}

customElements.define('product-viewer', ProductViewer)
