import { damaged } from './damage.js'
import { numberOf, parseCard } from './parse-card.js'
import type { FitsCard, FitsHeader, FitsValue } from './types.js'

export const BLOCK = 2880
export const CARD = 80

/** Index of the END card in whole blocks of a header, or -1. Throws fits-damaged at a keyword that is not text. */
export function findEnd(bytes: Uint8Array, file: string, at: number): number {
  for (let card = 0; card + CARD <= bytes.length; card += CARD) {
    // "END" and 5 blanks; the rest of the card is not looked at: some writers leave something there.
    if (bytes[card] === 69 && bytes[card + 1] === 78 && bytes[card + 2] === 68 && isBlank(bytes, card + 3, card + 8)) return card
    for (let i = card; i < card + 8; i++) {
      if (bytes[i]! < 32 || bytes[i]! > 126) throw damaged(file, `the header has no END before byte ${at + i}, which is not text`)
    }
  }
  return -1
}

function isBlank(bytes: Uint8Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (bytes[i] !== 32) return false
  return true
}

/** The cards before END. Strings that go on in CONTINUE cards are joined into one card. */
export function parseHeader(bytes: Uint8Array, file: string, where: string): FitsHeader {
  const cards: FitsCard[] = []
  let open: FitsCard | undefined
  for (let at = 0; at + CARD <= bytes.length; at += CARD) {
    const { open: goesOn, ...card } = parseCard(latin1(bytes, at, at + CARD))
    if (card.keyword === 'CONTINUE' && open !== undefined && typeof card.value === 'string') {
      open.value = (open.value as string).slice(0, -1) + card.value
      if (card.comment !== '') open.comment = open.comment === '' ? card.comment : `${open.comment} ${card.comment}`
      if (!goesOn) open = undefined
      continue
    }
    cards.push(card)
    open = goesOn ? card : undefined
  }
  return headerOf(cards, file, where)
}

/** Access by keyword; of a keyword that stands twice the first counts, as in other readers. */
function headerOf(cards: readonly FitsCard[], file: string, where: string): FitsHeader {
  const byKeyword = new Map<string, FitsValue>()
  for (const { keyword, value } of cards) {
    const key = keyword.toUpperCase()
    if (value !== undefined && !byKeyword.has(key)) byKeyword.set(key, value)
  }
  const get = (keyword: string): FitsValue | undefined => byKeyword.get(keyword.toUpperCase().replace(/^HIERARCH +/, ''))
  return {
    cards,
    has: keyword => get(keyword) !== undefined,
    get,
    number(keyword, otherwise) {
      const value = get(keyword)
      if (typeof value === 'number') return value
      if (typeof value === 'bigint') return Number(value)
      const number = typeof value === 'string' ? numberOf(value.trim()) : undefined
      if (number !== undefined) return number
      if (otherwise !== undefined) return otherwise
      throw damaged(file, value === undefined ? `${where} has no ${keyword}` : `${keyword} of ${where} is not a number: ${String(value)}`)
    },
    string(keyword, otherwise) {
      const value = get(keyword)
      if (typeof value === 'string') return value
      if (value !== undefined && value !== null) return value === true ? 'T' : value === false ? 'F' : String(value)
      if (otherwise !== undefined) return otherwise
      throw damaged(file, `${where} has no ${keyword}`)
    },
  }
}

/** Bytes as text, one character each: headers are ASCII, and a stray byte above 127 must not shift the columns. */
export function latin1(bytes: Uint8Array, from: number, to: number): string {
  let text = ''
  for (let i = from; i < to; i++) text += String.fromCharCode(bytes[i]!)
  return text
}
