import { writeFits } from '@heavens/science/fits'
import type { CardInput, HduInput } from '@heavens/science/fits'
import { intersect, totalLength } from '../selection/intervals.js'
import { classCards, originCards, provenanceCards, seconds, span, timeCards } from './cards.js'
import { curveFluxes } from './curve-fluxes.js'
import { curveRates, LIMIT_LEVEL } from './curve-rates.js'
import { gtiHdu } from './gti-hdu.js'
import type { LightCurve } from './light-curve.js'
import type { GroupContext } from './product-context.js'
import { responseCards } from './response-cards.js'

/**
 * The light curves of one group as an OGIP file: one RATE extension for each band (EXTVER counts), and the good time.
 * TIME is the middle of a bin (TIMEPIXR = 0.5), FRACEXP its live share, RATE = COUNTS / (TIMEDEL × FRACEXP); where a background
 * was counted beside, RATE = (COUNTS − ALPHA · OFF) / (TIMEDEL × FRACEXP), with SIGNIF and UPPER. Fluxes (rateUnit) have no
 * COUNTS and no live time, but UPPER.
 *
 * Where the effective area is known, EXPOSURE [cm² s] and FLUX = COUNTS / (EXPOSURE × CONTAIN) [photon cm⁻² s⁻¹] of all that comes from the region,
 * as if it came from a point; FLUXUL is an upper limit where there is no count. Where runs trust a part of the energies only (FCOUNTS, FOFF, FALPHA), FLUX =
 * (FCOUNTS − FALPHA · FOFF) / EXPOSURE is that of the band for a power law with SPECINDX.
 *
 * @param runs    the same with a bin for each stretch of one pointing, as extensions RUNS
 * @param remarks what is not there and why, as HISTORY
 */
export function lightCurveFile(context: GroupContext, curves: readonly LightCurve[], runs: readonly LightCurve[] = [], remarks: readonly string[] = []): Uint8Array {
  const { group } = context
  const good = intersect(group.good, context.intervals)
  const primary: HduInput = { kind: 'image', cards: [...originCards(context, group.id), ...timeCards(span(context.intervals)), ...responseCards(context), ...provenanceCards(context, context.response?.files), ...remarks.map((line): CardInput => ['HISTORY', line])] }
  return writeFits([primary, ...curves.map((curve, i) => rateHdu(context, 'RATE', curve, i + 1, totalLength(good))), ...runs.map((curve, i) => rateHdu(context, 'RUNS', curve, i + 1, totalLength(good))), gtiHdu(context, good, group.id)])
}

