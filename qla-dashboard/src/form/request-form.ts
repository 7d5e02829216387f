import { html, nothing, type TemplateResult } from 'lit'
import type { AnalysisRequestInput, Job, Quote, ResolvedTarget } from '@heavens/schemas'
import { baseStyle } from '../app/base-style.js'
import { Panel } from '../app/panel.js'
import type { Topic } from '../state/console-state.js'
import { runsOf } from '../state/current-run.js'
import { WireError, ask } from '../wire/rest.js'
import { pageToken } from '../wire/token.js'
import { type Fault, checkRequest, faultsElsewhere } from './check-request.js'
import { type FormModel, emptyForm, formOf, isStarted, requestOf } from './form-model.js'
import { energyFields } from './energy-fields.js'
import { type FieldContext, fault } from './field-context.js'
import { gtiIntervals } from './gti-intervals.js'
import { instrumentFields } from './instrument-fields.js'
import { modelFaults } from './model-faults.js'
import { namedSource, plainName } from './named-source.js'
import { productFields } from './product-fields.js'
import { CODE_KINDS, type CodeKind, requestAsCode } from './request-as-code.js'
import { targetFields } from './target-fields.js'
import { timeFields } from './time-fields.js'
import { formStyle } from './form-style.js'
import { quoteView } from './quote-view.js'

const FIELDS = ['target', 'time', 'energy', 'instruments', 'products', 'label'] as const
/** Quiet time after the last key before the quote is asked for [ms]. */
const PAUSE = 350

/** The request form: one for live and archive, with a quote that answers while one types. */
export class RequestForm extends Panel {
  static override styles = [baseStyle, formStyle]
  static override properties = { ...Panel.properties, form: { state: true }, faults: { state: true }, quote: { state: true }, refusal: { state: true }, waiting: { state: true }, found: { state: true }, searched: { state: true }, sending: { state: true } }
  declare form: FormModel
  declare faults: Fault[]
  declare quote: Quote | null
  declare refusal: WireError | null
  declare waiting: boolean
  declare found: ResolvedTarget[]
  /** the beginning of a name that `found` is the answer to */
  declare searched: string
  declare sending: boolean
  #timer: ReturnType<typeof setTimeout> | undefined
  #asked: AbortController | null = null
  #searching: AbortController | null = null

  constructor() {
    super()
    Object.assign(this, { form: emptyForm(), faults: [], quote: null, refusal: null, waiting: false, found: [], searched: '', sending: false })
  }

  protected override topics(): readonly Topic[] { return ['form', 'instruments', 'catalogue'] }

  protected override changed(): void {
    this.#takePrefill()
    super.changed()
  }

  override connectedCallback(): void {
    super.connectedCallback()
    if (this.state.draft) this.#keep(this.state.draft)
    this.#takePrefill()
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    clearTimeout(this.#timer)
    this.#asked?.abort()
  }

  #takePrefill(): void {
    const prefill = this.actions.takePrefill()
    if (!prefill) return
    this.#keep(formOf(prefill, prefill.time ? { ...emptyForm(), advanced: this.form.advanced } : this.form))
  }

