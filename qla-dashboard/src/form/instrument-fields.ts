import { html, nothing, type TemplateResult } from 'lit'
import type { InstrumentDescriptor } from '@heavens/schemas'
import { type FieldContext, fault, isChecked, valueOf } from './field-context.js'
import type { InstrumentChoice } from './form-model.js'

/** Instruments: all with exposure, or some with their groups and options. */
export function instrumentFields({ form, faults, change, instruments }: FieldContext): TemplateResult {
  const of = (id: string): InstrumentChoice => form.instruments[id] ?? { on: false, groups: null, options: {} }
  const set = (id: string, part: Partial<InstrumentChoice>): void => change({ all: false, instruments: { ...form.instruments, [id]: { ...of(id), ...part } } })
  return html`<fieldset><legend>Instruments</legend>
    <div class="line"><label><input type="radio" name="all" .checked=${form.all} @change=${() => change({ all: true })}>all with exposure</label><label><input type="radio" name="all" .checked=${!form.all} @change=${() => change({ all: false })}>some</label></div>
    ${form.all ? nothing : instruments.map((d) => html`<div class="line"><label><input type="checkbox" .checked=${of(d.id).on} @change=${(e: Event) => set(d.id, { on: isChecked(e) })}>${d.name}</label></div>
      ${of(d.id).on && form.advanced ? html`${groupFields(d, of(d.id), (groups) => set(d.id, { groups }))}${optionFields(d, of(d.id), (options) => set(d.id, { options }))}` : nothing}`)}
    ${fault(faults, 'instruments')}</fieldset>`
}

function groupFields(d: InstrumentDescriptor, choice: InstrumentChoice, set: (groups: string[] | null) => void): TemplateResult | typeof nothing {
  if (d.groups.length < 2) return nothing
  const has = (id: string): boolean => choice.groups === null || choice.groups.includes(id)
  const toggle = (id: string, on: boolean): void => {
    const next = d.groups.map((g) => g.id).filter((g) => (g === id ? on : has(g)))
    set(next.length === d.groups.length || next.length === 0 ? null : next)
  }
  return html`<div class="groups" role="group" aria-label="Detectors of ${d.name}">${d.groups.map((g) => html`<label title=${g.label}><input type="checkbox" .checked=${has(g.id)} @change=${(e: Event) => toggle(g.id, isChecked(e))}>${g.id}</label>`)}</div>`
}

function optionFields(d: InstrumentDescriptor, choice: InstrumentChoice, set: (options: InstrumentChoice['options']) => void): TemplateResult {
  return html`<div class="options">${d.options.map((o) => {
    const value = choice.options[o.id] ?? o.default
    const put = (v: string | number | boolean): void => set({ ...choice.options, [o.id]: v })
    const field = o.kind === 'boolean' ? html`<input type="checkbox" .checked=${value === true} @change=${(e: Event) => put(isChecked(e))}>`
      : o.kind === 'choice' ? html`<select @change=${(e: Event) => put(valueOf(e))}>${o.choices?.map((c) => html`<option ?selected=${c === value}>${c}</option>`)}</select>`
      : html`<input class="number" .value=${String(value)} @input=${(e: Event) => put(Number.isFinite(Number(valueOf(e))) && valueOf(e).trim() ? Number(valueOf(e)) : valueOf(e))}>`
    return html`<label>${o.label} ${field} ${o.unit ?? ''}</label><div class="help">${o.help}</div>`
  })}</div>`
}
