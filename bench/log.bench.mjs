import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeItem, openEmbeddedStores } from '@heavens/storage'

/** Events of a block and how many blocks: records of about 64 kB, 256 kB and 1 MB. */
const SIZES = [[5800, 160], [23_000, 60], [95_000, 24]]

function block(count, sequence) {
  const columns = { time: new Float64Array(count), channel: new Uint16Array(count), detector: new Uint8Array(count) }
  for (let i = 0; i < count; i++) {
    columns.time[i] = sequence + i / count
    columns.channel[i] = (i * 7919) % 128
    columns.detector[i] = (i * 31) % 14
  }
  return encodeItem({ kind: 'events', source: 'bench', sequence, start: sequence, stop: sequence + 1, count, late: false, columns })
}

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1]

/** Durable appends of one block each to the embedded log, then a read of all; seconds. */
async function logRun(folder, blocks) {
  const stores = await openEmbeddedStores(folder)
  const t0 = performance.now()
  for (const value of blocks) await stores.log.append('heavens.telemetry.bench', [{ key: null, value }])
  const t1 = performance.now()
  let bytes = 0
  for await (const batch of stores.log.read('heavens.telemetry.bench', 0, 0, { follow: false })) for (const record of batch.records) bytes += record.value.length
  const t2 = performance.now()
  await stores.close()
  return { append: (t1 - t0) / 1000, read: (t2 - t1) / 1000, bytes }
}

/** The same bytes written to one plain file, with an fsync after each, then read in pieces of 4 MiB; seconds. */
async function fileRun(folder, blocks) {
  const file = await open(join(folder, 'plain'), 'w+')
  const t0 = performance.now()
  for (const value of blocks) {
    await file.write(value)
    await file.sync()
  }
  const t1 = performance.now()
  let bytes = 0
  for (;;) {
    const { bytesRead } = await file.read(Buffer.allocUnsafe(4 << 20), 0, 4 << 20, bytes)
    if (bytesRead === 0) break
    bytes += bytesRead
  }
  const t2 = performance.now()
  await file.close()
  return { append: (t1 - t0) / 1000, read: (t2 - t1) / 1000, bytes }
}

export default async function log() {
  const parts = []
  const appends = []
  for (const [count, number] of SIZES) {
    const blocks = Array.from({ length: number }, (_, i) => block(count, i))
    const total = blocks.reduce((sum, value) => sum + value.length, 0) / 1e6
    const runs = { ours: [], peer: [] }
    for (let round = 0; round < 3; round++) {
      for (const [who, run] of [['ours', logRun], ['peer', fileRun]]) {
        const folder = await mkdtemp(join(tmpdir(), 'heavens-bench-'))
        runs[who].push(await run(folder, blocks))
        await rm(folder, { recursive: true, force: true })
      }
    }
    const speed = (who, what) => total / median(runs[who].map((run) => run[what]))
    appends.push({ ours: speed('ours', 'append'), peer: speed('peer', 'append') })
    parts.push(`${Math.round((total * 1000) / number)} kB: append ${speed('ours', 'append').toFixed(0)} / ${speed('peer', 'append').toFixed(0)}, read ${speed('ours', 'read').toFixed(0)} / ${speed('peer', 'read').toFixed(0)} MB/s`)
  }
  const { ours, peer } = appends[1]
  return { ours, peer, ratio: ours / peer, unit: 'MB/s', note: `durable appends of 256 kB event blocks; peer: a plain file, fsync after each. ours / peer by size: ${parts.join('; ')}` }
}
