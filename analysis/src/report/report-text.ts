import { escapeHtml } from './escape-html.js'

/** A table; cells are HTML already. Columns whose name ends with `|` hold numbers and stand to the right. Empty without rows. */
export function htmlTable(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return ''
  const place = columns.map((name) => (name.endsWith('|') ? ' class="n"' : ''))
  const head = columns.map((name, i) => `<th${place[i]}>${escapeHtml(name.replace('|', ''))}</th>`).join('')
  const body = rows.map((row) => `<tr>${row.map((cell, i) => `<td${place[i]}>${cell}</td>`).join('')}</tr>`).join('\n')
  return `<div class="wide"><table><thead><tr>${head}</tr></thead><tbody>\n${body}\n</tbody></table></div>\n`
}

/** A section with its heading; nothing where it would be empty. */
export function section(title: string, content: string): string {
  return content === '' ? '' : `<section><h2>${escapeHtml(title)}</h2>\n${content}</section>\n`
}

/** Sentences as a list; '' for none. */
export function sentences(list: readonly string[]): string {
  return list.length === 0 ? '' : `<ul>${list.map((text) => `<li>${escapeHtml(text)}</li>`).join('\n')}</ul>\n`
}

/** A whole number in groups of three digits, with narrow gaps. */
export function wholeText(n: number): string {
  return String(Math.round(n)).replace(/\B(?=(\d{3})+$)/g, '\u202f')
}

/** A measured number with as many digits as mean something; a dash where it is not known. */
export function numberText(value: number | undefined, digits = 4): string {
  if (value === undefined || !Number.isFinite(value)) return '–'
  if (value === 0) return '0'
  const size = Math.abs(value)
  if (size >= 1e5 || size < 1e-3) {
    const [mantissa, power] = value.toExponential(digits - 1).split('e') as [string, string]
    return `${mantissa} × 10<sup>${Number(power)}</sup>`.replace('-', '−')
  }
  return String(Number(value.toPrecision(digits))).replace('-', '−')
}

/** As `withError`; where nothing is seen, with the upper limit, which stands alone where the value is 0 with no error. */
export function measuredText({ value, error, upper }: { value: number; error: number; upper?: number }): string {
  if (upper === undefined) return withError(value, error)
  const limit = `&lt; ${numberText(upper, 3)}`
  return value === 0 && error === 0 ? limit : `${withError(value, error)} (${limit})`
}

/** A value with the error of its counts, both to the error's second digit. */
export function withError(value: number, error: number): string {
  if (!(error > 0) || !Number.isFinite(value)) return numberText(value)
  const digits = Math.max(0, 1 - Math.floor(Math.log10(error)))
  return digits > 6 ? `${numberText(value)} ± ${numberText(error, 2)}` : `${value.toFixed(digits)} ± ${error.toFixed(digits)}`.replace('-', '−')
}
