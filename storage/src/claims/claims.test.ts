import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { TOPICS } from '@heavens/schemas'
import { openTemporaryStores } from '../conformance/temporary-stores.js'
import type { Log } from '../log/log.js'
import { openClaims, type Claims } from './claims.js'

const LEASE = 400
let temporary: Awaited<ReturnType<typeof openTemporaryStores>>
let opened: Claims[]
const errors: unknown[] = []

beforeEach(async () => {
  temporary = await openTemporaryStores()
  opened = []
})
afterEach(async () => {
  for (const claims of opened) await claims.close()
  await temporary.destroy()
  if (errors.length > 0) throw errors.splice(0)[0]
})

function claims(owner: string, log: Log = temporary.stores.log): Claims {
  const one = openClaims({ log, owner, lease: LEASE, failed: (error) => errors.push(error) })
  opened.push(one)
  return one
}

/** A claim that nobody renews, as a process on another machine that died leaves it. */
async function foreign(unit: string, owner: string): Promise<void> {
  const value = new TextEncoder().encode(JSON.stringify({ unit, owner, host: 'elsewhere', pid: 1, born: 0 }))
  await temporary.stores.log.append(TOPICS.claims, [{ key: `${unit} ${owner}`, value }])
}

it('gives a unit to one of many that want it at once', async () => {
  const many = Array.from({ length: 6 }, (_, i) => claims(`p${i}`))
  const taken = await Promise.all(many.map((one) => one.take('process/x')))
  expect(taken.filter((claim) => claim?.holds())).toHaveLength(1)
})

it('keeps a unit for as long as it is renewed, and gives it on when it is released', async () => {
  const [a, b] = [claims('a'), claims('b')]
  const claim = await a.take('job/1')
  await sleep(3 * LEASE)
  expect(claim!.holds()).toBe(true)
  expect(await b.take('job/1')).toBeUndefined()
  await claim!.release()
  expect(claim!.holds()).toBe(false)
  expect((await b.take('job/1'))?.holds()).toBe(true)
})

it('takes over from a holder that is silent for a lease, not before', async () => {
  await foreign('job/2', 'dead')
  const a = claims('a')
  expect(await a.take('job/2')).toBeUndefined()
  await sleep(LEASE + 50)
  expect((await a.take('job/2'))?.holds()).toBe(true)
})

it('takes over at once from a process of this machine that is not there', async () => {
  const { hostname } = await import('node:os')
  const value = new TextEncoder().encode(JSON.stringify({ unit: 'job/3', owner: 'killed', host: hostname(), pid: 2 ** 30, born: 0 }))
  await temporary.stores.log.append(TOPICS.claims, [{ key: 'job/3 killed', value }])
  expect((await claims('a').take('job/3'))?.holds()).toBe(true)
})

it('is lost, and says so, when the log takes no renewal for a lease', async () => {
  let broken = false
  const log = { ...temporary.stores.log, append: (...args: Parameters<Log['append']>) => (broken ? new Promise<never>(() => undefined) : temporary.stores.log.append(...args)) }
  const claim = (await claims('a', log).take('job/4'))!
  broken = true
  await sleep(LEASE + 50)
  expect(claim.holds()).toBe(false)
  await sleep(LEASE / 4)
  expect(claim.lost.aborted).toBe(true)
  expect((await claims('b').take('job/4'))?.holds()).toBe(true)
  broken = false
})

it('lets nobody be deceived by a claim that came too early, also one that reads the log later', async () => {
  const a = claims('a')
  const claim = (await a.take('job/5'))!
  await foreign('job/5', 'hasty')
  await sleep(LEASE / 2)
  const late = claims('late')
  expect(await late.take('job/5')).toBeUndefined()
  expect(claim.holds()).toBe(true)
  await sleep(LEASE)
  expect(late.holder('job/5')).toBe('a')
})
