import '@awesome.me/webawesome/dist/components/progress-bar/progress-bar.js'
import { css, html, nothing, type TemplateResult } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import type { AnalysisRequestInput, Job, JobStep } from '@heavens/schemas'
import { baseStyle } from '../app/base-style.js'
import { Panel } from '../app/panel.js'
import type { Topic } from '../state/console-state.js'
import { durationText } from '../state/formats.js'
import { ask } from '../wire/rest.js'
import { describeJob } from './describe-job.js'
import { PHASE_GROUPS, type PhaseGroup, filterJobs } from './filter-jobs.js'

const MARKS: Record<JobStep['state'], string> = { waiting: '·', running: '▸', done: '✓', failed: '✕' }
const PHASES: Record<Job['phase'], string> = { PENDING: 'waiting', QUEUED: 'queued', EXECUTING: 'running', COMPLETED: 'done', ERROR: 'failed', ABORTED: 'cancelled' }

/** So many analyses are listed at first, and more at once; a few need no filter. */
const PAGE = 100
const FEW = 12
/** So many the stream begins with; and so many older ones are asked for at once. */
const SENT = 500
const OLDER = 500

/** Analyses, newest first, each with its steps as they go. */
export class JobsPanel extends Panel {
  static override styles = [baseStyle, css`
    article { padding: 8px 16px; border-bottom: 1px solid var(--rule) }
    article.chosen { border-left: 2px solid var(--accent); padding-left: 14px }
    header { display: flex; gap: 8px; align-items: baseline }
    h3 { margin: 0; font-size: 14px; flex: 1; min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap }
    .COMPLETED { color: var(--live) } .ERROR { color: var(--danger) } .EXECUTING, .QUEUED { color: var(--new) }
    ol { list-style: none; margin: 4px 0; padding: 0 }
    .step { display: grid; grid-template-columns: 16px 1fr auto; gap: 4px; align-items: center }
    .step.waiting { color: var(--faint) } .step.failed { color: var(--danger) }
    wa-progress-bar { grid-column: 2 / -1; --track-height: 4px; --track-color: var(--rule); --indicator-color: var(--accent) }
    .actions { display: flex; gap: 8px; margin-top: 4px }
    p { margin: 4px 0 }
    .none { padding: 24px 16px; color: var(--dim) }
    /* What is out of sight costs nothing; the height is that of a job without its steps. */
    article { content-visibility: auto; contain-intrinsic-size: auto 76px }
    .filter { position: sticky; top: 0; z-index: 1; display: flex; flex-wrap: wrap; gap: 8px; align-items: center; padding: 8px 16px; background: var(--panel); border-bottom: 1px solid var(--rule) }
    .filter input { flex: 1; min-width: 120px }
    .more { display: block; margin: 12px auto }
  `]

  protected override topics(): readonly Topic[] { return ['jobs', 'view'] }

  /** Jobs whose end has been asked for. */
  readonly #ending = new Set<string>()

