import fc from 'fast-check'
import { expect, it } from 'vitest'
import { isCompacted, streamOfTopic, telemetryTopic, TOPICS } from './topics.js'

it('names the topic of a run; the main run has the short name', () => {
  expect(telemetryTopic({ instrument: 'fermi-gbm', run: 'main' })).toBe('heavens.telemetry.fermi-gbm')
  expect(telemetryTopic({ instrument: 'fermi-gbm', run: 'replay-2' })).toBe('heavens.telemetry.fermi-gbm.replay-2')
})

it('finds the stream again from its topic, whatever dots a run has', () => {
  const id = fc.stringMatching(/^[a-z0-9-]{1,20}$/)
  const run = fc.stringMatching(/^[a-z0-9-]{1,10}(\.[a-z0-9-]{1,10})?$/)
  fc.assert(fc.property(id, run, (instrument, r) => {
    expect(streamOfTopic(telemetryTopic({ instrument, run: r }))).toEqual({ instrument, run: r })
  }), { seed: 20261123 })
})

it.each([...Object.values(TOPICS), 'heavens.telemetry', 'other.telemetry.x', ''])('finds no stream in %s', (topic) => {
  expect(streamOfTopic(topic)).toBeUndefined()
})

it('keeps every record of telemetry and of dead letters, and the last of each key elsewhere', () => {
  expect(isCompacted(telemetryTopic({ instrument: 'fermi-lat', run: 'main' }))).toBe(false)
  expect(Object.values(TOPICS).filter((topic) => !isCompacted(topic))).toEqual([TOPICS.deadletter, TOPICS.raw])
})

it('gives every topic a name of its own under heavens.', () => {
  const names = Object.values(TOPICS)
  expect(new Set(names).size).toBe(names.length)
  for (const name of names) expect(name).toMatch(/^heavens\.[a-z]+$/)
})
