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

const MARKS: Record<JobStep['state'], string> = { waiting: '·', running: '▸', done: '✓', failed: '✕' }
const PHASES: Record<Job['phase'], string> = { PENDING: 'waiting', QUEUED: 'queued', EXECUTING: 'running', COMPLETED: 'done', ERROR: 'failed', ABORTED: 'cancelled' }

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

  protected override render(): TemplateResult {
    const jobs = [...this.state.jobs.values()].sort((a, b) => b.created.localeCompare(a.created))
    if (jobs.length === 0) return html`<p class="none">No analysis yet. Click the sky, an event or a stretch of a curve, and choose Analyse.</p>`
    return html`${repeat(jobs, (j) => j.id, (j) => this.#job(j))}`
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