  async #ask(job: Job, method: 'DELETE' | 'POST', what = ''): Promise<void> {
    this.#ending.add(job.id)
    this.requestUpdate()
    try {
      const answer = await ask<Job>(`analyses/${encodeURIComponent(job.id)}${what}`, { method })
      const known = this.state.jobs.get(job.id)
      if (!known || known.revision >= answer.revision) return
      // The answer may be ahead of the stream of records.
      this.state.jobs.set(job.id, answer)
      this.state.touch('jobs')
    } catch (error) {
      this.actions.notice({ kind: 'error', text: (error as Error).message })
    } finally {
      this.#ending.delete(job.id)
      this.requestUpdate()
    }
  }

  #text = ''
  #group: PhaseGroup = 'all'
  #most = PAGE
  /** whether the server may have analyses that are older than those at hand */
  #older = true

  /** The stream begins with the latest analyses; older ones are asked for. */
  async #askOlder(): Promise<void> {
    const oldest = filterJobs(this.state.jobs.values(), '', 'all').at(-1)
    try {
      const found = await ask<Job[]>('analyses', { query: { limit: OLDER, ...(oldest ? { before: oldest.id } : {}) } })
      this.#older = found.length === OLDER
      this.#most += found.length
      for (const job of found) if (!this.state.jobs.has(job.id)) this.state.jobs.set(job.id, job)
      this.state.touch('jobs')
    } catch (error) {
      this.actions.notice({ kind: 'error', text: (error as Error).message })
    }
  }

  #filter(change: { text?: string; group?: PhaseGroup }): void {
    this.#text = change.text ?? this.#text
    this.#group = change.group ?? this.#group
    this.#most = PAGE
    this.requestUpdate()
  }

  protected override render(): TemplateResult {
    const { jobs } = this.state
    if (jobs.size === 0) return html`<p class="none">No analysis yet. Click the sky, an event or a stretch of a curve, and choose Analyse.</p>`
    const found = filterJobs(jobs.values(), this.#text, this.#group)
    // The one that is looked at stands in the list, however old it is.
    const chosen = found.findIndex((j) => j.id === this.state.view.job)
    const shown = found.filter((_, i) => i < this.#most || i === chosen)
    return html`${jobs.size > FEW ? html`<div class="filter" role="search"><input type="search" aria-label="Find an analysis" placeholder="find: name, id, target, instrument" .value=${this.#text} @input=${(e: Event) => this.#filter({ text: (e.target as HTMLInputElement).value })}>
        <select aria-label="Which analyses" @change=${(e: Event) => this.#filter({ group: (e.target as HTMLSelectElement).value as PhaseGroup })}>${PHASE_GROUPS.map((g) => html`<option ?selected=${g === this.#group}>${g}</option>`)}</select>
        <span class="dim" role="status">${found.length === jobs.size ? jobs.size : `${found.length} of ${jobs.size}`}</span></div>` : nothing}
      ${repeat(shown, (j) => j.id, (j) => this.#job(j))}
      ${found.length === 0 ? html`<p class="none">No analysis is like that.</p>` : nothing}
      ${shown.length < found.length ? html`<button class="more" @click=${() => { this.#most += PAGE; this.requestUpdate() }}>Show ${Math.min(PAGE, found.length - shown.length)} more of ${found.length - shown.length}</button>`
        : this.#older && jobs.size >= SENT ? html`<button class="more" @click=${() => void this.#askOlder()}>Older analyses</button>` : nothing}`
  }

  #job(job: Job): TemplateResult {
    const running = ['PENDING', 'QUEUED', 'EXECUTING'].includes(job.phase)
    const open = running || job.phase === 'ERROR' || this.state.view.job === job.id
    const ending = this.#ending.has(job.id)
    const seconds = job.started && job.ended ? (Date.parse(job.ended) - Date.parse(job.started)) / 1000 : null
    return html`<article class=${this.state.view.job === job.id ? 'chosen' : ''} data-job=${job.id}>
      <header><h3>${describeJob(job)}</h3><span class=${job.phase}>${running && job.follows ? 'following' : PHASES[job.phase]}</span></header>
      <div class="dim">${job.created.slice(0, 19).replace('T', ' ')} UTC${seconds === null ? '' : ` · ${durationText(Math.max(0.01, seconds))}`}${job.products.length ? ` · ${job.products.length} files` : ''} · <span class="mono">${job.id}</span></div>
      ${running && job.until ? html`<p class="dim">${job.follows ? 'Products until' : 'A first part, until'} ${job.until.slice(0, 19).replace('T', ' ')} UTC</p>` : nothing}
      ${job.error ? html`<p class="bad" role="alert">${job.error.sentence} <span class="mono dim">${job.error.code}</span></p>` : nothing}
      ${open ? html`<ol aria-label="Steps">${job.steps.map((s) => this.#step(s))}</ol>` : nothing}
      <div class="actions">
        ${job.products.length ? html`<button class="primary" data-products=${job.id} @click=${() => this.actions.openJob(job.id)}>Products</button>` : nothing}
        ${running && job.follows ? html`<button data-finish=${job.id} title="End it with what has come until now" @click=${() => void this.#ask(job, 'POST', '/finish')}>Finish</button>` : nothing}
        ${running ? html`<button data-cancel=${job.id} ?disabled=${ending} @click=${() => void this.#ask(job, 'DELETE')}>${ending ? 'Cancelling…' : 'Cancel'}</button>` : html`<button @click=${() => this.actions.analyse(job.request as Partial<AnalysisRequestInput>)}>Change and run again</button><button class="plain" title="Forget it and its files" @click=${() => void this.#ask(job, 'DELETE')}>Forget</button>`}
      </div></article>`
  }

  #step(step: JobStep): TemplateResult {
    return html`<li class="step ${step.state}" style="padding-left:${step.depth * 16}px"><span role="img" aria-label=${step.state}>${MARKS[step.state]}</span><span>${step.label}</span><span class="dim">${step.seconds === undefined ? '' : durationText(Math.max(0.001, step.seconds))}</span>
      ${step.state === 'running' ? html`<wa-progress-bar .value=${step.fraction * 100} label=${step.label}></wa-progress-bar>` : nothing}</li>`
  }
}

customElements.define('jobs-panel', JobsPanel)
