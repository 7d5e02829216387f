import { writeFits } from '@heavens/science/fits'
import type { CardInput, HduInput } from '@heavens/science/fits'
import { classCards, originCards, provenanceCards, seconds, span, timeCards } from './cards.js'
import type { FoldedResponse } from './folded-response.js'
import type { GroupContext } from './product-context.js'
import type { RunPart } from './run-parts.js'
import type { Spectrum } from './spectrum.js'

const NOTES = {
  PSF: 'area x share of the PSF within ONRADIUS',
  'POINT-LIKE': 'the area came cut to a region',
  NONE: 'area of all photons, wherever they fall',
} as const

/** What an averaged response rests on. */
export interface ResponseAbout {
  calibration: readonly { file: string; sha256: string }[]
  /** live seconds over which it is averaged */
  live: number
  cards: readonly CardInput[]
}

/** Of responses of runs: how many, and how far off their pointing. */
export function aboutRuns(parts: readonly RunPart[]): ResponseAbout {
  const live = parts.reduce((sum, part) => sum + part.live, 0)
  return {
    live, calibration: parts.map((part) => part.calibration).filter((item, i, all) => all.findIndex((other) => other.sha256 === item.sha256) === i),
    cards: [
      ['NRUNS', parts.length, 'stretches of time, each with its own responses'],
      ['OFFSET', Number((parts.reduce((sum, part) => sum + part.offset * part.live, 0) / live).toPrecision(7)), '[deg] mean distance from the pointing'],
    ],
  }
}

/** An ancillary response and a redistribution matrix (CAL/GEN/92-002) of a spectrum, averaged. */
export function responseFiles(context: GroupContext, spectrum: Spectrum, folded: FoldedResponse, { calibration, live, cards: about }: ResponseAbout): { arf: Uint8Array; rmf: Uint8Array } {
  const origin = [...originCards(context, context.group.id), ...timeCards(span(context.intervals))]
  const primary: HduInput = { kind: 'image', cards: [...origin, ...provenanceCards(context, calibration)] }
  const rows = folded.low.length
  const channels = spectrum.counts.length
  const bins = [
    { name: 'ENERG_LO', format: '1E', unit: 'keV', values: Float32Array.from(folded.low) },
    { name: 'ENERG_HI', format: '1E', unit: 'keV', values: Float32Array.from(folded.high) },
  ]
  const cards: CardInput[] = [
    ...origin,
    ['EXPOSURE', seconds(live), '[s] live time over which it is averaged'],
    ...about,
    ['CONTAIN', folded.containment, NOTES[folded.containment]],
    ...(context.radius === undefined ? [] : [['ONRADIUS', context.radius, '[deg] radius of the region'] satisfies CardInput]),
  ]
  const area: HduInput = {
    kind: 'bintable', name: 'SPECRESP', rows, cards: [...cards, ...classCards('RESPONSE', 'SPECRESP'), ['HDUVERS', '1.1.0', 'version of the format (CAL/GEN/92-002)']],
    columns: [...bins, { name: 'SPECRESP', format: '1E', unit: 'cm**2', values: Float32Array.from(folded.area) }],
  }
  const range = { tlmin: spectrum.first, tlmax: spectrum.first + channels - 1 }
  const kind: CardInput[] = [['CHANTYPE', spectrum.channelType, 'kind of channel'], ['DETCHANS', channels, 'number of channels']]
  const matrix: HduInput = {
    kind: 'bintable', name: 'MATRIX', rows, cards: [...cards, ...kind, ['LO_THRES', 0, 'lowest value of the matrix'], ...classCards('RESPONSE', 'RSP_MATRIX', 'REDIST'), ['HDUVERS', '1.3.0', 'version of the format (CAL/GEN/92-002)']],
    columns: [
      ...bins,
      { name: 'N_GRP', format: '1I', values: new Int16Array(rows).fill(1) },
      { name: 'F_CHAN', format: '1I', values: new Int16Array(rows).fill(spectrum.first), ...range },
      { name: 'N_CHAN', format: '1I', values: new Int16Array(rows).fill(channels) },
      { name: 'MATRIX', format: `${channels}E`, values: Float32Array.from(folded.matrix) },
    ],
  }
  const bounds: HduInput = {
    kind: 'bintable', name: 'EBOUNDS', rows: channels, cards: [...origin, ...kind, ...classCards('RESPONSE', 'EBOUNDS'), ['HDUVERS', '1.2.0', 'version of the format (CAL/GEN/92-002)']],
    columns: [
      { name: 'CHANNEL', format: '1J', values: Int32Array.from({ length: channels }, (_, i) => spectrum.first + i), ...range },
      { name: 'E_MIN', format: '1E', unit: 'keV', values: spectrum.eMin },
      { name: 'E_MAX', format: '1E', unit: 'keV', values: spectrum.eMax },
    ],
  }
  return { arf: writeFits([primary, area]), rmf: writeFits([primary, matrix, bounds]) }
}
