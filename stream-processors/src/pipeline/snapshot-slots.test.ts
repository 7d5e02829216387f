import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { deserialize, serialize } from 'node:v8'
import { TOPICS } from '@heavens/schemas'
import { openEmbeddedStores, type Stores } from '@heavens/storage'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { counter } from '../testing/streams.js'
import { loadSnapshot, storeSnapshot } from './snapshot-slots.js'
import { captureState, createStreamState, snapshotBytes, type CapturedState } from './stream-state.js'

const stream = { instrument: 'counter', run: 'main' }
let folder: string
let stores: Stores
let said: string[]

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'heavens-snapshots-'))
  stores = await openEmbeddedStores(folder)
  said = []
})
afterEach(async () => {
  await stores.close()
  await rm(folder, { recursive: true, force: true })
})

const load = (): ReturnType<typeof loadSnapshot> => loadSnapshot(stores.log, counter, stream, (sentence) => void said.push(sentence))

function stateAt(events: number, offset: number): CapturedState {
  const state = createStreamState(counter, stream)
  state.curves.events = events
  return captureState(counter, state, offset)
}

/** Put these bytes where the newest snapshot is. */
async function replaceNewest(change: (bytes: Uint8Array) => Uint8Array): Promise<void> {
  const newest = (await stores.log.latest(TOPICS.snapshots)).at(-1)!
  await stores.log.append(TOPICS.snapshots, [{ key: newest.key, value: change(newest.value) }])
}

function damaged(bytes: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(bytes)
  copy[100]! ^= 1
  return copy
}

describe('snapshots', () => {
  it('begin at the beginning where there is none', async () => {
    expect((await load()).found).toBeUndefined()
    expect(said).toEqual([])
  })

  it('are kept two at a time, and the newest is taken up', async () => {
    const { slots } = await load()
    for (const offset of [10, 20, 30]) await storeSnapshot(stores.log, slots, stateAt(offset * 7, offset))
    expect((await stores.log.latest(TOPICS.snapshots)).map((r) => r.key)).toEqual(['counter/main/1', 'counter/main/0'])
    const { found, slots: again } = await load()
    expect([found!.offset, found!.state.curves.events]).toEqual([30, 210])
    // The next goes over the older one.
    await storeSnapshot(stores.log, again, stateAt(280, 40))
    await replaceNewest(damaged)
    expect((await load()).found!.offset).toBe(30)
  })

  it('where the newest is damaged, go on from the one before it, say so, and put the next over the damaged one', async () => {
    const { slots } = await load()
    await storeSnapshot(stores.log, slots, stateAt(70, 10))
    await storeSnapshot(stores.log, slots, stateAt(140, 20))
    await replaceNewest(damaged)
    const { found, slots: again } = await load()
    expect([found!.offset, found!.state.curves.events]).toEqual([10, 70])
    expect(said).toEqual(['counter/main/1: the snapshot is not used, as its checksum does not fit; trying the one before it'])
    await storeSnapshot(stores.log, again, stateAt(210, 30))
    await replaceNewest((bytes) => bytes.subarray(0, 20))
    expect((await load()).found!.offset).toBe(10)
  })

  it('of another version are refused with a sentence, and all is processed again', async () => {
    const { slots } = await load()
    await storeSnapshot(stores.log, slots, stateAt(70, 10))
    await replaceNewest((bytes) => {
      const body = serialize({ ...(deserialize(bytes.subarray(32)) as object), version: 2 })
      return Buffer.concat([createHash('sha256').update(body).digest(), body])
    })
    expect((await load()).found).toBeUndefined()
    expect(said).toEqual([expect.stringMatching(/^counter\/main\/0: the snapshot is not used, as it was made by another version of the processors \(2, now \d+\); processing again from the beginning of the log$/)])
  })

  it('under the single key of older code are still found', async () => {
    await stores.log.append(TOPICS.snapshots, [{ key: 'counter/main', value: await snapshotBytes(stateAt(70, 10)) }])
    const { found, slots } = await load()
    expect(found!.offset).toBe(10)
    await storeSnapshot(stores.log, slots, stateAt(140, 20))
    expect((await load()).found!.offset).toBe(20)
  })
})
