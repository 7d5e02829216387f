import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, it } from 'vitest'
import { TOPICS } from '@heavens/schemas'
import { openEmbeddedStores } from '@heavens/storage'
import { encodePacket, SEGMENT } from './adapters/space-packets.js'
import { keepDeadLetter, keepDeadLetters, type DeadLetter } from './dead-letters.js'
import { readDeadLetter } from './read-dead-letters.js'
import { retryDeadLetter, retryOutcomes } from './retry-dead-letter.js'

it('brings blocks, packets and files in again by the way they came, and remembers what came of it', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'heavens-retry-test-'))
  const stores = await openEmbeddedStores(path.join(folder, 'data'))
  const { log } = stores
  const now = new Date('2026-11-27T12:00:00Z')
  try {
    const letter = (more: Partial<DeadLetter>, size: number): DeadLetter => ({ file: 'sender', code: 'undecodable', sentence: 'It was not known then.', received: now.toISOString(), size, ...more })
    const block = new TextEncoder().encode(JSON.stringify({ kind: 'watermark', time: 5, final: false, source: 'n0', sequence: 4 }))
    await keepDeadLetter(log, letter({ via: 'block', stream: { instrument: 'fermi-gbm', run: 'main' } }, block.length), block)
    const packet = encodePacket({ apid: 0x101, flags: SEGMENT.whole, count: 0, data: block })
    await keepDeadLetter(log, letter({ via: 'packets' }, packet.length + 3), Buffer.concat([Uint8Array.of(1, 2, 3), packet]))
    await keepDeadLetter(log, letter({ via: 'block', stream: { instrument: 'fermi-gbm', run: 'main' } }, 1000), block)
    const file = path.join(folder, 'letter.fits')
    await writeFile(file, 'Dear Sir or Madam')
    await keepDeadLetters(log, [{ file, code: 'fits-not-fits', sentence: 'It is not FITS.' }], now)

    const outcomes = []
    for (const offset of [0, 1, 2, 3]) outcomes.push(await retryDeadLetter(stores, await readDeadLetter(log, offset), [0x101], now))
    expect(outcomes.map((o) => o.outcome)).toEqual(['accepted', 'accepted', 'refused', 'refused'])
    expect(outcomes[2]!.sentence).toContain('of 1000 bytes were kept')
    expect(outcomes[3]!.sentence).toContain('fits-not-fits')
    const raw = []
    for await (const batch of log.read(TOPICS.raw, 0, 0, { follow: false })) raw.push(...batch.records)
    expect(raw.map((r) => r.key)).toEqual(['block/fermi-gbm/main/n0/4/watermark', null])
    expect([...raw[1]!.value]).toEqual([...packet])
    expect([...(await retryOutcomes(log)).values()]).toEqual(outcomes)
    await expect(readDeadLetter(log, 99)).rejects.toMatchObject({ code: 'not-found' })
  } finally {
    await stores.close()
    await rm(folder, { recursive: true, force: true })
  }
})
