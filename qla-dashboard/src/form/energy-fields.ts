import { KEV } from '@heavens/science/energy'
import { html, nothing, type TemplateResult } from 'lit'
import { type FieldContext, fault, isBad, valueOf } from './field-context.js'
import type { FormModel } from './form-model.js'


/** Energy: each instrument's own bands, one of them, or any. */
export function energyFields({ form, faults, change, instruments }: FieldContext): TemplateResult {
  const chosen = instruments.filter((d) => form.all || form.instruments[d.id]?.on)
  const presets = chosen.flatMap((d) => d.bands.map((b) => ({ key: `${d.id} ${b.id}`, text: `${d.name}: ${b.label}`, unit: d.energyUnit, min: b.eMin / KEV[d.energyUnit], max: b.eMax / KEV[d.energyUnit] })))
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
    ${form.energy === 'default' ? nothing : html`${form.bands.map((b, i) => html`<div class="line"><input class="number" aria-label="Lowest energy ${i + 1}" aria-invalid=${isBad(faults, `energy.bands.${i}.min`)} placeholder="50" .value=${b.min} @input=${(e: Event) => set(i, { min: valueOf(e) })}><span class="dim">to</span>
      <input class="number" aria-label="Highest energy ${i + 1}" aria-invalid=${isBad(faults, `energy.bands.${i}.max`)} placeholder="300" .value=${b.max} @input=${(e: Event) => set(i, { max: valueOf(e) })}>
      ${i === 0 ? html`<select aria-label="Unit of energy" @change=${(e: Event) => change({ unit: valueOf(e) as FormModel['unit'] })}>${Object.keys(KEV).map((u) => html`<option ?selected=${u === form.unit}>${u}</option>`)}</select>` : html`<button type="button" class="plain" aria-label="Remove band ${i + 1}" @click=${() => change({ bands: form.bands.filter((_, k) => k !== i) })}>✕</button>`}</div>${fault(faults, `energy.bands.${i}.min`, 'lowest')}${fault(faults, `energy.bands.${i}.max`, 'highest')}${fault(faults, `energy.bands.${i}`, '', [`energy.bands.${i}.min`, `energy.bands.${i}.max`])}`)}
      ${form.advanced ? html`<div class="line"><button type="button" class="plain" @click=${() => change({ bands: [...form.bands, { min: form.bands.at(-1)?.max ?? '', max: '' }] })}>+ band</button></div>` : nothing}`}
    ${fault(faults, 'energy', '', form.energy === 'default' ? [] : form.bands.map((_, i) => `energy.bands.${i}`))}</fieldset>`
}