  #keep(form: FormModel): void {
    this.form = this.state.draft = form
    this.#askSoon()
  }

  #change(change: Partial<FormModel>): void {
    this.#keep({ ...this.form, ...change })
  }

  /** Check the form and ask for the quote when the user pauses. */
  #askSoon(): void {
    clearTimeout(this.#timer)
    this.#asked?.abort()
    if (!isStarted(this.form)) {
      Object.assign(this, { quote: null, refusal: null, faults: [], waiting: false })
      return
    }
    this.waiting = true
    this.#timer = setTimeout(() => void this.#askQuote(), PAUSE)
  }

  async #askQuote(): Promise<void> {
    const request = requestOf(this.form, this.state.instruments)
    const asked = this.#asked = new AbortController()
    try {
      const faults = [...await checkRequest(request), ...await modelFaults(request), ...await this.#nameFaults(asked.signal)]
      if (asked.signal.aborted) return
      this.faults = faults
      if (faults.length) {
        Object.assign(this, { quote: null, refusal: null })
        return
      }
      const quote = await ask<Quote>('analyses/quote', { method: 'POST', body: request, signal: asked.signal })
      Object.assign(this, { quote, refusal: null })
    } catch (error) {
      if (asked.signal.aborted) return
      this.#refused(error)
    } finally {
      if (!asked.signal.aborted) this.waiting = false
    }
  }

  #refused(error: unknown): void {
    this.quote = null
    this.refusal = error instanceof WireError ? error : new WireError('internal', error instanceof Error ? error.message : String(error))
    // What the server says about a field stands at the field.
    if (this.refusal.path && FIELDS.some((f) => this.refusal!.path!.startsWith(f))) this.faults = [{ path: this.refusal.path, message: this.refusal.message }]
  }

  /** A name that nothing in the catalogue begins with, and the server's resolver does not know, is said at its field while it is typed. */
  async #nameFaults(signal: AbortSignal): Promise<Fault[]> {
    const { where, name } = this.form
    if (where !== 'name' || !name.trim()) return []
    const found = await ask<ResolvedTarget[]>('resolve/search', { query: { prefix: name.trim(), whole: true }, signal })
    // A name that is begun, not finished: to ask the server for it would be an error each time.
    const begun = !namedSource(name, found) && found.some((s) => [s.name, ...s.aliases].some((n) => plainName(n).startsWith(plainName(name))))
    if (found.length && !begun) {
      // One that the server's resolver knows is shown as those of the catalogue are.
      if (found[0]!.resolver !== undefined && !signal.aborted) Object.assign(this, { found, searched: name })
      return []
    }
    return [{ path: 'target', message: begun ? `Which? ${found.slice(0, 5).map((s) => s.name).join(', ')}` : `No source is known by the name ${name.trim()}; give a position instead.` }]
  }

  async #search(prefix: string): Promise<void> {
    this.#searching?.abort()
    const mine = this.#searching = new AbortController()
    if (prefix.trim().length < 2) { Object.assign(this, { found: [], searched: '' }); return }
    try {
      const found = (await ask<ResolvedTarget[]>('resolve/search', { query: { prefix: prefix.trim() }, signal: mine.signal })).slice(0, 8)
      Object.assign(this, { found, searched: prefix })
    } catch {
      // Suggestions only: the quote says what is wrong with a name.
      if (!mine.signal.aborted) this.found = []
    }
  }

  async #submit(event: Event): Promise<void> {
    event.preventDefault()
    const request = requestOf(this.form, this.state.instruments)
    this.sending = true
    try {
      this.faults = [...await checkRequest(request), ...await modelFaults(request)]
      if (this.faults.length) return
      const job = await ask<Job>('analyses', { method: 'POST', body: request satisfies AnalysisRequestInput })
      const known = this.state.jobs.get(job.id)
      if (!known || known.revision < job.revision) this.state.jobs.set(job.id, job)
      this.state.touch('jobs')
      this.actions.setView({ drawer: 'jobs', job: job.id, product: null, look: {} })
    } catch (error) {
      this.#refused(error)
    } finally {
      this.sending = false
    }
  }

  async #readGti(file: File): Promise<void> {
    try {
      this.#change({ format: 'iso', scale: 'utc', intervals: await gtiIntervals(file, file.name) })
    } catch (error) {
      this.actions.notice({ kind: 'error', text: (error as Error).message })
    }
  }

  /** The very request, as something to run elsewhere. */
  async #copy(kind: CodeKind): Promise<void> {
    const text = requestAsCode(requestOf(this.form, this.state.instruments), kind, new URL('.', document.baseURI).href, pageToken() !== null)
    try {
      await navigator.clipboard.writeText(text)
      this.actions.notice({ kind: 'info', text: `The request is copied as ${kind === 'shell' ? 'a shell command' : kind}.` })
    } catch (error) {
      this.actions.notice({ kind: 'error', text: `The request could not be copied: ${(error as Error).message}` })
    }
  }

  protected override render(): TemplateResult {
    const { form } = this
    const context: FieldContext = {
      form, faults: this.faults, change: (c) => this.#change(c), search: (p) => void this.#search(p), found: this.found, searched: this.searched, readGti: (file) => void this.#readGti(file),
      instruments: this.state.instruments, catalogue: this.state.catalogue, candidates: [...this.state.candidates.values()],
    }
    const elsewhere = faultsElsewhere(this.faults, FIELDS)
    return html`<form @submit=${(e: Event) => void this.#submit(e)} novalidate>
      <div class="modes" role="group" aria-label="How much of the form">
        <button type="button" aria-pressed=${form.advanced ? 'false' : 'true'} @click=${() => this.#change({ advanced: false })}>Basic</button>
        <button type="button" aria-pressed=${form.advanced ? 'true' : 'false'} @click=${() => this.#change({ advanced: true })}>Advanced</button>
        <span style="flex:1"></span><button type="button" class="plain" @click=${() => this.#keep({ ...emptyForm(), advanced: form.advanced })}>Clear</button></div>
      ${targetFields(context)}${timeFields(context)}${energyFields(context)}${instrumentFields(context)}${productFields(context)}
      <fieldset><legend>Label</legend><div class="line"><input id="label" class="wide" aria-label="Label" maxlength="200" .value=${form.label} @input=${(e: Event) => this.#change({ label: (e.target as HTMLInputElement).value })}>
        ${form.advanced ? html`<label>run <select aria-label="Run" @change=${(e: Event) => this.#change({ run: (e.target as HTMLSelectElement).value })}>
          <option value="" ?selected=${form.run === ''}>any</option>${runsOf(this.state.streams.values()).map((r) => html`<option value=${r} ?selected=${form.run === r}>${r}</option>`)}</select></label>` : nothing}</div>${fault(this.faults, 'label')}</fieldset>
      ${elsewhere.map((f) => html`<div class="fault">${f.path ? `${f.path}: ` : ''}${f.message}</div>`)}
      <div class="foot"><div class="quote ${this.waiting ? 'waiting' : ''}" aria-live="polite">${quoteView(this.quote, this.refusal, this.faults, isStarted(form), this.state.instruments)}</div>
      <div class="submit"><button class="primary" id="submit" ?disabled=${this.sending || !isStarted(form)}>${this.sending ? 'Sending…' : 'Run the analysis'}</button><span class="dim copy" role="group" aria-label="Copy the request">copy as ${CODE_KINDS.map((kind) => html`<button type="button" class="plain" data-copy=${kind} ?disabled=${!isStarted(form)} @click=${() => void this.#copy(kind)}>${kind}</button>`)}</span></div></div>
    </form>`
  }
}

customElements.define('request-form', RequestForm)
