import { html, LitElement, nothing, type TemplateResult } from 'lit'
import { createCurveCache } from '../curves/curve-rows.js'
import { sortedEvents } from '../events/event-list.js'
import { announcement } from '../events/describe-event.js'
import { type Actions, createActions } from '../state/actions.js'
import { type ConsoleState, createState } from '../state/console-state.js'
import { startSession } from '../state/session.js'
import { utcText } from '../state/formats.js'
import { viewFromHash, viewToHash } from '../state/view.js'
import type { LiveClient } from '../wire/live-client.js'
import { appStyle } from './app-style.js'
import { baseStyle } from './base-style.js'
import { listenToDrops } from './drop-files.js'
import { keyAction } from './keys.js'
import { ingestFiles } from '../wire/ingest-files.js'
import './top-bar.js'
import './side-drawer.js'
import './help-list.js'
import '../sky/sky-panel.js'
import '../curves/curves-panel.js'
import '../events/event-list.js'
import '../events/selected-panel.js'

/** The page: puts the panels into their places and passes keys, drops and announcements on. */
export class HeavensApp extends LitElement {
  static override styles = [baseStyle, appStyle]
  static override properties = { dropping: { state: true }, said: { state: true } }
  declare dropping: boolean
  declare said: string
  #state: ConsoleState = createState(performance.now())
  #cache = createCurveCache()
  #live: LiveClient | undefined
  #actions: Actions = createActions(this.#state, (name, subscription) => this.#live?.subscribe(name, subscription))
  #abort = new AbortController()
  #hashTimer: ReturnType<typeof setTimeout> | undefined

  constructor() {
    super()
    this.dropping = false
    this.said = ''
    this.#state.view = viewFromHash(location.hash)
    if (this.#state.view.candidate) this.#state.selection = { kind: 'candidate', id: this.#state.view.candidate }
  }

  override connectedCallback(): void {
    // What the page held for the first paint.
    this.replaceChildren()
    super.connectedCallback()
    const { signal } = this.#abort
    this.#live = startSession(this.#state, this.#cache, () => this.#actions, (c) => {
      const name = this.#state.instruments.find((d) => d.id === c.instrument)?.name ?? c.instrument
      this.said = announcement(c, name, `${utcText(c.time)} UTC`)
    })
    this.#state.on(['view'], () => this.#writeHash())
    this.#state.on(['view', 'notices', 'connection'], () => this.requestUpdate())
    addEventListener('hashchange', () => {
      if (location.hash.replace(/^#/, '') === viewToHash(this.#state.view)) return
      this.#actions.setView(viewFromHash(location.hash))
      this.#actions.openDrawer(this.#state.view.drawer)
    }, { signal })
    addEventListener('keydown', (event) => this.#onKey(event), { signal })
    matchMedia('(prefers-color-scheme: light)').addEventListener('change', (e) => {
      if (localStorage.getItem('heavens-theme') !== null) return
      document.documentElement.dataset['theme'] = e.matches ? 'light' : 'dark'
      this.#state.touch('theme')
    }, { signal })
    listenToDrops(document, { over: (over) => { this.dropping = over }, dropped: (files) => void this.#ingest(files) }, signal)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#abort.abort()
    this.#live?.close()
  }

  #writeHash(): void {
    clearTimeout(this.#hashTimer)
    // Browsers refuse more than a hundred changes of the address in half a minute.
    this.#hashTimer = setTimeout(() => history.replaceState(null, '', `#${viewToHash(this.#state.view)}`), 400)
  }

  async #ingest(files: readonly File[]): Promise<void> {
    await ingestFiles(files, this.#actions, () => this.#state)
  }

  #onKey(event: KeyboardEvent): void {
    const action = keyAction(event)
    if (action === null) return
    const help = this.renderRoot.querySelector('help-list')
    if (help?.open) {
      // While the list of keys is open, keys only close it.
      if (action === 'help' || action === 'escape') help.toggle()
      return event.preventDefault()
    }
    const { view } = this.#state
    const toggle = (drawer: NonNullable<typeof view.drawer>): void => this.#actions.openDrawer(view.drawer === drawer ? null : drawer)
    if (action === 'live') this.#actions.goLive()
    else if (action === 'pause') this.#actions.pause()
    else if (action === 'next' || action === 'previous') this.#step(action === 'next' ? 1 : -1)
    else if (action === 'request') toggle('request')
    else if (action === 'jobs') toggle('jobs')
    else if (action === 'health') toggle('health')
    else if (action === 'theme') this.#actions.toggleTheme()
    else if (action === 'frame') this.renderRoot.querySelector('sky-panel')?.toggleFrame()
    else if (action === 'help') help?.toggle()
    else if (action === 'search') {
      this.#actions.openDrawer('request')
      this.#actions.analyse({})
      this.renderRoot.querySelector('side-drawer')?.focusSearch()
    } else if (view.drawer !== null) this.#actions.openDrawer(null)
    else this.#actions.clearSelection()
    event.preventDefault()
  }

  /** To the next event in the list, or the one before. */
  #step(by: 1 | -1): void {
    const events = sortedEvents(this.#state.candidates.values())
    if (events.length === 0) return
    const at = events.findIndex((c) => c.id === this.#state.view.candidate)
    const next = events[at < 0 ? 0 : Math.max(0, Math.min(events.length - 1, at + by))]!
    this.#actions.selectCandidate(next.id)
  }

  protected override render(): TemplateResult {
    const [state, actions] = [this.#state, this.#actions]
    const phase = state.connection.phase
    return html`
      <top-bar .state=${state} .actions=${actions} @help=${() => this.renderRoot.querySelector('help-list')?.toggle()}></top-bar>
      <main class="${phase === 'disconnected' ? 'stale' : ''} ${state.view.drawer === null ? '' : 'open'} ${state.view.drawer === 'product' ? 'wide' : ''}">
        <sky-panel .state=${state} .actions=${actions}></sky-panel>
        <div class="side"><event-list .state=${state} .actions=${actions}></event-list><selected-panel .state=${state} .actions=${actions}></selected-panel></div>
        <curves-panel .state=${state} .actions=${actions} .cache=${this.#cache}></curves-panel>
        <side-drawer ?hidden=${state.view.drawer === null} .state=${state} .actions=${actions}></side-drawer>
      </main>
      <div class="notices">${state.upload ? html`<div class="notice" role="status"><span>${state.upload.text}<progress max="1" .value=${state.upload.fraction}></progress></span></div>` : nothing}${state.notices.map((n) => html`<div class="notice ${n.kind}" role=${n.kind === 'error' ? 'alert' : 'status'}><span>${n.text}</span>
        ${n.action ? html`<button @click=${() => { n.action!.run(); actions.dismiss(n.id) }}>${n.action.label}</button>` : nothing}
        <button class="plain" aria-label="Dismiss" @click=${() => actions.dismiss(n.id)}>✕</button></div>`)}</div>
      ${this.dropping ? html`<div class="drop" aria-hidden="true"><div>Drop FITS files to ingest them</div></div>` : nothing}
      <div class="hidden-label" aria-live="assertive" role="log">${this.said}</div>
      <help-list></help-list>`
  }
}

customElements.define('heavens-app', HeavensApp)
