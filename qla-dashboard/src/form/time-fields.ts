import { html, nothing, type TemplateResult } from 'lit'
import type { Candidate, InstrumentDescriptor } from '@heavens/schemas'
import { utcText } from '../state/formats.js'
import { convertTimes } from './convert-times.js'
import { type FieldContext, fault, isBad, select, valueOf } from './field-context.js'
import type { FormModel } from './form-model.js'
import { pastedIntervals } from './pasted-intervals.js'
import { choicesOf } from './request-schema.js'

const FORMATS: Readonly<Record<string, string>> = { iso: 'ISO', mjd: 'MJD', ijd: 'IJD', met: 'mission time', revolution: 'revolution', seconds: 'seconds from' }
const EXAMPLES: Record<FormModel['format'], string> = { iso: '2019-05-30T10:19:00', mjd: '58633.4299', ijd: '7089.43', met: '580904353.2', revolution: '2102.5', seconds: '-10' }
/** So many intervals are fields; more of them, as a list of good time has, are a text. */
const MOST_ROWS = 12

/** When: one interval or several; an empty end follows the data. */
export function timeFields(context: FieldContext): TemplateResult {
  const { form, faults, change, candidates, instruments } = context
  const rows = form.intervals.length <= MOST_ROWS
  const paths = form.intervals.map((_, i) => `time.intervals.${i}`)
  const over = (e: DragEvent, on: boolean): void => {
    if (!e.dataTransfer?.types.includes('Files')) return
    if (on) e.preventDefault()
    ;(e.currentTarget as HTMLElement).classList.toggle('over', on)
  }
  const drop = (e: DragEvent): void => {
    const [file] = e.dataTransfer?.files ?? []
    ;(e.currentTarget as HTMLElement).classList.remove('over')
    if (!file) return
    e.preventDefault()
    context.readGti(file)
  }
  return html`<fieldset class="time-part" @dragover=${(e: DragEvent) => over(e, true)} @dragleave=${(e: DragEvent) => over(e, false)} @drop=${drop}><legend>Time</legend><div class="drop-here" aria-hidden="true">Drop good time (GTI) here</div>
    ${rows ? form.intervals.map((_, i) => intervalRow(context, i)) : html`<div class="line"><textarea class="wide" rows="6" aria-label="Intervals, one on each line" spellcheck="false" .value=${form.intervals.map((v) => `${v.start} ${v.stop}`).join('\n')} @change=${(e: Event) => change({ intervals: pastedIntervals(valueOf(e)) })}></textarea></div>
      <div class="help">${form.intervals.length} intervals, one on each line</div>`}
    <div class="line">${select('Time format', form.format, choicesOf('time.format').map((f) => [f, FORMATS[f] ?? f]), (format) => change(convertTimes(form, format as FormModel['format'], candidates, instruments)))}
      ${['met', 'revolution', 'seconds'].includes(form.format) ? nothing : select('Time scale', form.scale, choicesOf('time.scale').map((s) => [s, s.toUpperCase()]), (scale) => change({ scale: scale as FormModel['scale'] }))}
      ${form.format === 'met' || form.format === 'revolution' ? missionField(form, form.format === 'met' ? instruments : instruments.filter((d) => d.revolutions !== undefined), change) : nothing}${form.format === 'seconds' ? referenceField(form, faults, candidates, change) : nothing}
      ${form.advanced && rows ? html`<button type="button" class="plain" @click=${() => change({ intervals: [...form.intervals, { start: '', stop: '' }] })}>+ interval</button>` : nothing}
      ${form.advanced ? html`<button type="button" class="plain" aria-expanded=${form.pasting === null ? 'false' : 'true'} @click=${() => change({ pasting: form.pasting === null ? '' : null })}>Paste a list…</button>
        <label class="file">GTI file… <input class="hidden-label" type="file" aria-label="FITS file of good time" accept=".fits,.fit,.gti,.evt,.gz" @change=${(e: Event) => { const input = e.target as HTMLInputElement; if (input.files?.[0]) context.readGti(input.files[0]); input.value = '' }}></label>` : nothing}</div>
    ${form.pasting === null ? nothing : pasteField(form.pasting, change)}
    ${fault(faults, 'time.mission', 'mission')}${fault(faults, 'time.reference', 'reference')}${fault(faults, 'time', '', rows ? ['time.mission', 'time.reference', ...paths] : ['time.mission', 'time.reference'])}</fieldset>`
}

