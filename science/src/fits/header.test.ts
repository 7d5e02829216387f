import { describe, expect, it } from 'vitest'
import { parseCard } from './parse-card.js'
import { parseHeader } from './parse-header.js'
import type { FitsHeader } from './types.js'

function header(...cards: string[]): FitsHeader {
  return parseHeader(new TextEncoder().encode(cards.map(card => card.padEnd(80)).join('')), 'test.fits', 'HDU 0')
}

describe('a card', () => {
  it.each([
    ['NUMBER  =                   42 / the answer', 42, 'the answer'],
    ['NEGATIVE= -7', -7, ''],
    ['DOUBLE  = 7.428703703703703D-4 / days', 7.428703703703703e-4, 'days'],
    ['EXPO    = 1.E+03', 1000, ''],
    ['POINT   = .5', 0.5, ''],
    ['BIG     = 9223372036854775807', 9223372036854775807n, ''],
    ["TEXT    = 'it''s a / slash' / and a comment", "it's a / slash", 'and a comment'],
    ["BLANKS  = '  kept in front   '", '  kept in front', ''],
    ["EMPTY   = ''", '', ''],
    ['YES     =                    T / logical', true, 'logical'],
    ['NO      =                    F', false, ''],
    ['UNDEF   =                      / no value', null, 'no value'],
    ['COMPLEX = (1.0, -2.0) / complex', '(1.0, -2.0)', 'complex'],
    ['ODD     = 2023-03-07 / unquoted', '2023-03-07', 'unquoted'],
    ["LOST    = 'no closing quote", 'no closing quote', ''],
  ])('%s', (card, value, comment) => {
    expect(parseCard(card)).toMatchObject({ keyword: card.slice(0, 8).trim(), value, comment })
  })

  it('has no value when it is commentary', () => {
    expect(parseCard('HISTORY = not a value').value).toBeUndefined()
    expect(parseCard('COMMENT   text')).toMatchObject({ keyword: 'COMMENT', comment: '  text' })
    expect(parseCard('NOTHING here').value).toBeUndefined()
  })

  it('keeps the words of a HIERARCH keyword', () => {
    expect(parseCard("HIERARCH ESO  DET CHIP = 'x' / which")).toMatchObject({ keyword: 'ESO DET CHIP', value: 'x', comment: 'which' })
  })
})

describe('a header', () => {
  it('joins a long string from its CONTINUE cards', () => {
    const joined = header("LONG    = 'one &'", "CONTINUE  'two''s &' / first", "CONTINUE  'three' / second", 'NEXT    = 1')
    expect(joined.get('LONG')).toBe("one two's three")
    expect(joined.cards[0]!.comment).toBe('first second')
    expect(joined.get('NEXT')).toBe(1)
    expect(joined.cards).toHaveLength(2)
  })

  it('leaves a string that only ends in & as it is', () => {
    expect(header("AMP     = 'Q&'", 'NEXT    = 1').get('AMP')).toBe('Q&')
  })

  it('finds keywords in any case, HIERARCH ones with and without the word, and the first of two', () => {
    const cards = header("HIERARCH ESO DET = 'x'", 'A       = 1', 'A       = 2')
    expect(cards.get('eso det')).toBe('x')
    expect(cards.get('HIERARCH ESO DET')).toBe('x')
    expect(cards.get('a')).toBe(1)
    expect(cards.has('B')).toBe(false)
  })

  it('gives numbers also from text, and refuses what is none', () => {
    const cards = header("T       = ' 1.5D1 '", "WORD    = 'none'", 'BIG     = 9223372036854775808', 'FLAG    = T')
    expect(cards.number('T')).toBe(15)
    expect(cards.number('BIG')).toBe(2 ** 63)
    expect(cards.number('WORD', 3)).toBe(3)
    expect(cards.string('FLAG')).toBe('T')
    expect(cards.string('ABSENT', 'x')).toBe('x')
    expect(() => cards.number('WORD')).toThrow('WORD of HDU 0 is not a number: none')
    expect(() => cards.number('ABSENT')).toThrow('test.fits is damaged: HDU 0 has no ABSENT')
    expect(() => cards.string('ABSENT')).toThrow('test.fits is damaged: HDU 0 has no ABSENT')
  })
})
