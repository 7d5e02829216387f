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
  found: readonly ResolvedTarget[]
  instruments: readonly InstrumentDescriptor[]
  candidates: readonly Candidate[]
}

export const valueOf = (e: Event): string => (e.target as HTMLInputElement | HTMLSelectElement).value

/** Faults of a field as lines under it. */
export function fault(faults: readonly Fault[], path: string): TemplateResult | typeof nothing {
  const mine = faultsAt(faults, path)
  return mine.length ? html`<div class="fault" role="alert">${[...new Set(mine.map((f) => `${lastOf(f.path, path)}${f.message}`))].map((text) => html`<div>${text}</div>`)}</div>` : nothing
}

function lastOf(path: string, field: string): string {
  const rest = path.slice(field.length + 1).split('.').filter((p) => p && !/^\d+$/.test(p))
  return rest.length ? `${rest.at(-1)} ` : ''
}

const select = (label: string, value: string, values: readonly (readonly [string, string])[], change: (v: string) => void): TemplateResult =>
  html`<select aria-label=${label} @change=${(e: Event) => change(valueOf(e))}>${values.map(([id, text]) => html`<option value=${id} ?selected=${id === value}>${text}</option>`)}</select>`

/** Where: a name, a position in a frame, or nowhere in particular. */
export function targetFields({ form, faults, change, search, found }: FieldContext): TemplateResult {
  const bad = (path: string): 'true' | 'false' => (faultsAt(faults, path).length ? 'true' : 'false')
  const [lon, lat] = form.frame === 'galactic' ? ['l', 'b'] : ['RA', 'Dec']
  return html`<fieldset><legend>Target</legend>
    <div class="line">${select('How the target is given', form.where, [['none', 'whole field of view'], ['name', 'name'], ['position', 'position']], (where) => change({ where: where as FormModel['where'] }))}
      ${form.where === 'position' ? nothing : html`<input id="target-name" class="wide" aria-label="Name of the target" placeholder="name: Crab, Mkn 421 …" list="names" autocomplete="off" spellcheck="false" aria-invalid=${bad('target')} .value=${form.name}
        @input=${(e: Event) => { const name = valueOf(e); change({ name, where: name.trim() ? 'name' : 'none' }); search(name) }}>
        <datalist id="names">${found.map((s) => html`<option value=${s.name}>${s.type}, ${s.ra.toFixed(2)} ${s.dec.toFixed(2)}</option>`)}</datalist>`}
      ${form.where === 'position' ? html`
        <input id="ra" class="number" aria-label=${lon!} placeholder=${lon!} aria-invalid=${bad('target.ra')} .value=${form.ra} @input=${(e: Event) => change({ ra: valueOf(e) })}>
        <input id="dec" class="number" aria-label=${lat!} placeholder=${lat!} aria-invalid=${bad('target.dec')} .value=${form.dec} @input=${(e: Event) => change({ dec: valueOf(e) })}>
        ${select('Frame', form.frame, [['icrs', 'ICRS'], ['fk5', 'FK5'], ['galactic', 'galactic']], (frame) => change({ frame: frame as FormModel['frame'] }))}` : nothing}
      ${form.where === 'none' ? nothing : html`<label>within <input id="radius" class="number" aria-label="Radius in degrees" placeholder="default" aria-invalid=${bad('target.radius')} .value=${form.radius} @input=${(e: Event) => change({ radius: valueOf(e) })}> °</label>`}
    </div>${form.where === 'position' && form.advanced ? html`<div class="help">degrees, or sexagesimal as 05:34:31.97 and +22:00:52.1</div>` : nothing}${fault(faults, 'target')}</fieldset>`
}

const FORMATS = [['iso', 'ISO'], ['mjd', 'MJD'], ['ijd', 'IJD'], ['met', 'mission s'], ['seconds', 's from']] as const
const EXAMPLES: Record<FormModel['format'], string> = { iso: '2019-05-30T10:19:00', mjd: '58633.4299', ijd: '7089.43', met: '580904353.2', seconds: '-10' }

/** When: one interval or several; an empty end follows the data. */
export function timeFields({ form, faults, change, candidates, instruments }: FieldContext): TemplateResult {
  const set = (i: number, part: Partial<{ start: string; stop: string }>): void => change({ intervals: form.intervals.map((v, k) => (k === i ? { ...v, ...part } : v)) })
  const bad = (path: string): 'true' | 'false' => (faultsAt(faults, path).length ? 'true' : 'false')
  const missions = [...new Set(instruments.map((d) => d.mission))]
  return html`<fieldset><legend>Time</legend>
    ${form.intervals.map((v, i) => html`<div class="line">
      <input id=${i === 0 ? 'start' : `start-${i}`} class="time" aria-label="Start ${i + 1}" spellcheck="false" placeholder=${EXAMPLES[form.format]} aria-invalid=${bad(`time.intervals.${i}.0`)} .value=${v.start} @input=${(e: Event) => set(i, { start: valueOf(e) })}>
      <span class="dim">to</span>
      <input id=${i === 0 ? 'stop' : `stop-${i}`} class="time" aria-label="Stop ${i + 1}" spellcheck="false" placeholder="empty: follow" aria-invalid=${bad(`time.intervals.${i}.1`)} .value=${v.stop} @input=${(e: Event) => set(i, { stop: valueOf(e) })}>
      ${form.intervals.length > 1 ? html`<button type="button" class="plain" aria-label="Remove interval ${i + 1}" @click=${() => change({ intervals: form.intervals.filter((_, k) => k !== i) })}>✕</button>` : nothing}</div>`)}
    <div class="line">${select('Time format', form.format, FORMATS, (format) => change({ format: format as FormModel['format'] }))}
      ${form.format === 'met' || form.format === 'seconds' ? nothing : select('Time scale', form.scale, [['utc', 'UTC'], ['tt', 'TT']], (scale) => change({ scale: scale as FormModel['scale'] }))}
      ${form.format === 'met' ? html`<label>of <select aria-label="Mission" @change=${(e: Event) => change({ mission: valueOf(e) })}><option value="">choose</option>${missions.map((m) => html`<option value=${m} ?selected=${m === form.mission}>${m}</option>`)}</select></label>` : nothing}
      ${form.format === 'seconds' ? html`<input class="wide" aria-label="Reference: a time or an event" list="events" placeholder="UTC time, or an event" .value=${form.reference} @input=${(e: Event) => change({ reference: valueOf(e) })}>
        <datalist id="events">${candidates.slice(0, 50).map((c) => html`<option value=${c.id}></option>`)}</datalist>` : nothing}
      ${form.advanced ? html`<button type="button" class="plain" @click=${() => change({ intervals: [...form.intervals, { start: '', stop: '' }] })}>+ interval</button>` : nothing}</div>
    ${fault(faults, 'time')}</fieldset>`
}
