import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { telemetryTopic } from '@heavens/schemas'
import { openEmbeddedStores } from '@heavens/storage'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { allPlayed, contradictions } from './faults/alerts.js'
import { supervise, until, type Supervised } from './faults/chaos.js'
import { makeOracle, type Oracle } from './faults/oracle.js'
import { heavens, temporaryFolder } from './heavens.js'

const run = promisify(execFile)
const TOPIC = telemetryTopic({ instrument: 'fermi-gbm', run: 'main' })

const { folder, remove } = await temporaryFolder()
const disk = path.join(folder, 'disk')
await mkdir(disk)
/** A disk of our own, smaller than what is to come. */
const refused = await run('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', disk]).then(() => undefined, (error: Error) => error.message.trim())
if (refused !== undefined) console.warn(`SKIPPED: a full disk: no small disk can be mounted: ${refused}`)

/** One hash for each record of telemetry that is on the log. */
async function acknowledged(data: string): Promise<string[]> {
  const stores = await openEmbeddedStores(data)
  const hashes: string[] = []
  for await (const batch of stores.log.read(TOPIC, 0, 0, { follow: false })) for (const { value } of batch.records) hashes.push(createHash('sha256').update(value).digest('base64'))
  await stores.close()
  return hashes
}

describe('a full disk', () => {
  let oracle: Oracle
  let up: Supervised | undefined
  beforeAll(async () => {
    oracle = await makeOracle(folder)
  })
  afterAll(async () => {
    await up?.end()
    if (refused === undefined) await run('umount', ['-l', disk])
    await remove()
  })

  it.skipIf(refused !== undefined)('is said, loses nothing that was acknowledged, and heavens up goes on by itself when there is room', async () => {
    const data = path.join(disk, 'data')
    up = await supervise('up', ['up', '--port', '0', '--data', data, '--replay', ...oracle.files, '--speed', '100'], {}, /at http:/)
    const full = performance.now()
    await until(async () => up!.output(), (said) => /\[store-full\]/.test(said), 60)
    console.log(`full disk: said after ${((performance.now() - full) / 1000).toFixed(1)} s`)
    // Several tries without room.
    await sleep(7000)
    expect(up.process().exitCode, up.output()).toBe(null)
    const before = await acknowledged(data)
    expect(before.length).toBeGreaterThan(10)
    const url = up.output().match(/at (http:\/\/127\.0\.0\.1:\d+)/)![1]!
    expect((await fetch(`${url}/api/v1/status`)).status).toBe(200)
    await run('mount', ['-o', 'remount,size=500m', disk])
    const room = performance.now()
    const stores = await openEmbeddedStores(data)
    const { next } = await stores.log.bounds(TOPIC)
    await until(async () => (await stores.log.bounds(TOPIC)).next, (now) => now > next, 30)
    console.log(`full disk: ${((performance.now() - room) / 1000).toFixed(1)} s from room to new telemetry`)
    await until(() => allPlayed(stores), (played) => played, 90)
    await until(async () => ((await (await fetch(`${url}/api/v1/status`)).json()) as { streams: { ended: boolean }[] }).streams, (streams) => streams.length === 1 && streams[0]!.ended, 60)
    expect(await contradictions(stores)).toEqual([])
    await stores.close()
    expect((await acknowledged(data)).slice(0, before.length)).toEqual(before)
    expect((await heavens('digest', '--data', data, '--json')).stdout).toBe(oracle.digest)
  })
})
