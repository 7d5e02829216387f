import type { FitAnswer, InstrumentDescriptor, Product, Provenance, Quote, RequestAsUsed } from '@heavens/schemas'
import { formatDec, formatRa, galacticFromIcrs } from '@heavens/science/sky'
import { mjdTtFromTt, utcIsoFromTt } from '@heavens/science/time'
import { bandLabel } from '../plots/band-label.js'
import { isoFromMjdTt } from '../products/date-text.js'
import { shapeText } from '../selection/shape-text.js'
import { totalLength } from '../selection/intervals.js'
import type { Interval } from '../selection/intervals.js'
import { escapeHtml } from './escape-html.js'
import { fitSection } from './fit-section.js'
import type { KeyNumber, KeyNumbers } from './key-numbers.js'
import { REPORT_STYLE } from './report-style.js'
import { htmlTable, numberText, section, sentences, wholeText, measuredText } from './report-text.js'

/** All that a report says. No time of making and no name of a job: the same analysis gives the same page. */
export interface ReportFacts {
  used: RequestAsUsed
  /** TT s, closed */
  intervals: readonly Interval[]
  descriptors: readonly InstrumentDescriptor[]
  products: readonly Product[]
  /** PNG bytes of the previews, by path */
  pictures: ReadonlyMap<string, Uint8Array>
  fits: readonly { path: string; fit: FitAnswer }[]
  numbers: Pick<KeyNumbers, 'rows' | 'approximations' | 'simulated'>
  cut: readonly string[]
  refused: Quote['refused']
  provenance: Provenance
}

