import { css, html, LitElement, type TemplateResult } from 'lit'
import { baseStyle } from './base-style.js'
import { KEYS } from './keys.js'

/** The list of keys and gestures. */
export class HelpList extends LitElement {
  static override styles = [baseStyle, css`
    dialog { background: var(--panel); color: var(--text); border: 1px solid var(--rule-strong); padding: 16px 24px; max-width: 480px }
    dialog::backdrop { background: color-mix(in srgb, var(--ground) 60%, transparent) }
    dl { display: grid; grid-template-columns: auto 1fr; gap: 4px 16px; margin: 12px 0 }
    dt { font-family: var(--mono); color: var(--accent) } dd { margin: 0 }
    button { float: right }
  `]

  get #dialog(): HTMLDialogElement { return this.renderRoot.querySelector('dialog')! }

  get open(): boolean { return this.#dialog.open }

  toggle(): void {
    if (this.#dialog.open) this.#dialog.close()
    else this.#dialog.showModal()
  }

  protected override render(): TemplateResult {
    return html`<dialog aria-label="Keys"><button @click=${() => this.#dialog.close()}>Close</button><h2>Keys</h2>
      <dl>${KEYS.map(([key, , text]) => html`<dt>${key === ' ' ? 'space' : key === 'Escape' ? 'Esc' : key.toUpperCase()}</dt><dd>${text}</dd>`)}</dl>
      <h2>Sky</h2><p>Drag to move, wheel or pinch to zoom, double click to come nearer, click to select. With the focus on the sky: arrows, + and −, 0, Enter.</p>
      <h2>Curves</h2><p>Drag to take an interval, wheel to zoom in time, shift and wheel to move. A dashed bin is still open; hatching means that no data came; a stroke at the foot marks a bin that late data have changed; √n error bars appear when bins are wide enough.</p></dialog>`
  }
}

customElements.define('help-list', HelpList)

declare global { interface HTMLElementTagNameMap { 'help-list': HelpList } }
