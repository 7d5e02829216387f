import { html, nothing, type TemplateResult } from 'lit'
import type { FitAnswer, FittedParameter } from '@heavens/schemas'
import { energyText } from '@heavens/science/energy'
import { numberText } from '../figures/axis-text.js'

const STATISTICS: Record<FitAnswer['statistic'], string> = { chi2: 'χ²', cash: 'C', wstat: 'W' }

/** What a fit found: statistic, parameters with their errors, fluxes, and what to beware of. */
export function fitResults(answer: FitAnswer): TemplateResult {
  const { statistic, value, dof, goodness } = answer
  return html`
    <p class="fit-line"><strong>${answer.model}</strong> · ${STATISTICS[statistic]} = ${numberText(Number(value.toPrecision(5)))} for ${dof} degrees of freedom${statistic === 'chi2' && dof > 0 ? ` (${(value / dof).toFixed(2)})` : ''}${goodness === undefined ? '' : ` · chance ${numberText(Number(goodness.toPrecision(2)))}`} · ${answer.bins} bins</p>
    ${answer.warnings.map((w) => html`<p class="bad" role="alert">${w}</p>`)}
    <div class="scroll"><table><thead><tr><th scope="col">parameter</th><th scope="col" class="number">value</th><th scope="col" class="number">1 σ</th><th scope="col">unit</th></tr></thead>
      <tbody>${answer.parameters.map((p) => html`<tr data-parameter=${p.name}><td>${p.name}</td><td class="number">${valueText(p)}</td><td class="number">${p.frozen ? 'frozen' : rangeText(p.error)}</td><td>${p.unit}</td></tr>`)}
      ${answer.flux.map((f) => html`<tr><td>flux ${energyText(f.min)} – ${energyText(f.max)}</td><td class="number">${power(f.value)}</td><td class="number">${rangeText(f.error, power)}</td><td>${f.unit}</td></tr>`)}
      ${answer.luminosity ? html`<tr><td>luminosity ${energyText(answer.luminosity.min)} – ${energyText(answer.luminosity.max)}</td><td class="number">${power(answer.luminosity.value)}</td><td class="number">${rangeText(answer.luminosity.error, power)}</td><td>${answer.luminosity.unit}</td></tr>` : nothing}</tbody></table></div>
    ${answer.parameters.length === 0 ? nothing : html`<p class="note">Errors are where the statistic has risen by 1.</p>`}`
}

/** The table of a fit as text with tabs, as spreadsheets and editors take it: a head, then a row for each parameter and flux, numbers in full. */
export function fitTable(answer: FitAnswer): string {
  const side = (v: number | null): string => (v === null ? '' : String(v))
  const rows = [
    ['parameter', 'value', 'error -', 'error +', 'unit', 'frozen'],
    ...answer.parameters.map((p) => [p.name, String(p.value), p.frozen ? '' : side(p.error[0]), p.frozen ? '' : side(p.error[1]), p.unit, p.frozen ? 'yes' : 'no']),
    ...answer.flux.map((f) => [`flux ${f.min}-${f.max} keV`, String(f.value), side(f.error[0]), side(f.error[1]), f.unit, 'no']),
    ...(answer.luminosity ? [[`luminosity ${answer.luminosity.min}-${answer.luminosity.max} keV`, String(answer.luminosity.value), side(answer.luminosity.error[0]), side(answer.luminosity.error[1]), answer.luminosity.unit, 'no']] : []),
    [answer.statistic, String(answer.value), '', '', `${answer.dof} dof`, ''],
  ]
  return `# ${answer.model}\n${rows.map((r) => r.join('\t')).join('\n')}\n`
}

const power = (v: number): string => (v === 0 || (Math.abs(v) >= 0.01 && Math.abs(v) < 1e4) ? String(Number(v.toPrecision(3))) : v.toExponential(2).replace('e+', 'e').replaceAll('-', '−'))

/** A value to the second digit of its larger error. */
function valueText(p: FittedParameter): string {
  const error = Math.max(Math.abs(p.error[0] ?? 0), Math.abs(p.error[1] ?? 0))
  if (!(error > 0)) return numberText(Number(p.value.toPrecision(5)))
  const digits = Math.max(1, Math.floor(Math.log10(Math.abs(p.value) || error)) - Math.floor(Math.log10(error)) + 2)
  return digitsText(p.value, Math.min(8, digits))
}

const digitsText = (v: number, digits: number): string => (v !== 0 && (Math.abs(v) < 1e-3 || Math.abs(v) >= 1e6) ? v.toExponential(digits - 1).replace('e+', 'e') : Number(v.toPrecision(digits)).toString()).replaceAll('-', '−')

/** −0.026 / +0.030, one side open where it was not reached. */
export function rangeText([low, high]: readonly [number | null, number | null], text: (v: number) => string = (v) => numberText(Number(v.toPrecision(2)))): string {
  const [minus, plus] = [low === null ? '−?' : `−${text(Math.abs(low))}`, high === null ? '+?' : `+${text(high)}`]
  return low !== null && high !== null && minus.slice(1) === plus.slice(1) ? `± ${plus.slice(1)}` : `${minus} / ${plus}`
}
