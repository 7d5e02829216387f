import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ttFromUnix } from '@heavens/science/time'
import { findInstrument } from '@heavens/instruments'
import { openEmbeddedStores, type Stores } from '@heavens/storage'
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

  /** Fly until the watermark stands `FLIGHT` beyond `from`, then stop at once, as who is killed: what was not on the log is gone. */
  async function fly(from: number): Promise<number> {
    const now = (): number => ttFromUnix(Date.now())
    const plan = await missionPlan(stores.log, { scenario: 'ngc4845', seed: 7, speed: SPEED, now: now() })
    const stop = new AbortController()
    const flying = flySimulatedMission({ stores, instruments: [findInstrument('fermi-lat')], sky: plan.sky, now, liveStart: plan.liveStart, history: () => 30, speed: SPEED, signal: stop.signal, log: () => undefined })
    let reached = NaN
    for (const end = performance.now() + 20_000; !(reached >= from + FLIGHT) && performance.now() < end; await sleep(20)) reached = (await lastWatermark(stores.log, STREAM))?.time ?? NaN
    stop.abort()
    await flying
    return reached
  }

  it('gets further however often it is interrupted', async () => {
    const first = await fly(-Infinity)
    const second = await fly(first)
    const third = await fly(second)
    expect([second - first >= FLIGHT, third - second >= FLIGHT]).toEqual([true, true])
  })
})
