import { expect, it } from 'vitest'
import { requestAsUsedExample } from '@heavens/schemas'
import { describeJob } from './describe-job.js'

it('calls an analysis by its label, its target or its instruments', () => {
  expect(describeJob({ label: 'main peak', used: requestAsUsedExample })).toBe('main peak')
  expect(describeJob({ label: '', used: requestAsUsedExample })).toBe('Crab')
  expect(describeJob({ label: '', used: { ...requestAsUsedExample, target: { ra: 83.633, dec: -5.5 } } })).toBe('83.63 -5.50')
  expect(describeJob({ label: '', used: { ...requestAsUsedExample, target: undefined } })).toBe('fermi-gbm')
  expect(describeJob({ label: '', used: undefined })).toBe('Analysis')
})
