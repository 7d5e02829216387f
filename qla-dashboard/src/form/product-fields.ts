import { html, nothing, type TemplateResult } from 'lit'
import type { InstrumentDescriptor } from '@heavens/schemas'
import { durationText } from '../state/formats.js'
import { faultsAt } from './check-request.js'
import type { FormModel } from './form-model.js'
import { type FieldContext, fault, isBad, isChecked, valueOf } from './field-context.js'
import { PRODUCT_FIELDS } from './request-schema.js'
import type { SchemaField } from './schema-fields.js'

/** Names of fields in words; one that is not here is called as the schema calls it. */
const NAMES: Readonly<Record<string, string>> = {
  'lightCurve': 'light curve', 'events': 'event list', 'lightCurve.bin': 'bins of', 'lightCurve.bands': 'bands', 'spectrum.background': 'background', 'spectrum.fit': 'fit a model', 'image.size': 'side', 'image.pixel': 'pixels of',
  'spectrum.fit.start': 'start at', 'spectrum.fit.flux': 'flux in', 'each': 'each band', 'sum': 'all bands added', 'chi2': 'χ²', 'cash': 'Cash', 'wstat': 'W (background)',
}
/** What a field looks like where an example says more than the schema's word for it. */
const EXAMPLES: Readonly<Record<string, string>> = {
  'spectrum.background': '-100 -10, 60 160', 'spectrum.fit.model': 'tbabs*powerlaw', 'spectrum.fit.energy': '10 900', 'spectrum.fit.flux': '10 1000', 'spectrum.fit.start': 'PhoIndex=1.7', 'spectrum.fit.frozen': 'nH',
}
/** What the basic form offers; the advanced one has every field of the schema. */
const BASIC: ReadonlySet<string> = new Set(['lightCurve', 'lightCurve.bin', 'spectrum', 'spectrum.background', 'image', 'image.size', 'events'])
/** At the field: unit, where the schema's help is nothing but a unit. */
const UNITS: Readonly<Record<string, string>> = { seconds: 's', degrees: '°', 'side of the image, degrees': '°', 'intervals [s] relative to the start of the first interval': 's from the start' }

/** A name of the schema in words: `minimumCounts` → `minimum counts`. */
export const wordsOf = (name: string): string => name.replace(/[A-Z]/g, (c) => ` ${c.toLowerCase()}`)

/** Products: each instrument's defaults, or a choice; every field comes from the schema of the request. */
export function productFields(context: FieldContext): TemplateResult {
  const { form, change, faults } = context
  return html`<fieldset><legend>Products</legend>
    <div class="line"><label><input type="radio" name="defaults" .checked=${form.defaults} @change=${() => change({ defaults: true })}>each instrument's own</label><label><input type="radio" name="defaults" .checked=${!form.defaults} @change=${() => change({ defaults: false })}>these</label></div>
    ${form.defaults ? nothing : PRODUCT_FIELDS.map((field) => groupField(context, field))}
    ${PRODUCT_FIELDS.some((f) => faultsAt(faults, `products.${f.path}`).length) && !form.defaults ? nothing : fault(faults, 'products')}</fieldset>`
}

const isOffered = (form: FormModel, field: SchemaField): boolean => form.advanced || BASIC.has(field.path) || Boolean(form.products[field.path])

/** An object of the request: a switch, and its fields when it is on. */
function groupField(context: FieldContext, field: SchemaField): TemplateResult | typeof nothing {
  const { form, change } = context
  if (!isOffered(form, field)) return nothing
  const on = form.products[field.path] === '1'
  const leaves = field.fields.filter((f) => f.kind !== 'group' && isOffered(form, f))
  return html`<div class="line"><label><input type="checkbox" data-field=${field.path} .checked=${on} @change=${(e: Event) => change({ products: { ...form.products, [field.path]: isChecked(e) ? '1' : '' } })}>${NAMES[field.path] ?? wordsOf(field.name)}</label></div>
    ${on && field.fields.length ? html`<div class="parts" role="group" aria-label=${NAMES[field.path] ?? wordsOf(field.name)}>${leaves.length ? html`<div class="leaves">${leaves.map((f) => leafField(context, f))}</div>` : nothing}
      ${field.fields.filter((f) => f.kind === 'group').map((f) => groupField(context, f))}</div>` : nothing}`
}

function leafField({ form, change, faults, instruments }: FieldContext, field: SchemaField): TemplateResult {
  const name = NAMES[field.path] ?? wordsOf(field.name)
  const value = form.products[field.path] ?? ''
  const put = (text: string): void => change({ products: { ...form.products, [field.path]: text } })
  const label = `${name}, ${wordsOf(field.path.split('.')[0]!)}`
  const bad = isBad(faults, `products.${field.path}`)
  if (field.kind === 'choice') {
    return html`<label class="leaf" title=${field.help}><span>${name}</span><select data-field=${field.path} aria-label=${label} @change=${(e: Event) => put(valueOf(e))}>${field.choices.map((c) => html`<option value=${c} ?selected=${c === (value || field.default)}>${NAMES[c] ?? c}</option>`)}</select></label>`
  }
  const list = field.kind === 'choice-or-number' ? `choices-${field.path}` : undefined
  const wide = field.kind !== 'number' && !list
  const placeholder = EXAMPLES[field.path] ?? (field.kind === 'choice-or-number' ? `${field.default || field.choices[0]!}, or ${wordsOf(field.key!)}` : field.default || ownDefault(field, form, instruments))
  return html`<div class=${wide ? 'grow' : ''}><label class="leaf" title=${field.help}><span>${name}</span><input data-field=${field.path} aria-label=${label} aria-invalid=${bad} spellcheck="false" autocomplete="off" list=${list ?? ''} placeholder=${placeholder} .value=${value} @input=${(e: Event) => put(valueOf(e))}>
    ${list ? html`<datalist id=${list}>${field.choices.map((c) => html`<option value=${c}></option>`)}</datalist>` : nothing}<span class="unit">${UNITS[field.help] ?? (field.help.startsWith('keV') ? 'keV' : '')}</span></label>${fault(faults, `products.${field.path}`, name)}</div>`
}

/** What an instrument takes where nothing is said, if only one is chosen. */
function ownDefault(field: SchemaField, form: FormModel, instruments: readonly InstrumentDescriptor[]): string {
  const chosen = instruments.filter((d) => !form.all && form.instruments[d.id]?.on)
  const value = chosen.length === 1 ? (chosen[0]!.defaults as Readonly<Record<string, number | undefined>>)[field.name] : undefined
  return value === undefined ? 'default' : field.help === 'seconds' ? durationText(value) : String(value)
}
