/** A number where the text is one (a comma is not a decimal point), else the text without its margins. */
export function numberOrText(text: string): number | string {
  const t = text.trim().replaceAll('−', '-')
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(t) ? Number(t) : t
}
