import { html, nothing, type TemplateResult } from 'lit'
import type { Candidate, InstrumentDescriptor, ResolvedTarget } from '@heavens/schemas'
import { type Fault, faultsAt } from './check-request.js'
import type { FormModel } from './form-model.js'

/** What the parts of the form are given. */
export interface FieldContext {
  form: FormModel
  faults: readonly Fault[]
  change(change: Partial<FormModel>): void
  search(prefix: string): void
  /** Take the intervals of a FITS file of good time. */
  readGti(file: File): void
  found: readonly ResolvedTarget[]
  /** the beginning of a name that `found` is the answer to */
  searched: string
  catalogue: readonly ResolvedTarget[]
  instruments: readonly InstrumentDescriptor[]
  candidates: readonly Candidate[]
}

export const valueOf = (e: Event): string => (e.target as HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement).value
export const isChecked = (e: Event): boolean => (e.target as HTMLInputElement).checked

/** For aria-invalid: whether something is wrong at a field or below it. */
export const isBad = (faults: readonly Fault[], path: string): 'true' | 'false' => (faultsAt(faults, path).length ? 'true' : 'false')

/** Faults of a field as lines under it, `name` before each; those of the parts in `shown` stand elsewhere. */
export function fault(faults: readonly Fault[], path: string, name = '', shown: readonly string[] = []): TemplateResult | typeof nothing {
  const mine = faultsAt(faults, path).filter((f) => !shown.some((s) => f.path === s || f.path.startsWith(`${s}.`)))
  return mine.length ? html`<div class="fault" role="alert">${[...new Set(mine.map((f) => `${name ? `${name} ` : lastOf(f.path, path)}${f.message}`))].map((text) => html`<div>${text}</div>`)}</div>` : nothing
}

function lastOf(path: string, field: string): string {
  const rest = path.slice(field.length + 1).split('.').filter((p) => p && !/^\d+$/.test(p))
  return rest.length ? `${rest.at(-1)} ` : ''
}

/** A choice of words with what they are called. */
export function select(label: string, value: string, values: readonly (readonly [string, string])[], change: (v: string) => void): TemplateResult {
  return html`<select aria-label=${label} @change=${(e: Event) => change(valueOf(e))}>${values.map(([id, text]) => html`<option value=${id} ?selected=${id === value}>${text}</option>`)}</select>`
}
