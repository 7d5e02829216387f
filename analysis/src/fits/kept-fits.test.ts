import { expect, it } from 'vitest'
import { fitAnswerExample, fitRequestExample } from '@heavens/schemas'
import { keptFits } from './kept-fits.js'

it('remembers what was asked with its defaults, each question once, the latest last', () => {
  const one = keptFits({}, fitRequestExample, fitAnswerExample, '2026-01-01T00:00:00Z')
  expect(one).toMatchObject([{ at: '2026-01-01T00:00:00Z', request: { spectra: fitRequestExample.spectra, fit: { model: 'grbm', grouping: 'auto' } }, statistic: 'chi2', value: 55, dof: 61 }])
  const other = { ...fitRequestExample, fit: { ...fitRequestExample.fit, model: 'powerlaw' } }
  const two = keptFits({ fits: one }, other, fitAnswerExample, '2026-01-01T00:01:00Z')
  const again = keptFits({ fits: two }, fitRequestExample, fitAnswerExample, '2026-01-01T00:02:00Z')
  expect(again.map((f) => [f.request.fit.model, f.at.slice(14, 16)])).toEqual([['powerlaw', '01'], ['grbm', '02']])
})
it('forgets the oldest of many', () => {
  let fits = keptFits({}, fitRequestExample, fitAnswerExample, 't')
  for (let i = 1; i <= 60; i++) fits = keptFits({ fits }, { ...fitRequestExample, fit: { model: 'powerlaw', energy: [1, 1 + i] } }, fitAnswerExample, 't')
  expect(fits).toHaveLength(50)
  expect(fits.at(-1)!.request.fit.energy).toEqual([1, 61])
})
