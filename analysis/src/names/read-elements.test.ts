import { expect, it } from 'vitest'
import { readElements } from './read-elements.js'

it('reads elements, attributes, texts, escapes and CDATA, in the order in which they end', () => {
  expect(readElements('<?xml version="1.0"?>\n<!-- <x> --><a>1<b k="&gt;>" l=\'/\'>x &amp; &#65;&#x42;</b><c/><![CDATA[<d>]]>2</a>\n')).toEqual([
    { path: 'a/b', attributes: ' k="&gt;>" l=\'/\'', text: 'x & AB' }, { path: 'a/c', attributes: '', text: '' }, { path: 'a', attributes: '', text: '1<d>2' },
  ])
})

it.each([
  ['an external entity', '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', /document type/],
  ['a billion laughs', '<!DOCTYPE a [<!ENTITY l "ha"><!ENTITY m "&l;&l;&l;">]><a>&m;</a>', /document type/],
  ['an entity that is not declared', '<a>&x;</a>', /entity &x;/], ['a bare ampersand', '<a>a & b</a>', /entity &/], ['a character outside Unicode', '<a>&#x110000;</a>', /entity/],
  ['elements that cross', '<a><b></a></b>', /a ends/], ['two roots', '<a/><b/>', /two roots/], ['a cut document', '<a><b>', /cut short within a\/b/], ['text', 'hello', /not XML/], ['nothing', '', /empty/],
  ['an attribute without an end', `<a ${'k="x" '.repeat(5000)}k="`, /not well-formed/], ['a tower', '<a>'.repeat(21), /more elements/], ['too many', `<a>${'<b/>'.repeat(10_001)}</a>`, /more elements/],
])('refuses %s', (_, text, reason) => {
  const begun = performance.now()
  expect(() => readElements(text)).toThrow(reason)
  expect(performance.now() - begun).toBeLessThan(1000)
})
