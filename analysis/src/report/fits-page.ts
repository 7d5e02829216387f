import type { Job, KeptFit } from '@heavens/schemas'
import { escapeHtml } from './escape-html.js'
import { fitSection } from './fit-section.js'
import { REPORT_STYLE } from './report-style.js'
import { section } from './report-text.js'

/**
 * The fits that were asked of an analysis after it was made, the latest first: a page beside its report, which stays what it was to the byte. Undefined where none
 * was asked, or none is kept with its answer.
 */
export function fitsPage({ id, label, fits = [] }: Pick<Job, 'id' | 'label' | 'fits'>): string | undefined {
  const told = fits.filter((fit): fit is KeptFit & { answer: NonNullable<KeptFit['answer']> } => fit.answer !== undefined).toReversed()
  if (told.length === 0) return undefined
  const title = label || id
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeHtml(title)} · fits · HEAVENS Quick-Look</title>
<style>${REPORT_STYLE}</style></head>
<body><main>
<header><p class="brand">HEAVENS Quick-Look · fits asked for later</p><h1>${escapeHtml(title)}</h1><p class="where">analysis ${escapeHtml(id)}</p></header>
${section('Spectral fits', told.map(({ at, request: { spectra, fit }, answer }) => `${fitSection(spectra.join(', '), answer)}<p class="where">asked for at ${escapeHtml(at)}</p><pre>${escapeHtml(JSON.stringify(fit))}</pre>\n`).join(''))}<footer>The report of the analysis is report.html, beside this page, and is not changed by these fits. POST /api/v1/analyses/${escapeHtml(id)}/fits with what stands under each gives it again, with what is drawn of it.</footer>
</main></body></html>
`
}
