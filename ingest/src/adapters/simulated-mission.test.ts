import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { telemetryTopic } from '@heavens/schemas'
import { ttFromUnix } from '@heavens/science/time'
import { findInstrument } from '@heavens/instruments'
import { decodeItem, openEmbeddedStores, type Stores } from '@heavens/storage'
import { lastWatermark } from '../sources-ledger.js'
import { flySimulatedMission, SIMULATED_RUN } from './simulated-mission.js'
import { missionPlan } from './mission-plan.js'

const STREAM = { instrument: 'fermi-lat', run: SIMULATED_RUN }
const SPEED = 100
/** Data seconds of one flight; at this speed photons are too few to fill a block in it. */
const FLIGHT = 60

describe('a simulated mission that runs faster than time', () => {
  let folder: string
  let stores: Stores
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'heavens-mission-'))
    stores = await openEmbeddedStores(folder)
  })
  afterEach(async () => {
    await stores.close()
    await rm(folder, { recursive: true })
  })

  /** Fly while `goesOn` says so, then stop at once; in order, or as who is killed: what was not on the log is gone. */
  async function flyWhile(goesOn: () => Promise<boolean>, history: number, inOrder: boolean): Promise<void> {
    const now = (): number => ttFromUnix(Date.now())
    const plan = await missionPlan(stores.log, { scenario: 'ngc4845', seed: 7, speed: SPEED, now: now() })
    const stop = new AbortController()
    const flying = flySimulatedMission({ stores, instruments: [findInstrument('fermi-lat')], sky: plan.sky, now, liveStart: plan.liveStart, history: () => history, speed: SPEED, signal: stop.signal, mayFinish: () => inOrder, log: () => undefined })
    for (const end = performance.now() + 20_000; (await goesOn()) && performance.now() < end; ) await sleep(20)
    stop.abort()
    await flying
  }
  /** Until the watermark stands `FLIGHT` beyond `from`. */
  async function fly(from: number): Promise<number> {
    let reached = NaN
    await flyWhile(async () => !((reached = (await lastWatermark(stores.log, STREAM))?.time ?? NaN) >= from + FLIGHT), 30, false)
    return reached
  }
  /** End of the good time that has been told. */
  async function told(): Promise<number> {
    let last = -Infinity
    for await (const batch of stores.log.read(telemetryTopic(STREAM), 0, 0, { follow: false })) {
      for (const { value } of batch.records) {
        const item = decodeItem(value)
        if (item.kind === 'gti') last = Math.max(last, item.stop.at(-1)!)
      }
    }
    return last
  }

  it('gets further however often it is interrupted', async () => {
    const first = await fly(-Infinity)
    const second = await fly(first)
    const third = await fly(second)
    expect([second - first >= FLIGHT, third - second >= FLIGHT]).toEqual([true, true])
  })

  it.each([['in order, has sent all of which it told that it was good time', true], ['at once, may have told of more than it sent, which is made again', false]] as const)('that is ended %s', async (_, inOrder) => {
    await flyWhile(async () => (await told()) === -Infinity, 20_000, inOrder)
    const reached = (await lastWatermark(stores.log, STREAM))?.time ?? -Infinity
    expect((await told()) <= reached).toBe(inOrder)
  })
})
