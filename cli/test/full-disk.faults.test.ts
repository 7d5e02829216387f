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
import { endAll, supervise, until, type Supervised } from './faults/chaos.js'
import { makeOracle, type Oracle } from './faults/oracle.js'
import { heavens, temporaryFolder } from './heavens.js'

const run = promisify(execFile)
const TOPIC = telemetryTopic({ instrument: 'fermi-gbm', run: 'main' })

const { folder, remove } = await temporaryFolder()
/** A disk of our own, smaller than what is to come. */
async function smallDisk(name: string): Promise<string> {
  await mkdir(path.join(folder, name))
  await run('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', path.join(folder, name)])
  return path.join(folder, name)
}
let disk = ''
let small = ''
const refused = await smallDisk('disk').then(async (made) => {
  disk = made
  small = await smallDisk('small')
}).then(() => undefined, (error: Error) => error.message.trim())
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
  const roles: Supervised[] = []
  beforeAll(async () => {
    oracle = await makeOracle(folder)
  })
  afterAll(async () => {
    try {
      await endAll([...(up ? [up] : []), ...roles])
    } finally {
      if (refused === undefined) for (const one of [disk, small]) await run('umount', ['-l', one])
      await remove()
    }
  })

  it.skipIf(refused !== undefined)('is said, loses nothing that was acknowledged, and heavens up goes on by itself when there is room', async () => {
    const data = path.join(disk, 'data')
    up = await supervise('up', ['up', '--port', '0', '--data', data, '--replay', ...oracle.files, '--speed', '100'], {}, /at http:/)
    const full = performance.now()
    await until(async () => up!.output(), (said) => /\[store-full\]/.test(said), 60)
    console.log(`full disk: said after ${((performance.now() - full) / 1000).toFixed(1)} s`)
    // Several tries without room.
    await sleep(5000)
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

  it.skipIf(refused !== undefined)('lets roles that run as processes of their own wait, not ready, and go on when there is room', async () => {
    const data = path.join(small, 'data')
    const ports = { process: 8797, ingest: 8798 }
    const begin = async (name: 'process' | 'ingest', ...args: string[]): Promise<void> => {
      roles.push(await supervise(name, [name, ...args], { HEAVENS_DATA_DIR: data, HEAVENS_LOG: 'embedded', HEAVENS_CURVES: 'embedded', HEAVENS_ARCHIVE: 'files', HEAVENS_HEALTH_PORT: String(ports[name]) }, new RegExp(`${name} 1 begins`)))
    }
    const ready = async (name: 'process' | 'ingest'): Promise<{ status: number; body: string }> => {
      const answer = await fetch(`http://127.0.0.1:${ports[name]}/readyz`)
      return { status: answer.status, body: await answer.text() }
    }
    await begin('process')
    await begin('ingest', '--replay', ...oracle.files, '--speed', '100')
    expect((await ready('ingest')).status).toBe(200)
    await until(async () => [await ready('process'), await ready('ingest')], (both) => both.every((one) => one.status === 503 && one.body.includes('No space is left')), 60)
    // Several tries without room: not once it says that it is ready.
    for (const end = performance.now() + 5000; performance.now() < end; await sleep(100)) expect(await ready('ingest')).toMatchObject({ status: 503 })
    expect(roles.map((one) => one.process().exitCode)).toEqual([null, null])
    await run('mount', ['-o', 'remount,size=500m', small])
    await until(async () => roles[1]!.output().includes('all files have been played'), (played) => played, 90)
    const stores = await openEmbeddedStores(data)
    await until(() => allPlayed(stores), (played) => played, 30)
    await until(async () => [await ready('process'), await ready('ingest')], (both) => both.every((one) => one.status === 200), 30)
    await until(async () => (await heavens('digest', '--data', data, '--json')).stdout === oracle.digest, (same) => same, 60)
    expect(await contradictions(stores)).toEqual([])
    await stores.close()
  })
})
