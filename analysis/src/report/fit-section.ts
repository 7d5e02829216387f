import type { FitAnswer } from '@heavens/schemas'
import { escapeHtml } from './escape-html.js'
import { htmlTable, numberText, sentences } from './report-text.js'

const STATISTICS: Record<FitAnswer['statistic'], string> = { chi2: 'χ²', cash: 'C', wstat: 'W' }

/** One fit as a table: parameters with their errors, fluxes, the statistic. */
export function fitSection(path: string, fit: Omit<FitAnswer, 'spectra'>): string {
  const error = ([low, high]: FitAnswer['flux'][number]['error']): string => (low === null && high === null ? '–' : `${low === null ? '?' : numberText(low, 2)} / ${high === null ? '?' : `+${numberText(high, 2)}`}`)
  const rows = [
    ...fit.parameters.map((p) => [`<code>${escapeHtml(p.name)}</code>`, numberText(p.value), p.frozen ? 'frozen' : error(p.error), escapeHtml(p.unit)]),
    ...fit.flux.map((f) => [`flux ${numberText(f.min)}–${numberText(f.max)} keV`, numberText(f.value), error(f.error), escapeHtml(f.unit)]),
  ]
  const goodness = fit.goodness === undefined ? '' : `, chance of a value as high ${numberText(fit.goodness, 2)}`
  return `<h3><code>${escapeHtml(fit.model)}</code></h3>\n<p class="where">${escapeHtml(path)} · ${STATISTICS[fit.statistic]} = ${numberText(fit.value, 5)} for ${fit.dof} degrees of freedom${goodness}</p>\n`
    + htmlTable(['Parameter', 'Value|', 'Error (statistic + 1)|', 'Unit'], rows) + sentences(fit.warnings)
}
