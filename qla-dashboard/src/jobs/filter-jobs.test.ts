import { expect, it } from 'vitest'
import { jobExample } from '@heavens/schemas'
import { filterJobs } from './filter-jobs.js'

const jobs = [
  { ...jobExample, id: 'j-1', label: 'main peak', phase: 'COMPLETED' as const, created: '2026-01-01T00:00:00Z' },
  { ...jobExample, id: 'j-2', label: 'afterglow', phase: 'EXECUTING' as const, created: '2026-01-02T00:00:00Z' },
  { ...jobExample, id: 'j-3', label: 'Main dip', phase: 'ABORTED' as const, created: '2026-01-03T00:00:00Z' },
]
const ids = (text: string, group: Parameters<typeof filterJobs>[2]): string[] => filterJobs(jobs, text, group).map((j) => j.id)

it('lists the newest first', () => expect(ids('', 'all')).toEqual(['j-3', 'j-2', 'j-1']))
it('keeps to a group of phases', () => {
  expect([ids('', 'running'), ids('', 'done'), ids('', 'failed')]).toEqual([['j-2'], ['j-1'], ['j-3']])
})
it('finds every word anywhere in name, id, target and instruments, in any case', () => {
  expect(ids('MAIN', 'all')).toEqual(['j-3', 'j-1'])
  expect(ids('main peak', 'all')).toEqual(['j-1'])
  expect(ids('crab j-2', 'all')).toEqual(['j-2'])
  expect(ids('fermi-gbm', 'done')).toEqual(['j-1'])
  expect(ids('nothing', 'all')).toEqual([])
})