function rateHdu(context: GroupContext, name: string, curve: LightCurve, version: number, onTime: number): HduInput {
  const rows = curve.start.length
  const time = new Float64Array(rows)
  const share = new Float32Array(rows)
  let live = 0
  for (let i = 0; i < rows; i++) {
    const exposure = curve.live[i]!
    live += exposure
    time[i] = curve.start[i]! + curve.width[i]! / 2
    share[i] = exposure / curve.width[i]!
  }
  const unit = context.whole.descriptor.rateUnit
  const { rate, error, sigma, upper } = curveRates(curve, unit !== undefined)
  const { background, area } = curve
  const flux = area === undefined ? undefined : curveFluxes(curve, area)
  const widest = curve.width.reduce((a, b) => Math.max(a, b), 0)
  const cards: CardInput[] = [
    ['EXTVER', version, 'one extension for each band'],
    ...originCards(context, context.group.id),
    ...timeCards(span(context.intervals)),
    ['TIMEPIXR', 0.5, 'TIME is the middle of its bin'],
    ['TIMEDEL', seconds(widest), '[s] width of a whole bin; see the column TIMEDEL'],
    ...(unit === undefined ? liveCards(live, onTime) : []),
    ['BACKAPP', background !== undefined || unit !== undefined, unit !== undefined ? 'fluxes are of the source' : background === undefined ? 'no background is subtracted' : 'RATE is less ALPHA x OFF'],
    ...limitCards(background !== undefined),
    ...(area === undefined ? [] : [
      ...responseCards(context),
      ...(area.index === undefined ? [] : [['SPECINDX', area.index, 'FLUX is of dN/dE ~ E**-SPECINDX'] satisfies CardInput]),
      ['CONTAIN', Number(area.containment.toPrecision(6)), area.trusted === undefined ? 'share of a point within ONRADIUS; FLUX has it' : 'EXPOSURE is of what falls within ONRADIUS'] satisfies CardInput,
      ...(context.radius === undefined ? [] : [['ONRADIUS', context.radius, '[deg] radius of the region'] satisfies CardInput]),
    ]),
    ['DEADAPP', true, 'rates are corrected for dead time'],
    ['VIGNAPP', false, 'rates are not corrected for vignetting'],
    ['E_MIN', curve.band.eMin, '[keV] lower end of the band'],
    ['E_MAX', curve.band.eMax, '[keV] upper end of the band'],
    ['EUNIT', 'keV', 'unit of energies'],
    ['BANDID', curve.band.id, 'name of the band'],
    ...classCards('LIGHTCURVE', background === undefined && unit === undefined ? 'TOTAL' : 'NET', unit === undefined ? 'RATE' : 'FLUX'),
    ['HDUVERS', '1.1.0', 'version of the format (OGIP/93-003)'],
  ]
  return {
    kind: 'bintable', name, rows, cards,
    columns: [
      { name: 'TIME', format: '1D', unit: 's', values: time },
      { name: 'TIMEDEL', format: '1D', unit: 's', values: curve.width },
      ...(unit === undefined ? [{ name: 'COUNTS', format: '1J', unit: 'count', values: curve.counts }] : []),
      { name: 'RATE', format: '1E', unit: unit ?? 'count/s', values: rate },
      { name: 'ERROR', format: '1E', unit: unit ?? 'count/s', values: error },
      ...(unit === undefined ? [{ name: 'FRACEXP', format: '1E', values: share }] : []),
      ...(background === undefined ? [] : [
        { name: 'OFF', format: '1J', unit: 'count', values: background.off },
        { name: 'ALPHA', format: '1E', values: Float32Array.from(background.alpha) },
        { name: 'SIGNIF', format: '1E', values: sigma! },
      ]),
      { name: 'UPPER', format: '1E', unit: unit ?? 'count/s', values: upper, ...(background === undefined && unit === undefined ? { comment: 'of the total, where COUNTS is 0' } : {}) },
      ...(area === undefined ? [] : [
        ...(area.trusted === undefined ? [] : [
          { name: 'FCOUNTS', format: '1J', unit: 'count', values: area.trusted.counts, comment: 'COUNTS whose energies are trusted' },
          { name: 'FOFF', format: '1J', unit: 'count', values: area.trusted.off, comment: 'OFF whose energies are trusted' },
          { name: 'FALPHA', format: '1E', values: Float32Array.from(area.trusted.alpha), comment: 'ALPHA of these' },
        ]),
        { name: 'EXPOSURE', format: '1D', unit: 'cm**2 s', values: area.exposure },
        { name: 'FLUX', format: '1E', unit: 'photon/cm**2/s', values: flux!.flux },
        { name: 'FLUXERR', format: '1E', unit: 'photon/cm**2/s', values: flux!.error },
        { name: 'FLUXUL', format: '1E', unit: 'photon/cm**2/s', values: flux!.upper, ...(background === undefined ? { comment: 'where COUNTS is 0' } : {}) },
      ]),
    ],
  }
}

/** How sure upper limits are, and how they were found: against a background that was counted beside, with its own error, or against none. */
function limitCards(counted: boolean): CardInput[] {
  return [
    ['ULCONF', LIMIT_LEVEL, 'confidence of upper limits, one-sided'],
    ['ULMETHOD', counted ? 'PROFILE' : 'HELENE', counted ? 'profile of the W statistic, OFF with its error' : 'Helene 1983, no background'],
  ]
}

function liveCards(live: number, onTime: number): CardInput[] {
  return [
    ['ONTIME', seconds(onTime), '[s] good time'],
    ['LIVETIME', seconds(live), '[s] good time less dead time'],
    ['EXPOSURE', seconds(live), '[s] the same'],
    ['DEADC', onTime > 0 ? Number((live / onTime).toPrecision(9)) : 1, 'live time / good time'],
  ]
}
