import type { FitsCard, FitsValue } from './types.js'

/** A card of 80 characters as written, before CONTINUE cards are joined. */
export interface RawCard extends FitsCard {
  /** the string ends in & and may go on in a CONTINUE card */
  open: boolean
}

/**
 * One card (FITS 4.0, section 4):
 *
 *     KEYWORD = value / comment          columns 1-8, 9-10 "= ", then free format
 *     HIERARCH key words = value / comment
 *     CONTINUE  'more of a string' / comment
 *     COMMENT, HISTORY, blank, or anything without "= ": commentary
 *
 * A value that is none of string, logical, number or complex is kept as its text: headers of real files hold such.
 */
export function parseCard(card: string): RawCard {
  const keyword = card.slice(0, 8).trimEnd()
  if (keyword === 'CONTINUE') return { keyword, ...parseValue(card.slice(8)) }
  if (keyword === 'HIERARCH') {
    const equals = card.indexOf('=')
    if (equals > 8) return { keyword: card.slice(8, equals).trim().replace(/ +/g, ' '), ...parseValue(card.slice(equals + 1)) }
  } else if (card[8] === '=' && (card[9] === ' ' || card[9] === undefined) && keyword !== 'COMMENT' && keyword !== 'HISTORY' && keyword !== '') {
    return { keyword, ...parseValue(card.slice(10)) }
  }
  return { keyword, value: undefined, comment: card.slice(8).trimEnd(), open: false }
}

function parseValue(field: string): { value: FitsValue; comment: string; open: boolean } {
  const text = field.trimStart()
  if (text[0] === "'") {
    const string = /^'((?:[^']|'')*)'/.exec(text)
    // A string whose closing quote is lost: everything is the string, as other readers take it.
    if (string === null) return { value: text.slice(1).trimEnd(), comment: '', open: false }
    const value = string[1]!.replaceAll("''", "'").trimEnd()
    return { value, comment: commentOf(text.slice(string[0].length)), open: value.endsWith('&') }
  }
  const slash = text.indexOf('/')
  const word = (slash < 0 ? text : text.slice(0, slash)).trim()
  return { value: plainValue(word), comment: slash < 0 ? '' : text.slice(slash + 1).trim(), open: false }
}

function commentOf(rest: string): string {
  const slash = rest.indexOf('/')
  return slash < 0 ? '' : rest.slice(slash + 1).trim()
}

/** A value without quotes. Integers beyond 2^53 become bigint. */
function plainValue(word: string): FitsValue {
  if (word === '') return null
  if (word === 'T') return true
  if (word === 'F') return false
  if (/^[+-]?\d+$/.test(word)) {
    const number = Number(word)
    return Number.isSafeInteger(number) ? number : BigInt(word.replace(/^\+/, ''))
  }
  return numberOf(word) ?? word
}

/** A decimal number with an exponent letter of E or D; undefined for any other text. */
export function numberOf(word: string): number | undefined {
  return /^[+-]?(\d+\.?\d*|\.\d+)([EeDd][+-]?\d+)?$/.test(word) ? Number(word.replace(/[Dd]/, 'E')) : undefined
}
