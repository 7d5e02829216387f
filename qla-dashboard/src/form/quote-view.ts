import { html, nothing, type TemplateResult } from 'lit'
import type { InstrumentDescriptor, Quote } from '@heavens/schemas'
import { countText, durationText, positionText } from '../state/formats.js'
import type { WireError } from '../wire/rest.js'
import type { Fault } from './check-request.js'

/** What the request would take and give, or why it cannot run. */
export function quoteView(quote: Quote | null, refusal: WireError | null, faults: readonly Fault[], started: boolean, instruments: readonly InstrumentDescriptor[]): TemplateResult {
  const name = (id: string): string => instruments.find((d) => d.id === id)?.name ?? id
  if (!started) return html`<span class="dim">Give at least a start time; what the analysis would take and give is said here before it runs.</span>`
  if (refusal) return html`<span class="bad">${refusal.message}</span><span class="dim mono">${refusal.code}</span>`
  if (faults.length) return html`<span class="bad">The request is not complete: see the ${faults.length === 1 ? 'field' : 'fields'} above.</span>`
  if (!quote) return html`<span class="dim">Asking…</span>`
  const { target, intervalsUtc } = quote.used
  return html`
    ${target ? html`<div class="dim">${target.name ? `${target.name} at ` : ''}${positionText(target.ra, target.dec, 'degrees')}</div>` : nothing}
    ${intervalsUtc.slice(0, 2).map(([a, b]) => html`<div class="dim mono">${short(a)} – ${b === null ? 'on' : short(b)} UTC</div>`)}
    ${quote.instruments.map((i) => html`<div><strong>${name(i.id)}</strong> ${countText(i.events)} events, ${durationText(i.exposure)} of exposure: ${i.products.join(', ') || 'no product'}</div>`)}
    ${quote.refused.map((r) => html`<div class="dim">${r.sentence}</div>`)}
    ${quote.cut.map((c) => html`<div class="bad">${c}</div>`)}
    ${quote.instruments.length ? html`<div class="dim">about ${durationText(Math.max(0.1, quote.seconds))}</div>` : nothing}`
}

const short = (iso: string): string => iso.replace('T', ' ').replace(/(\.\d{3})\d*Z?$/, '$1').replace('Z', '')