function intervalRow({ form, faults, change }: FieldContext, i: number): TemplateResult {
  const { start, stop } = form.intervals[i]!
  const set = (part: Partial<{ start: string; stop: string }>): void => change({ intervals: form.intervals.map((v, k) => (k === i ? { ...v, ...part } : v)) })
  /** A list that is pasted into one field fills as many rows. */
  const paste = (e: ClipboardEvent): void => {
    const text = e.clipboardData?.getData('text') ?? ''
    if (!/\n/.test(text.trim())) return
    e.preventDefault()
    change({ intervals: [...form.intervals.slice(0, i), ...pastedIntervals(text), ...form.intervals.slice(i + 1)] })
  }
  const path = `time.intervals.${i}`
  return html`<div class="line">
    <input id=${i === 0 ? 'start' : `start-${i}`} class="time" aria-label="Start ${i + 1}" spellcheck="false" placeholder=${EXAMPLES[form.format]} aria-invalid=${isBad(faults, `${path}.0`)} .value=${start} @paste=${paste} @input=${(e: Event) => set({ start: valueOf(e) })}>
    <span class="dim">to</span>
    <input id=${i === 0 ? 'stop' : `stop-${i}`} class="time" aria-label="Stop ${i + 1}" spellcheck="false" placeholder="empty: follow" aria-invalid=${isBad(faults, `${path}.1`)} .value=${stop} @input=${(e: Event) => set({ stop: valueOf(e) })}>
    ${form.intervals.length > 1 ? html`<button type="button" class="plain" aria-label="Remove interval ${i + 1}" @click=${() => change({ intervals: form.intervals.filter((_, k) => k !== i) })}>✕</button>` : nothing}</div>
    ${fault(faults, `${path}.0`, 'start:')}${fault(faults, `${path}.1`, 'stop:')}`
}

function missionField(form: FormModel, instruments: readonly InstrumentDescriptor[], change: FieldContext['change']): TemplateResult {
  const missions = [...new Set(instruments.map((d) => d.mission))]
  return html`<label>of <select aria-label="Mission" @change=${(e: Event) => change({ mission: valueOf(e) })}><option value="">choose</option>${missions.map((m) => html`<option value=${m} ?selected=${m === form.mission}>${m}</option>`)}</select></label>`
}

/** A time in UTC, or an event: chosen by when and what it was, not by its id. */
function referenceField(form: FormModel, faults: FieldContext['faults'], candidates: readonly Candidate[], change: FieldContext['change']): TemplateResult {
  const events = [...candidates].sort((a, b) => b.time - a.time).slice(0, 50)
  return html`<select aria-label="An event as reference" @change=${(e: Event) => change({ reference: valueOf(e) })}><option value="" ?selected=${!events.some((c) => c.id === form.reference)}>a time in UTC:</option>
      ${events.map((c) => html`<option value=${c.id} ?selected=${c.id === form.reference}>${utcText(c.time)} ${c.class ?? 'event'}, ${c.significance.toFixed(1)} σ</option>`)}</select>
    ${events.some((c) => c.id === form.reference) ? nothing : html`<input class="wide" aria-label="Reference time in UTC" placeholder="2019-05-30T10:19:08.9" aria-invalid=${isBad(faults, 'time.reference')} .value=${form.reference} @input=${(e: Event) => change({ reference: valueOf(e) })}>`}`
}

function pasteField(text: string, change: FieldContext['change']): TemplateResult {
  const read = pastedIntervals(text)
  return html`<div class="line"><textarea class="wide" rows="4" aria-label="List of intervals" spellcheck="false" placeholder="one interval on each line: start stop" .value=${text} @input=${(e: Event) => change({ pasting: valueOf(e) })}></textarea></div>
    <div class="line"><button type="button" ?disabled=${read.length === 0} @click=${() => change({ intervals: read, pasting: null })}>Take ${read.length === 1 ? 'this interval' : `these ${read.length} intervals`}</button><span class="help">in the format chosen above; # begins a remark</span></div>`
}
