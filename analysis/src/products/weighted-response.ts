import { bytesSource, openFits, writeFits, type CardInput, type FitsFile, type HduInput } from '@heavens/science/fits'
import { matrixHdus, readResponse, type Response } from '@heavens/science/spectra'
import { lowerBound } from '../selection/intervals.js'
import { classCards, originCards, provenanceCards, span, timeCards } from './cards.js'
import { ttFromHeader } from './header-time.js'
import type { GroupContext } from './product-context.js'
import { middleOf } from './response.js'
import type { Spectrum } from './spectrum.js'

/**
 * The response of a spectrum from a file with one matrix or several, each of a stretch of time: their mean, weighted by the counts of the spectrum in
 * each stretch (a time between two belongs to the nearer); without counts, the one nearest to the middle. Matrices on other energies than
 * that with most counts are left out. It is written anew, with channels numbered as in the spectrum: some files number them
 * otherwise in the matrix than in EBOUNDS, which other programs cannot fold.
 */
export async function weightedResponse(context: GroupContext, spectrum: Spectrum, file: { file: string; sha256: string }, bytes: Uint8Array): Promise<Uint8Array> {
  const fits = await openFits(bytesSource(bytes), file.file)
  const counts = countsOfMatrices(fits, context)
  if (!counts.some((n) => n > 0)) counts[nearestMatrix(fits, middleOf(context.intervals))] = 1
  const most = counts.indexOf(Math.max(...counts))
  const reference = await readResponse(fits, most + 1)
  const parts: { number: number; count: number; response: Response }[] = []
  for (const [k, count] of counts.entries()) {
    if (count === 0) continue
    const response = k === most ? reference : await readResponse(fits, k + 1)
    if (sameGrid(reference, response)) parts.push({ number: k + 1, count, response })
  }
  const total = parts.reduce((sum, { count }) => sum + count, 0)
  const weights = parts.map(({ count }) => count / total)
  return written(context, spectrum, file, reference, meanMatrix(parts.map(({ response }) => response), weights), parts.map(({ number }, i) => [number, weights[i]!]))
}

/** Counts of the spectrum that fall to each matrix, in the order of the file; one number where there is one matrix. */
function countsOfMatrices(fits: FitsFile, { intervals, group }: GroupContext): number[] {
  const matrices = matrixHdus(fits)
  if (matrices.length < 2) return matrices.map(() => 1)
  const spans = matrices.map((hdu, k) => ({ k, start: ttFromHeader(hdu.header, 'TSTART'), stop: ttFromHeader(hdu.header, 'TSTOP') }))
  const counts = new Array<number>(matrices.length).fill(0)
  const known = spans.filter((s): s is { k: number; start: number; stop: number } => s.start !== undefined && s.stop !== undefined).sort((a, b) => a.start - b.start)
  const { time } = group.events
  known.forEach(({ k, start, stop }, i) => {
    const [before, after] = [known[i - 1], known[i + 1]]
    const from = before === undefined ? -Infinity : (before.stop + start) / 2
    const until = after === undefined ? Infinity : (stop + after.start) / 2
    for (const [low, high] of intervals) counts[k]! += Math.max(0, lowerBound(time, Math.min(high, until)) - lowerBound(time, Math.max(low, from)))
  })
  return counts
}

function nearestMatrix(fits: FitsFile, time: number): number {
  const away = matrixHdus(fits).map(({ header }) => {
    const [start, stop] = [ttFromHeader(header, 'TSTART'), ttFromHeader(header, 'TSTOP')]
    return start === undefined || stop === undefined ? Infinity : Math.max(0, start - time, time - stop)
  })
  return away.indexOf(Math.min(...away))
}

function sameGrid(a: Response, b: Response): boolean {
  return a.energyLow.length === b.energyLow.length && a.channelLow.length === b.channelLow.length && a.energyLow.every((e, i) => e === b.energyLow[i])
}

/** Rows of all channels, energy by energy. */
function meanMatrix(responses: readonly Response[], weights: readonly number[]): Float32Array {
  const channels = responses[0]!.channelLow.length
  const mean = new Float64Array(responses[0]!.energyLow.length * channels)
  responses.forEach(({ rowStart, groupChannel, groupLength, groupOffset, matrix }, r) => {
    for (let row = 0; row + 1 < rowStart.length; row++) {
      for (let g = rowStart[row]!; g < rowStart[row + 1]!; g++) {
        for (let k = 0; k < groupLength[g]!; k++) mean[row * channels + groupChannel[g]! + k]! += weights[r]! * matrix[groupOffset[g]! + k]!
      }
    }
  })
  return Float32Array.from(mean)
}

function written(context: GroupContext, { first }: Spectrum, file: { file: string; sha256: string }, response: Response, matrix: Float32Array, weights: readonly [number, number][]): Uint8Array {
  const { energyLow, energyHigh, channelLow, channelHigh } = response
  const [rows, channels] = [energyLow.length, channelLow.length]
  const range = { tlmin: first, tlmax: first + channels - 1 }
  const origin = [...originCards(context, context.group.id), ...timeCards(span(context.intervals))]
  const kind: CardInput[] = [['CHANTYPE', 'PHA', 'kind of channel'], ['DETCHANS', channels, 'number of channels']]
  const about: CardInput[] = [
    ['RSPMEAN', weights.length > 1, 'mean of several matrices, weighted by counts'], ['NMATRIX', weights.length, 'matrices in the mean'],
    ...weights.map(([number, weight], i): CardInput => [`WEIGHT${i + 1}`, Number(weight.toPrecision(9)), `share of matrix ${number} of the file`]),
    ['LO_THRES', 0, 'lowest value of the matrix'],
  ]
  const table: HduInput = {
    kind: 'bintable', name: 'SPECRESP MATRIX', rows, cards: [...origin, ...kind, ...about, ...classCards('RESPONSE', 'RSP_MATRIX', 'FULL'), ['HDUVERS', '1.3.0', 'version of the format (CAL/GEN/92-002)']],
    columns: [
      { name: 'ENERG_LO', format: '1E', unit: 'keV', values: Float32Array.from(energyLow) },
      { name: 'ENERG_HI', format: '1E', unit: 'keV', values: Float32Array.from(energyHigh) },
      { name: 'N_GRP', format: '1I', values: new Int16Array(rows).fill(1) },
      { name: 'F_CHAN', format: '1I', values: new Int16Array(rows).fill(first), ...range },
      { name: 'N_CHAN', format: '1I', values: new Int16Array(rows).fill(channels) },
      { name: 'MATRIX', format: `${channels}E`, unit: 'cm**2', values: matrix },
    ],
  }
  const bounds: HduInput = {
    kind: 'bintable', name: 'EBOUNDS', rows: channels, cards: [...origin, ...kind, ...classCards('RESPONSE', 'EBOUNDS'), ['HDUVERS', '1.2.0', 'version of the format (CAL/GEN/92-002)']],
    columns: [
      { name: 'CHANNEL', format: '1J', values: Int32Array.from({ length: channels }, (_, i) => first + i), ...range },
      { name: 'E_MIN', format: '1E', unit: 'keV', values: Float32Array.from(channelLow) },
      { name: 'E_MAX', format: '1E', unit: 'keV', values: Float32Array.from(channelHigh) },
    ],
  }
  return writeFits([{ kind: 'image', cards: [...origin, ...provenanceCards(context, [file])] }, bounds, table])
}
