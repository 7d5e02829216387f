import { html, nothing, type TemplateResult } from 'lit'
import type { InstrumentDescriptor } from '@heavens/schemas'
import type { FormModel, InstrumentChoice } from './form-model.js'
import { type FieldContext, fault, valueOf } from './form-where-when.js'

const checked = (e: Event): boolean => (e.target as HTMLInputElement).checked
const UNIT_KEV: Record<FormModel['unit'], number> = { keV: 1, MeV: 1e3, GeV: 1e6, TeV: 1e9 }

/** Energy: each instrument's own bands, one of them, or any. */
export function energyFields({ form, faults, change, instruments }: FieldContext): TemplateResult {
  const chosen = instruments.filter((d) => form.all || form.instruments[d.id]?.on)
  const presets = chosen.flatMap((d) => d.bands.map((b) => ({ key: `${d.id} ${b.id}`, text: `${d.name}: ${b.label}`, unit: d.energyUnit, min: b.eMin / UNIT_KEV[d.energyUnit], max: b.eMax / UNIT_KEV[d.energyUnit] })))
  const pick = (key: string): void => {
    const preset = presets.find((p) => p.key === key)
    if (preset) change({ energy: 'bands', unit: preset.unit, bands: [{ min: String(preset.min), max: String(preset.max) }] })
    else change({ energy: key === 'own' ? 'bands' : 'default' })
  }
  const current = form.energy === 'default' ? 'default' : presets.find((p) => form.bands.length === 1 && p.unit === form.unit && String(p.min) === form.bands[0]!.min && String(p.max) === form.bands[0]!.max)?.key ?? 'own'
  const set = (i: number, part: Partial<{ min: string; max: string }>): void => change({ bands: form.bands.map((b, k) => (k === i ? { ...b, ...part } : b)) })
  return html`<fieldset><legend>Energy</legend>
    <div class="line"><select aria-label="Energy bands" @change=${(e: Event) => pick(valueOf(e))}><option value="default" ?selected=${current === 'default'}>the instruments' bands</option><option value="own" ?selected=${current === 'own'}>from … to …</option>
      ${presets.map((p) => html`<option value=${p.key} ?selected=${p.key === current}>${p.text}</option>`)}</select></div>
    ${form.energy === 'default' ? nothing : html`${form.bands.map((b, i) => html`<div class="line"><input class="number" aria-label="Lowest energy ${i + 1}" placeholder="50" .value=${b.min} @input=${(e: Event) => set(i, { min: valueOf(e) })}><span class="dim">to</span>
      <input class="number" aria-label="Highest energy ${i + 1}" placeholder="300" .value=${b.max} @input=${(e: Event) => set(i, { max: valueOf(e) })}>
      ${i === 0 ? html`<select aria-label="Unit of energy" @change=${(e: Event) => change({ unit: valueOf(e) as FormModel['unit'] })}>${Object.keys(UNIT_KEV).map((u) => html`<option ?selected=${u === form.unit}>${u}</option>`)}</select>` : html`<button type="button" class="plain" aria-label="Remove band ${i + 1}" @click=${() => change({ bands: form.bands.filter((_, k) => k !== i) })}>✕</button>`}</div>`)}
      ${form.advanced ? html`<div class="line"><button type="button" class="plain" @click=${() => change({ bands: [...form.bands, { min: form.bands.at(-1)?.max ?? '', max: '' }] })}>+ band</button></div>` : nothing}`}
    ${fault(faults, 'energy')}</fieldset>`
}

/** Instruments: all with exposure, or some with their groups and options. */
export function instrumentFields({ form, faults, change, instruments }: FieldContext): TemplateResult {
  const of = (id: string): InstrumentChoice => form.instruments[id] ?? { on: false, groups: null, options: {} }
  const set = (id: string, part: Partial<InstrumentChoice>): void => change({ all: false, instruments: { ...form.instruments, [id]: { ...of(id), ...part } } })
  return html`<fieldset><legend>Instruments</legend>
    <div class="line"><label><input type="radio" name="all" .checked=${form.all} @change=${() => change({ all: true })}>all with exposure</label><label><input type="radio" name="all" .checked=${!form.all} @change=${() => change({ all: false })}>some</label></div>
    ${form.all ? nothing : instruments.map((d) => html`<div class="line"><label><input type="checkbox" .checked=${of(d.id).on} @change=${(e: Event) => set(d.id, { on: checked(e) })}>${d.name}</label></div>
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
  return html`<div class="groups" role="group" aria-label="Detectors of ${d.name}">${d.groups.map((g) => html`<label title=${g.label}><input type="checkbox" .checked=${has(g.id)} @change=${(e: Event) => toggle(g.id, checked(e))}>${g.id}</label>`)}</div>`
}

