import { HeavensError } from '@heavens/schemas'
import { BLOCK, CARD } from './parse-header.js'
import type { CardInput, FitsValue } from './types.js'

/**
 * The cards of one keyword, 80 characters each. Values in fixed format: strings from column 11, everything else right-justified
 * to column 30. A string that does not fit is cut into CONTINUE cards; HISTORY and COMMENT texts into several cards; a
 * comment that does not fit is cut off.
 *
 * Text becomes ASCII: accents are dropped, other characters turn into `?`, since a header can hold nothing else.
 * Throws `internal` for a keyword that is none, and for NaN and infinities: FITS has no way to write them.
 */
export function writeCards(card: CardInput): string[] {
  const [keyword, value] = card
  if (keyword === 'HISTORY' || keyword === 'COMMENT') return pieces(ascii(String(value)), 72).map(text => `${keyword.padEnd(8)}${text}`.padEnd(CARD))
  if (!/^[A-Z0-9_-]{1,8}$/.test(keyword)) throw new HeavensError('internal', { reason: `${JSON.stringify(keyword)} cannot be a FITS keyword` })
  const comment = ascii(card[2] ?? '')
  const start = `${keyword.padEnd(8)}= `
  if (typeof value !== 'string') return [withComment(start + plainText(keyword, value).padStart(20), comment)]
  const text = ascii(value).replaceAll("'", "''")
  if (text.length <= 68) return [withComment(`${start}'${text.padEnd(8)}'`.padEnd(30), comment)]
  const parts = quotedPieces(text, 67)
  return parts.map((part, i) => {
    const last = i === parts.length - 1
    const line = `${i === 0 ? start : 'CONTINUE  '}'${part}${last ? '' : '&'}'`
    return last ? withComment(line, comment) : line.padEnd(CARD)
  })
}

function plainText(keyword: string, value: Exclude<FitsValue, string>): string {
  if (value === null) return ''
  if (typeof value === 'boolean') return value ? 'T' : 'F'
  if (typeof value === 'bigint') return value.toString()
  if (!Number.isFinite(value)) throw new HeavensError('internal', { reason: `${keyword} = ${value} cannot be written in a FITS header` })
  if (Object.is(value, -0)) return '0'
  const text = String(value).toUpperCase().replace('E+', 'E')
  // 1E21 without a point is not a number in FITS' sense of a float written by others: keep the point.
  return text.includes('E') && !text.includes('.') ? text.replace('E', '.0E') : text
}

function withComment(line: string, comment: string): string {
  return (comment === '' ? line : `${line} / ${comment}`.slice(0, CARD)).padEnd(CARD)
}

function ascii(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').replace(/[^ -~]/gu, '?')
}

function pieces(text: string, length: number): string[] {
  const out: string[] = []
  for (let at = 0; at < text.length || at === 0; at += length) out.push(text.slice(at, at + length))
  return out
}

/** Pieces of an escaped string that do not tear a doubled quote apart. */
function quotedPieces(text: string, length: number): string[] {
  const out: string[] = []
  for (let at = 0; at < text.length; ) {
    let end = Math.min(text.length, at + length)
    const quotes = /'*$/.exec(text.slice(at, end))![0].length
    if (end < text.length && quotes % 2 === 1) end--
    // A blank at the end of a piece would be taken for padding by some readers; it begins the next piece instead.
    while (end < text.length && end > at + 1 && text[end - 1] === ' ') end--
    out.push(text.slice(at, end))
    at = end
  }
  return out
}

/** Cards, END and blanks up to a whole number of blocks. */
export function headerBytes(cards: readonly string[]): Uint8Array<ArrayBuffer> {
  const text = cards.join('') + 'END'.padEnd(CARD)
  const bytes = new Uint8Array(Math.ceil(text.length / BLOCK) * BLOCK).fill(32)
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i)
  return bytes
}
