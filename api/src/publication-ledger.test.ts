import { streamHealthExample } from '@heavens/schemas'
import { expect, it } from 'vitest'
import { createPublicationLedger } from './publication-ledger.js'

const AT = 1_764_000_000_000
const { instrument, run } = streamHealthExample

it('adds the last stage to the health of a stream, and leaves the others as they are', () => {
  const ledger = createPublicationLedger(() => AT)
  expect(ledger.complete(streamHealthExample)).toEqual(streamHealthExample)
  ledger.note({ instrument, run: 'another' }, AT - 9000)
  for (const waited of [20, 30, 40]) ledger.note({ instrument, run }, AT - waited)
  const { stages } = ledger.complete(streamHealthExample)
  expect(stages.map((s) => s.stage)).toEqual(['processing', 'publication'])
  expect(stages[1]).toMatchObject({ recent: { blocks: 3 }, skewed: 0 })
  expect(stages[1]!.sum).toBeCloseTo(0.09)
})

it('says that the clock of the log is ahead of this one', () => {
  const ledger = createPublicationLedger(() => AT)
  ledger.note({ instrument, run }, AT + 60_000)
  expect(ledger.complete(streamHealthExample).stages.at(-1)).toMatchObject({ stage: 'publication', skewed: 1, ahead: 60, sum: 0 })
})
