import { css, html, LitElement, type TemplateResult } from 'lit'
import { baseStyle } from '../app/base-style.js'
import { POSITION_FORMS, TIME_FORMS, positionText, timeText } from '../state/formats.js'

/** A position or a time; a click shows it in its next form and copies it. */
export class CopyableValue extends LitElement {
  static override styles = [baseStyle, css`:host { display: inline } button { all: unset; cursor: pointer; border-bottom: 1px dotted var(--rule-strong); font-family: var(--mono); font-size: 12px } button:hover { color: var(--accent) } button:focus-visible { outline: 2px solid var(--accent) }`]
  static override properties = { ra: { type: Number }, dec: { type: Number }, time: { type: Number }, form: { state: true } }
  declare ra: number | undefined
  declare dec: number | undefined
  declare time: number | undefined
  declare form: number

  constructor() {
    super()
    this.form = 0
  }

  #text(): string {
    if (this.ra !== undefined && this.dec !== undefined) return positionText(this.ra, this.dec, POSITION_FORMS[this.form % POSITION_FORMS.length]!)
    return this.time === undefined ? '' : timeText(this.time, TIME_FORMS[this.form % TIME_FORMS.length]!)
  }

  async #next(): Promise<void> {
    this.form++
    try {
      await navigator.clipboard.writeText(this.#text().replaceAll('−', '-'))
    } catch {
      // Not every page may write to the clipboard; the text is still there to be marked.
    }
  }

  protected override render(): TemplateResult {
    return html`<button title="Show in another form, and copy" @click=${() => this.#next()}>${this.#text()}</button>`
  }
}

customElements.define('copyable-value', CopyableValue)
