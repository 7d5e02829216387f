import { writeFits } from '@heavens/science/fits'
import type { CardInput, HduInput } from '@heavens/science/fits'
import { classCards, originCards, provenanceCards, seconds, span, timeCards } from './cards.js'
import type { Groups } from '@heavens/science/spectra'
import { gtiHdu } from './gti-hdu.js'
import type { GroupContext } from './product-context.js'
import type { OnOff } from './on-off.js'
import type { Spectrum } from './spectrum.js'

/** Files beside the spectrum, by name relative to it; 'none' where there is none. */
export interface SpectrumLinks {
  response: string
  area: string
  background: string
  calibration: readonly { file: string; sha256: string }[]
  /** counts in the region and in those that mirror it, where the background was taken so */
  onOff?: OnOff
  /** channels whose energies at least one run trusts: 1 or 0 each; absent: no run says what it trusts */
  trusted?: Uint8Array
  /** bins that the request asks for; absent: every channel by itself */
  groups?: Groups
}

/** QUALITY of every channel before it is grouped: 5 where no run trusts its energies. */
export function channelQuality(channels: number, trusted: Uint8Array | undefined): Int16Array {
  return Int16Array.from({ length: channels }, (_, c) => (trusted?.[c] === 0 ? 5 : 0))
}

/** An OGIP/92-007 spectrum with its channel bounds and good time. Counts are Poisson (POISSERR), so there is no error column. */
export function spectrumFile(context: GroupContext, spectrum: Spectrum, kind: 'TOTAL' | 'BKG', links: SpectrumLinks): Uint8Array {
  const { group } = context
  const time = timeCards(span(kind === 'BKG' && links.onOff === undefined ? context.background : context.intervals))
  const channels = spectrum.counts.length
  const channel = Int32Array.from({ length: channels }, (_, i) => spectrum.first + i)
  const range = { tlmin: spectrum.first, tlmax: spectrum.first + channels - 1 }
  const origin = originCards(context, group.id)
  const cards: CardInput[] = [
    ...origin,
    ...time,
    ['EXPOSURE', seconds(spectrum.exposure), '[s] good time less dead time'],
    ['ONTIME', seconds(spectrum.onTime), '[s] good time'],
    ['LIVETIME', seconds(spectrum.exposure), '[s] good time less dead time'],
    ['DEADC', spectrum.onTime > 0 ? Number((spectrum.exposure / spectrum.onTime).toPrecision(9)) : 1, 'live time / good time'],
    ['AREASCAL', 1, 'area scaling'],
    ['BACKSCAL', kind === 'BKG' ? (links.onOff?.regions ?? 1) : 1, 'background scaling'],
    ...(links.onOff === undefined ? [] : onOffCards(links.onOff)),
    ...(links.trusted === undefined ? [] : trustCards(spectrum, kind, links.onOff)),
    ['CORRSCAL', 1, 'correction scaling'],
    ['BACKFILE', links.background, 'background'],
    ['CORRFILE', 'none', 'correction'],
    ['RESPFILE', links.response, 'response matrix'],
    ['ANCRFILE', links.area, 'effective area'],
    ['CHANTYPE', spectrum.channelType, 'kind of channel'],
    ['DETCHANS', channels, 'number of channels'],
    ['POISSERR', true, 'Poisson errors'],
    ['SYS_ERR', 0, 'no systematic error'],
    ...classCards('SPECTRUM', kind, 'COUNT'),
    ['HDUVERS', '1.2.1', 'version of the format (OGIP/92-007)'],
  ]
  const table: HduInput = {
    kind: 'bintable', name: 'SPECTRUM', rows: channels, cards,
    columns: [
      { name: 'CHANNEL', format: '1J', values: channel, ...range },
      { name: 'COUNTS', format: '1J', unit: 'count', values: spectrum.counts },
      { name: 'QUALITY', format: '1I', values: links.groups?.quality ?? channelQuality(channels, links.trusted), comment: '0: good, 2: too few counts, 5: bad' },
      { name: 'GROUPING', format: '1I', values: links.groups?.grouping ?? new Int16Array(channels).fill(1), comment: '1: starts a new bin, -1: goes on with it' },
    ],
  }
  const bounds: HduInput = {
    kind: 'bintable', name: 'EBOUNDS', rows: channels,
    cards: [...origin, ...time, ['CHANTYPE', spectrum.channelType, 'kind of channel'], ['DETCHANS', channels, 'number of channels'], ...classCards('RESPONSE', 'EBOUNDS'), ['HDUVERS', '1.2.0', 'version of the format (CAL/GEN/92-002)']],
    columns: [
      { name: 'CHANNEL', format: '1J', values: channel, ...range },
      { name: 'E_MIN', format: '1E', unit: 'keV', values: spectrum.eMin },
      { name: 'E_MAX', format: '1E', unit: 'keV', values: spectrum.eMax },
    ],
  }
  const primary: HduInput = { kind: 'image', cards: [...origin, ...time, ...provenanceCards(context, links.calibration)] }
  return writeFits([primary, table, bounds, gtiHdu(context, spectrum.good, group.id)])
}

/** What the region shows over its mirror images, for those who want no fit. */
function onOffCards({ on, off, alpha, excess, sigma }: OnOff): CardInput[] {
  return [
    ['ONCOUNTS', on, 'counts in the region of the target'],
    ['OFFCOUNT', off, 'counts beside it, where the background is taken'],
    ['OFFALPHA', Number(alpha.toPrecision(9)), 'exposure x area of the region / of that'],
    ['EXCESS', Number(excess.toPrecision(9)), 'ONCOUNTS - OFFALPHA * OFFCOUNT'],
    ['SIGNIF', Number(sigma.toPrecision(7)), '[sigma] significance of the excess, Li & Ma 1983'],
  ]
}

/** Counts that the response does not describe, as their run does not trust their energy, are not in COUNTS. */
function trustCards(spectrum: Spectrum, kind: 'TOTAL' | 'BKG', onOff: OnOff | undefined): CardInput[] {
  const all = kind === 'BKG' ? onOff?.off : onOff?.on
  return all === undefined ? [] : [['UNTRUST', all - spectrum.counts.reduce((a, b) => a + b, 0), 'counts left out: energies not trusted by their run']]
}
