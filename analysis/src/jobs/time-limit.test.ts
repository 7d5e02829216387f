import { setTimeout as wait } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { timeLimit } from './time-limit.js'

it('says once that time is over, by the limit as it is then', async () => {
  let limit: number | undefined
  let over = 0
  const watch = timeLimit(() => limit, () => over++)
  await wait(30)
  limit = 0.02
  expect(over).toBe(0)
  watch.look()
  watch.look()
  expect(over).toBe(1)
  watch.end()
})

it('says nothing after the end, and waits for longer where it is given more', async () => {
  let limit = 0.03
  let over = 0
  const watch = timeLimit(() => limit, () => over++)
  limit = 60
  await wait(60)
  expect(over).toBe(0)
  limit = 0.07
  watch.look()
  watch.end()
  await wait(30)
  expect(over).toBe(0)
})
