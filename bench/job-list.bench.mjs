// A list of 10,000 analyses: its last page by the job service, and a request that is none of them, against copying the whole list.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { openJobs } from '@heavens/analysis'
import { INSTRUMENTS } from '@heavens/instruments'
import { openEmbeddedStores } from '@heavens/storage'

const JOBS = 10_000
const PAGE = 100
const TIMES = 11

const request = (i) => ({ label: `number ${i}`, time: { intervals: [['2019-05-30T10:19:00', '2019-05-30T10:20:00']] }, instruments: [{ id: INSTRUMENTS[0].descriptor.id }] })

async function median(action) {
  const times = []
  for (let i = 0; i < TIMES; i++) {
    const from = performance.now()
    await action(i)
    times.push(performance.now() - from)
  }
  return times.sort((a, b) => a - b)[TIMES >> 1]
}

export default async function jobList() {
  const dir = mkdtempSync(path.join(tmpdir(), 'heavens-job-list-'))
  const stores = await openEmbeddedStores(dir)
  try {
    const before = await openJobs({ stores, instruments: INSTRUMENTS, dir, version: 'bench', threads: 0 })
    const one = await before.hold(request(0))
    await before.close()
    const text = new TextEncoder()
    const records = Array.from({ length: JOBS }, (_, i) => ({ ...one, id: `j-${i.toString(16).padStart(12, '0')}`, used: { ...one.used, request: { ...one.used.request, label: `number ${i}` } } }))
    await stores.log.append('heavens.jobs', records.map((job) => ({ key: job.id, value: text.encode(JSON.stringify(job)) })))
    const from = performance.now()
    const jobs = await openJobs({ stores, instruments: INSTRUMENTS, dir, version: 'bench', threads: 0 })
    const opened = performance.now() - from
    const peer = await median(() => jobs.list())
    const ours = await median(async () => {
      if ((await jobs.list({ limit: PAGE })).length !== PAGE) throw new Error('the page is not full')
    })
    const submitted = await median((i) => jobs.submit(request(`new ${i}`)))
    await jobs.close()
    return { ours, peer, ratio: ours / peer, unit: 'ms', note: `opened in ${opened.toFixed(0)} ms; a new request among them is taken in ${submitted.toFixed(1)} ms` }
  } finally {
    await stores.close()
    rmSync(dir, { recursive: true })
  }
}
