import { html, type TemplateResult } from 'lit'
import type { Job, Product } from '@heavens/schemas'
import { bytesText } from '../state/formats.js'
import { productLink } from './product-link.js'

const KIND_NAMES: Partial<Record<Product['kind'], string>> = { 'light-curve': 'light curve', 'arf': 'effective area', 'preview': 'picture' }
/** Kinds that the viewer shows, the most telling first. */
export const SHOWN: readonly Product['kind'][] = ['image', 'light-curve', 'spectrum', 'fit', 'preview']

/** Instrument and group that a product is of. */
export const placeOf = (p: Product): string => `${p.instrument}${p.group ? ` ${p.group}` : ''}`

/** What a product is, as the list says it. */
export const kindName = (p: Product): string => `${KIND_NAMES[p.kind] ?? p.kind}${p.band ? ` ${p.band}` : ''}`

/** Every file of an analysis by instrument and group: what can be shown is a button, and each can be downloaded. */
export function productList(job: Job, current: string | null, nameOf: (instrument: string) => string, open: (product: Product) => void): TemplateResult {
  const products = job.products.filter((p) => p.kind !== 'report')
  const places = [...new Set(products.map(placeOf))]
  const holds = (place: string): boolean => products.some((p) => p.path === current && placeOf(p) === place)
  return html`${places.map((place) => html`<details ?open=${places.length <= 4 || holds(place)}><summary>${nameOf(place.split(' ')[0]!)} ${place.split(' ').slice(1).join(' ')}</summary><ul>
    ${products.filter((p) => placeOf(p) === place).map((p) => html`<li aria-current=${p.path === current ? 'true' : 'false'}>
      ${isShown(p) ? html`<button data-product=${p.path} @click=${() => open(p)}>${kindName(p)} <span class="dim">${p.path.split('/').at(-1)}</span></button>` : html`<span class="name">${kindName(p)} <span class="dim">${p.path.split('/').at(-1)}</span></span>`}
      <span class="dim">${bytesText(p.bytes)}</span><a href=${productLink(job, p.path)} download=${p.path.replaceAll('/', '-')} aria-label="Download ${p.path}">${endingOf(p.path)}</a></li>`)}</ul></details>`)}`
}

/** A fit is shown where it is JSON; the other kinds always. */
export const isShown = (p: Product): boolean => SHOWN.includes(p.kind) && (p.kind !== 'fit' || p.path.endsWith('.json'))

function endingOf(path: string): string {
  return /\.(fits|pha|rsp2?|rmf|arf|bak)$/.test(path) ? 'FITS' : path.split('.').at(-1)!.toUpperCase()
}
