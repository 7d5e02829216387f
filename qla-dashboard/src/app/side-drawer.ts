import { css, html, nothing, type TemplateResult } from 'lit'
import { baseStyle } from './base-style.js'
import { Panel } from './panel.js'
import type { Topic } from '../state/console-state.js'
import type { Drawer } from '../state/view.js'

const TABS: readonly (readonly [Drawer, string])[] = [['request', 'Request'], ['jobs', 'Jobs'], ['product', 'Product'], ['health', 'Health']]
/** What a tab needs is loaded when it is opened for the first time. */
const LOADERS: Record<Drawer, () => Promise<unknown>> = {
  request: () => import('../form/request-form.js'),
  jobs: () => import('../jobs/jobs-panel.js'),
  product: () => import('../products/product-viewer.js'),
  health: () => import('../health/health-panel.js'),
}

/** The drawer on the right: request form, jobs, product and health. */
export class SideDrawer extends Panel {
  static override styles = [baseStyle, css`
    :host { display: grid; grid-template-rows: auto 1fr; background: var(--panel); border-left: 1px solid var(--rule-strong); min-height: 0 }
    nav { display: flex; align-items: center; padding: 0 8px; min-height: 32px; border-bottom: 1px solid var(--rule) }
    [role='tab'] { border-width: 0 0 2px; border-color: transparent; border-radius: 0; min-height: 32px; color: var(--dim) }
    [role='tab'][aria-selected='true'] { color: var(--text); border-color: var(--accent) }
    .grow { flex: 1 }
    .content { overflow-y: auto; min-height: 0 }
    p { padding: 12px; color: var(--dim) }
  `]
  #loaded = new Set<Drawer>()
  #failed: string | null = null
  #shown: Drawer | null = null
  #seen = false

  protected override topics(): readonly Topic[] { return ['view', 'form'] }

  #load(tab: Drawer): void {
    LOADERS[tab]().then(() => {
      this.#loaded.add(tab)
      this.requestUpdate()
    }).catch((error: unknown) => {
      this.#failed = (error as Error).message
      this.requestUpdate()
    })
  }

  /** Move the focus to the field for a name. */
  focusSearch(): void {
    const wait = (left: number): void => {
      const field = this.renderRoot.querySelector('request-form')?.shadowRoot?.querySelector<HTMLInputElement>('#target-name')
      if (field) field.focus()
      else if (left > 0) setTimeout(wait, 50, left - 1)
    }
    wait(40)
  }

  protected override updated(): void {
    const tab = this.state.view.drawer
    const opened = this.#seen
    this.#seen = true
    if (tab === this.#shown) return
    this.#shown = tab
    // Who opened the drawer with a key goes on in it; a page that comes up with it open leaves the focus alone.
    if (tab !== null && opened) this.renderRoot.querySelector<HTMLElement>('[aria-selected="true"]')?.focus({ preventScroll: true })
  }

  #onTabKey(event: KeyboardEvent): void {
    const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
    if (!by) return
    const at = TABS.findIndex(([id]) => id === this.state.view.drawer)
    this.actions.openDrawer(TABS[(at + by + TABS.length) % TABS.length]![0])
    event.preventDefault()
  }

  protected override render(): TemplateResult {
    const tab = this.state.view.drawer
    if (tab !== null && !this.#loaded.has(tab)) this.#load(tab)
    return html`<nav><div role="tablist" aria-label="Drawer" @keydown=${(e: KeyboardEvent) => this.#onTabKey(e)}>
        ${TABS.map(([id, label]) => html`<button role="tab" aria-selected=${id === tab ? 'true' : 'false'} tabindex=${id === tab ? 0 : -1} @click=${() => this.actions.openDrawer(id)}>${label}</button>`)}</div>
      <span class="grow"></span><button class="plain" aria-label="Close the drawer" title="Close (Esc)" @click=${() => this.actions.openDrawer(null)}>✕</button></nav>
      <div class="content" role="tabpanel">${tab === null ? nothing : this.#loaded.has(tab) ? this.#content(tab) : html`<p>${this.#failed ?? 'Loading…'}</p>`}</div>`
  }

  #content(tab: Drawer): TemplateResult {
    const { state, actions } = this
    if (tab === 'request') return html`<request-form .state=${state} .actions=${actions}></request-form>`
    if (tab === 'jobs') return html`<jobs-panel .state=${state} .actions=${actions}></jobs-panel>`
    if (tab === 'product') return html`<product-viewer .state=${state} .actions=${actions}></product-viewer>`
    return html`<health-panel .state=${state} .actions=${actions}></health-panel>`
  }
}

customElements.define('side-drawer', SideDrawer)

declare global { interface HTMLElementTagNameMap { 'side-drawer': SideDrawer } }
