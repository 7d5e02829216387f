import { html, type TemplateResult } from 'lit'

/** A choice of words with a name for those who do not see it. */
export function choice(label: string, value: string, values: readonly (readonly [id: string, text: string])[], change: (v: string) => void): TemplateResult {
  return html`<select aria-label=${label} @change=${(e: Event) => change((e.target as HTMLSelectElement).value)}>${values.map(([id, text]) => html`<option value=${id} ?selected=${id === value}>${text}</option>`)}</select>`
}
