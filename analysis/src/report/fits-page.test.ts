import { fitAnswerExample, keptFitExample } from '@heavens/schemas'
import { expect, it } from 'vitest'
import { fitsPage } from './fits-page.js'

const { spectra: _, ...answer } = fitAnswerExample

it('tells each fit that was asked, the latest first, with what would give it again', () => {
  const page = fitsPage({ id: 'j-1', label: 'a <b> burst', fits: [{ ...keptFitExample, answer: { ...answer, model: 'first' } }, { ...keptFitExample, answer: { ...answer, model: 'second' } }] })!
  expect(page.indexOf('second')).toBeLessThan(page.indexOf('first'))
  expect(page).toContain('a &#60;b&#62; burst')
  expect(page).toContain('/api/v1/analyses/j-1/fits')
  expect(page).not.toMatch(/<script|https?:/)
})

it('is no page without a fit that is kept with its answer', () => {
  expect(fitsPage({ id: 'j-1', label: '' })).toBeUndefined()
  const { answer: _none, ...older } = { ...keptFitExample, answer }
  expect(fitsPage({ id: 'j-1', label: '', fits: [older] })).toBeUndefined()
})
