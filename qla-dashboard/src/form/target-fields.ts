import { html, nothing, type TemplateResult } from 'lit'
import type { ResolvedTarget, TargetShape } from '@heavens/schemas'
import { positionText } from '../state/formats.js'
import { faultsAt } from './check-request.js'
import { type FieldContext, fault, isBad, select, valueOf } from './field-context.js'
import type { FormModel } from './form-model.js'
import { namedSource } from './named-source.js'
import { choicesOf } from './request-schema.js'

const FRAMES: Readonly<Record<string, string>> = { icrs: 'ICRS', fk5: 'FK5' }
/** So many of the brightest of each type are offered by name; any of the catalogue may be typed. */
const FAMOUS = 8

/** Where: a name, a position in a frame, or nowhere in particular. */
export function targetFields(context: FieldContext): TemplateResult {
  const { form, faults, change, search, found, catalogue } = context
  const [lon, lat] = form.frame === 'galactic' ? ['l', 'b'] as const : ['RA', 'Dec'] as const
  return html`<fieldset><legend>Target</legend>
    <div class="line">${select('How the target is given', form.where, [['none', 'whole field of view'], ['name', 'name'], ['position', 'position'], ...(form.shape ? [['shape', 'region'] as const] : [])], (where) => change({ where: where as FormModel['where'] }))}
      ${form.where === 'shape' && form.shape ? html`<span id="shape" class="help">${shapeLine(form.shape)}</span>` : nothing}${form.where === 'position' || form.where === 'shape' ? nothing : html`<input id="target-name" class="wide" aria-label="Name of the target" placeholder="name: Crab, Mkn 421 …" list="names" autocomplete="off" spellcheck="false" aria-invalid=${isBad(faults, 'target')} .value=${form.name}
        @input=${(e: Event) => { const name = valueOf(e); change({ name, where: name.trim() ? 'name' : 'none' }); search(name) }}>
        <datalist id="names">${found.map((s) => html`<option value=${s.name}>${s.type}, ${s.ra.toFixed(2)} ${s.dec.toFixed(2)}</option>`)}</datalist>
        ${catalogue.length ? famous(catalogue, form.name, (name) => change({ name, where: 'name' })) : nothing}`}
      ${form.where === 'position' ? html`
        <input id="ra" class="medium" aria-label=${lon} placeholder=${lon} aria-invalid=${isBad(faults, 'target.ra')} .value=${form.ra} @input=${(e: Event) => change({ ra: valueOf(e) })}>
        <input id="dec" class="medium" aria-label=${lat} placeholder=${lat} aria-invalid=${isBad(faults, 'target.dec')} .value=${form.dec} @input=${(e: Event) => change({ dec: valueOf(e) })}>
        ${select('Frame', form.frame, choicesOf('target.frame').map((f) => [f, FRAMES[f] ?? f]), (frame) => change({ frame: frame as FormModel['frame'] }))}` : nothing}
      ${form.where === 'none' || form.where === 'shape' ? nothing : html`<label>within <input id="radius" class="number" aria-label="Radius in degrees" placeholder="default" aria-invalid=${isBad(faults, 'target.radius')} .value=${form.radius} @input=${(e: Event) => change({ radius: valueOf(e) })}> °</label>`}
    </div>${form.where === 'position' && form.advanced ? html`<div class="help">degrees, or sexagesimal as 05:34:31.97 and +22:00:52.1</div>` : nothing}
    ${form.where === 'name' ? nameLine(context) : nothing}
    ${fault(faults, 'target.ra', lon)}${fault(faults, 'target.dec', lat)}${fault(faults, 'target.radius', 'radius')}${fault(faults, 'target', '', ['target.ra', 'target.dec', 'target.radius'])}</fieldset>`
}

/** A region of a request that was made elsewhere: it is kept, not edited. */
function shapeLine(shape: TargetShape): string {
  return 'range' in shape ? `RA ${shape.range[0]} to ${shape.range[1]}°, Dec ${shape.range[2]} to ${shape.range[3]}°` : `a polygon of ${shape.polygon.length} corners`
}

/** The best known sources by type, brightest first, as the catalogue has them. */
function famous(catalogue: readonly ResolvedTarget[], name: string, choose: (name: string) => void): TemplateResult {
  const types = [...new Set(catalogue.map((s) => s.type))]
  return html`<select class="famous" aria-label="Famous objects" @change=${(e: Event) => { if (valueOf(e)) choose(valueOf(e)) }}><option value="">famous …</option>
    ${types.map((type) => html`<optgroup label=${type}>${catalogue.filter((s) => s.type === type).slice(0, FAMOUS).map((s) => html`<option value=${s.name} ?selected=${s.name === name}>${s.name}</option>`)}</optgroup>`)}</select>`
}

/** What is known of the name as far as it is typed: where and what it is, or what it may become. */
function nameLine({ form, found, searched, catalogue, faults }: FieldContext): TemplateResult | typeof nothing {
  const source = namedSource(form.name, [...found, ...catalogue]) ?? (found.length === 1 && searched === form.name ? found[0] : undefined)
  if (source) return html`<div class="help" id="named" role="status">${source.name} · ${source.type ? `${source.type} · ` : ''}${positionText(source.ra, source.dec, 'degrees')}${source.resolver ? ` · ${source.resolver}` : ''}</div>`
  if (faultsAt(faults, 'target').length || form.name.trim().length < 2 || searched !== form.name) return nothing
  return html`<div class="help" id="named" role="status">${found.length ? `${found.slice(0, 5).map((s) => s.name).join(', ')}${found.length > 5 ? ' …' : ''}` : 'nothing in the catalogue begins so'}</div>`
}