function optionFields(d: InstrumentDescriptor, choice: InstrumentChoice, set: (options: InstrumentChoice['options']) => void): TemplateResult {
  return html`<div class="options">${d.options.map((o) => {
    const value = choice.options[o.id] ?? o.default
    const put = (v: string | number | boolean): void => set({ ...choice.options, [o.id]: v })
    const field = o.kind === 'boolean' ? html`<input type="checkbox" .checked=${value === true} @change=${(e: Event) => put(checked(e))}>`
      : o.kind === 'choice' ? html`<select @change=${(e: Event) => put(valueOf(e))}>${o.choices?.map((c) => html`<option ?selected=${c === value}>${c}</option>`)}</select>`
      : html`<input class="number" .value=${String(value)} @input=${(e: Event) => put(Number.isFinite(Number(valueOf(e))) && valueOf(e).trim() ? Number(valueOf(e)) : valueOf(e))}>`
    return html`<label title=${o.help}>${o.label} ${field} ${o.unit ?? ''}</label>`
  })}</div>`
}

/** Products: each instrument's defaults, or a choice with bins and sizes. */
export function productFields({ form, faults, change }: FieldContext): TemplateResult {
  const number = (label: string, value: string, placeholder: string, put: (v: string) => void): TemplateResult => html`<input class="number" aria-label=${label} placeholder=${placeholder} .value=${value} @input=${(e: Event) => put(valueOf(e))}>`
  const { lightCurve, spectrum, image, events } = form
  return html`<fieldset><legend>Products</legend>
    <div class="line"><label><input type="radio" name="defaults" .checked=${form.defaults} @change=${() => change({ defaults: true })}>each instrument's own</label><label><input type="radio" name="defaults" .checked=${!form.defaults} @change=${() => change({ defaults: false })}>these</label></div>
    ${form.defaults ? nothing : html`
      <div class="line"><label><input type="checkbox" .checked=${lightCurve.on} @change=${(e: Event) => change({ lightCurve: { ...lightCurve, on: checked(e) } })}>light curve</label>
        ${lightCurve.on ? html`<label>bins of ${number('Bin width in seconds', lightCurve.bin, 'default', (bin) => change({ lightCurve: { ...lightCurve, bin } }))} s</label>
          <label><select aria-label="Bands of the light curve" @change=${(e: Event) => change({ lightCurve: { ...lightCurve, bands: valueOf(e) as 'each' | 'sum' } })}><option value="each" ?selected=${lightCurve.bands === 'each'}>each band</option><option value="sum" ?selected=${lightCurve.bands === 'sum'}>all bands added</option></select></label>` : nothing}</div>
      <div class="line"><label><input type="checkbox" .checked=${spectrum.on} @change=${(e: Event) => change({ spectrum: { ...spectrum, on: checked(e) } })}>spectrum</label>
        ${spectrum.on ? html`<input class="wide" aria-label="Background intervals in seconds from the start" placeholder="background: -100 -10, 60 160 (s from the start)" .value=${spectrum.background} @input=${(e: Event) => change({ spectrum: { ...spectrum, background: valueOf(e) } })}>` : nothing}</div>
      <div class="line"><label><input type="checkbox" .checked=${image.on} @change=${(e: Event) => change({ image: { ...image, on: checked(e) } })}>image</label>
        ${image.on ? html`<label>${number('Size of the image in degrees', image.size, 'default', (size) => change({ image: { ...image, size } }))} ° of ${number('Pixel in degrees', image.pixel, 'default', (pixel) => change({ image: { ...image, pixel } }))} ° pixels</label>
          ${form.advanced ? html`<select aria-label="Projection" @change=${(e: Event) => change({ image: { ...image, projection: valueOf(e) as FormModel['image']['projection'] } })}>${['TAN', 'CAR', 'AIT', 'SIN', 'ZEA'].map((p) => html`<option ?selected=${p === image.projection}>${p}</option>`)}</select>` : nothing}` : nothing}</div>
      <div class="line"><label><input type="checkbox" .checked=${events.on} @change=${(e: Event) => change({ events: { on: checked(e) } })}>event list</label></div>`}
    ${fault(faults, 'products')}</fieldset>`
}
