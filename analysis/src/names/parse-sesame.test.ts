import { expect, it } from 'vitest'
import { parseSesame } from './parse-sesame.js'

const answer = (inner: string): string => `<?xml version="1.0" encoding="UTF-8"?>
<Sesame xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="sesame_4x.xsd">
<Target option="SNV">
<name>HIP 123</name>
<!--  Q1 #1  -->
${inner}
</Target>
</Sesame>
<!-- - ====Done (2019-Feb-05,21:35:03z)====  -->`

it('takes the first resolver that has a position, and its name', () => {
  const nothing = '<Resolver name="S=Simbad (CDS, via client/server)"><INFO>*** Nothing found ***</INFO></Resolver>'
  const found = '<Resolver name="V1=VizieR (CDS)"><!-- delay: 0ms [0] --><INFO>from cache</INFO><jpos>00:01:35.97 +72:14:11.8</jpos><jradeg>0.39987</jradeg><jdedeg>+72.23661</jdedeg><oname>{HIP} 123</oname></Resolver>'
  expect(parseSesame(answer(nothing + found), 'hip123')).toEqual({ name: 'HIP 123', ra: 0.39987, dec: 72.23661, type: '', resolver: 'VizieR' })
  expect(parseSesame(answer(found.replace(/<oname>.*<\/oname>/, '') + nothing), 'hip123')?.name).toBe('hip123')
})

it('knows nothing where none does, in either form', () => {
  expect(parseSesame(answer('<INFO>*** Nothing found ***</INFO>'), 'x')).toBeUndefined()
  expect(parseSesame(answer('<Resolver name="N=NED"><INFO>*** Nothing found ***</INFO></Resolver>'), 'x')).toBeUndefined()
})

it.each([['positions of another element', answer('<jradeg>1</jradeg><jdedeg>2</jdedeg>')], ['a resolver inside another', answer('<Resolver name="a"><Resolver name="b"><jradeg>1</jradeg><jdedeg>2</jdedeg></Resolver></Resolver>')]])('takes no %s', (_, text) => {
  expect(parseSesame(text, 'x')).toBeUndefined()
})
