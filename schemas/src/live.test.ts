import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { CHANNELS, ClientMessage, ServerMessage, serverMessageExamples } from './live.js'

describe('a message of a client', () => {
  it.each<[string, unknown]>([
    ['no type', { channel: 'candidates' }],
    ['a type that is not known', { type: 'publish', channel: 'candidates' }],
    ['a negative since', { type: 'subscribe', channel: 'candidates', since: -1 }],
    ['a since between two numbers', { type: 'subscribe', channel: 'candidates', since: 1.5 }],
    ['a filter that is nested', { type: 'subscribe', channel: 'curves', filter: { width: { min: 1 } } }],
    ['a ping without its time', { type: 'ping' }],
    ['a list of messages', [{ type: 'ping', at: 1 }]],
  ])('with %s is refused', (_, message) => {
    expect(ClientMessage.safeParse(message).success).toBe(false)
  })
})

describe('a message of the server', () => {
  it('has an example of each type', () => {
    const single = ServerMessage.options.flatMap((option): z.ZodObject[] => ('options' in option ? option.options : [option]))
    const unexampled = single.filter((option) => !serverMessageExamples.some((message) => option.safeParse(message).success))
    expect(unexampled.map((option) => z.toJSONSchema(option))).toEqual([])
    expect(serverMessageExamples.length).toBe(single.length)
  })

  // A union discriminated by type alone threw on every message, as `snapshot` and `record` occur once per channel.
  it('is told apart by type and channel together', () => {
    for (const type of ['snapshot', 'record']) {
      const channels = serverMessageExamples.filter((message) => message.type === type).map((message) => ('channel' in message ? message.channel : ''))
      expect(channels.sort()).toEqual(['candidates', 'jobs', 'status'])
    }
    for (const message of serverMessageExamples) expect(ServerMessage.parse(message)).toEqual(message)
  })

  it('does not carry a record of one channel on another', () => {
    const candidate = serverMessageExamples.find((message) => message.type === 'record' && message.channel === 'candidates')!
    expect(ServerMessage.safeParse({ ...candidate, channel: 'jobs' }).success).toBe(false)
    expect(ServerMessage.safeParse({ ...candidate, channel: 'weather' }).success).toBe(false)
  })
})

it('never conflates candidates and jobs', () => {
  expect(CHANNELS).toMatchObject({ candidates: 'lossless', jobs: 'lossless' })
})