/** The page: one file that needs nothing else, with its pictures in it. */
export function reportPage(facts: ReportFacts): string {
  const { used, numbers, products } = facts
  const title = used.request.label || used.target?.name || 'Analysis'
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>${escapeHtml(title)} · HEAVENS Quick-Look</title>
<style>${REPORT_STYLE}</style></head>
<body><main>
<header><p class="brand">HEAVENS Quick-Look · analysis report</p><h1>${escapeHtml(title)}</h1>
<p class="where">${place(used)}</p></header>
${numbers.simulated ? '<p class="banner">The telemetry is simulated: nothing here was measured.</p>\n' : ''}${summary(facts)}
${section('Pictures', pictures(facts))}${section('Numbers', keyTable(facts))}${section('Spectral fits', facts.fits.map(({ path, fit }) => fitSection(path, fit)).join(''))}${section('Times', times(facts.intervals))}${section('Instruments', instruments(facts))}${section('Approximations', sentences(numbers.approximations))}${section('Cut and refused', sentences([...facts.cut, ...facts.refused.map(({ id, sentence }) => `${id}: ${sentence}`)]))}${section('Files', htmlTable(['File', 'Kind', 'Bytes|', 'sha256'], products.map((p) => [`<code>${escapeHtml(p.path)}</code>`, escapeHtml(p.kind), wholeText(p.bytes), `<code>${p.sha256}</code>`])))}${section('Provenance', provenance(facts.provenance))}${section('Request as used', `<pre>${escapeHtml(JSON.stringify(used.request, undefined, 2))}</pre>\n`)}<footer>Positions ICRS. A channel belongs to the band that holds √(E_MIN·E_MAX), lower edge included. Errors of rates and fluxes are those of their counts; rates and fluxes of light curves are less their background where one was counted beside; where nothing is seen (no count, or less than 2 σ) an upper limit of 95 % stands with them. Counts of an image are those of its whole field, its exposure is the target's. The same request on the same data gives this page to the byte.</footer>
</main></body></html>
`
}

function place({ target }: RequestAsUsed): string {
  if (target === undefined) return 'No target: the whole field of each instrument'
  const { ra, dec, radius, name, shape } = target
  const [l, b] = galacticFromIcrs(ra, dec)
  const degrees = (v: number): string => String(Number(v.toFixed(4))).replace('-', '−')
  return `${name === undefined ? '' : `<b>${escapeHtml(name)}</b> · `}${formatRa(ra)} ${formatDec(dec).replace('-', '−')} · ra ${degrees(ra)}°, dec ${degrees(dec)}° · l ${degrees(l)}°, b ${degrees(b)}°${shape !== undefined ? ` · ${escapeHtml(shapeText(shape))}` : radius === undefined ? '' : ` · within ${degrees(radius)}°`}`
}

function summary({ intervals, descriptors, numbers, products }: ReportFacts): string {
  const groups = new Set(products.filter((p) => p.group !== undefined).map((p) => `${p.instrument} ${p.group}`)).size
  const best = numbers.rows.filter((row) => row.significance !== undefined).sort((a, b) => b.significance!.sigma - a.significance!.sigma)[0]
  const first = intervals[0]!
  const shown = descriptors.filter(({ id }) => products.some((p) => p.instrument === id))
  const fact = (name: string, value: string, more: string): string => `<div><dt>${name}</dt><dd>${value}<small>${more}</small></dd></div>`
  return `<dl class="facts">${[
    fact('Start', utcIsoFromTt(first[0], 3).replace('T', ' ').replace('Z', ''), 'UTC'),
    fact('Length', `${numberText(totalLength(intervals), 6)} s`, intervals.length === 1 ? 'one interval' : `${intervals.length} intervals`),
    fact(shown.length === 1 ? 'Instrument' : 'Instruments', escapeHtml(shown.map((d) => d.name).join(', ')), groups === 0 ? 'all groups together' : groups === 1 ? 'one group' : `${groups} groups with data`),
    ...(best === undefined ? [] : [fact('Significance', `${numberText(best.significance!.sigma, 3)} σ`, escapeHtml(`${[best.instrument, best.group].filter((p) => p !== undefined).join(' ')}, ${best.product}, over ${best.significance!.over}`))]),
  ].join('\n')}</dl>`
}

function pictures({ products, pictures: shown }: ReportFacts): string {
  const figures = products.flatMap((product) => {
    const bytes = shown.get(product.path)
    if (bytes === undefined) return []
    const what = product.path.split('/').at(-1)!.replace(/\.\w+$/, '').replaceAll('-', ' ')
    const where = [product.instrument, product.group, product.band].filter((part) => part !== undefined).join(' ')
    return [`<figure><img alt="${escapeHtml(`${what} of ${where}`)}" src="data:image/png;base64,${Buffer.from(bytes).toString('base64')}"><figcaption><b>${escapeHtml(what)}</b> ${escapeHtml(where)}</figcaption></figure>`]
  })
  return figures.length === 0 ? '' : `<div class="pictures">\n${figures.join('\n')}\n</div>\n`
}

function keyTable({ numbers, descriptors }: ReportFacts): string {
  const band = (row: KeyNumber): string => {
    if (row.band === undefined) return 'all channels'
    const unit = descriptors.find((d) => d.id === row.instrument)?.energyUnit ?? 'keV'
    return escapeHtml(bandLabel(row.band, unit).replace('-', '–'))
  }
  const fluxes = numbers.rows.some((row) => row.flux !== undefined)
  return htmlTable(['Product', 'Instrument', 'Group', 'Band', 'Counts|', 'Exposure (s)|', 'Rate (1/s)|', ...(fluxes ? ['Flux|'] : []), 'Significance (σ)|', 'over'], numbers.rows.map((row) => [
    `<span class="s">${row.product}</span>`, escapeHtml(row.instrument), escapeHtml(row.group ?? ''), `<span class="s">${band(row)}</span>`, row.counts === undefined ? '–' : wholeText(row.counts), numberText(row.exposure, 6),
    row.rate === undefined ? '–' : measuredText(row.rate), ...(fluxes ? [row.flux === undefined ? '–' : `${measuredText(row.flux)} ${escapeHtml(row.flux.unit)}`] : []),
    row.significance === undefined ? '–' : numberText(row.significance.sigma, 3), row.significance?.over ?? '',
  ]))
}

/** Intervals of the table; a list of good time may hold thousands. */
const MOST_TIMES = 100

function times(intervals: readonly Interval[]): string {
  return htmlTable(['', 'UTC', 'TT', 'MJD (TT)|', 'TT s since MJD 51544|'], intervals.slice(0, MOST_TIMES).flatMap(([start, stop], i) => ([['start', start], ['stop', stop]] as const).map(([end, tt]) => [
    `${intervals.length > 1 ? `${i + 1} ` : ''}${end}`, utcIsoFromTt(tt), isoFromMjdTt(tt, 6), mjdTtFromTt(tt).toFixed(9), tt.toFixed(6),
  ]))) + (intervals.length > MOST_TIMES ? `<p>and ${intervals.length - MOST_TIMES} intervals more, which request.json lists</p>\n` : '')
}

function instruments({ descriptors, used, products }: ReportFacts): string {
  return htmlTable(['Instrument', 'Mission', 'Run', 'Groups', 'Bands', 'Options', 'Files|'], used.instruments.flatMap((one) => {
    const descriptor = descriptors.find((d) => d.id === one.id)
    if (descriptor === undefined) return []
    const bands = (used.bands ?? descriptor.bands).map((b) => bandLabel(b, descriptor.energyUnit).replace('-', '–'))
    return [[
      `${escapeHtml(descriptor.name)}<br><code>${escapeHtml(one.id)}</code>`, escapeHtml(descriptor.mission), escapeHtml(one.run), escapeHtml(one.groups.join(', ')), escapeHtml(bands.join('; ')),
      escapeHtml(Object.entries(one.options).map(([name, value]) => `${name}: ${String(value)}`).join(', ')), String(products.filter((p) => p.instrument === one.id).length),
    ]]
  }))
}

function provenance({ software, requestSha256, inputs, sources, calibration }: Provenance): string {
  return `<p>Made by ${escapeHtml(software.name)} ${escapeHtml(software.version)}${software.commit === undefined ? '' : ` (${escapeHtml(software.commit)})`} from the request with sha256 <code>${requestSha256}</code>.</p>\n`
    + htmlTable(['Input', 'Run', 'Topic', 'Offsets|', 'Events|'], inputs.map((i) => [escapeHtml(i.instrument), escapeHtml(i.run), `<code>${escapeHtml(i.topic)}</code>`, `${i.firstOffset}–${i.lastOffset}`, wholeText(i.events)]))
    + (sources.length === 0 ? '' : `<h3>Sources</h3>\n${sentences(sources)}`)
    + (calibration.length === 0 ? '' : `<h3>Calibration</h3>\n${htmlTable(['File', 'sha256'], calibration.map((c) => [`<code>${escapeHtml(c.file)}</code>`, `<code>${c.sha256}</code>`]))}`)
}
