import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, it } from 'vitest'
import { decodeFrame, TOPICS } from '@heavens/schemas'
import { openEmbeddedStores } from '@heavens/storage'
import { ingestFiles } from './adapters/files.js'
import { keepDeadLetters, type DeadLetter } from './dead-letters.js'

it('keeps the bytes of what was refused, with the reason, and nothing of what is not there', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'heavens-dead-'))
  const stores = await openEmbeddedStores(path.join(folder, 'data'))
  try {
    const letter = path.join(folder, 'letter.fits')
    await writeFile(letter, 'Dear Sir or Madam')
    const { refused } = await ingestFiles([letter, path.join(folder, 'missing.fits')], { stores, speed: Infinity, runPrefix: 'upload' })
    expect(refused.map((r) => r.code).sort()).toEqual(['file-missing', 'fits-not-fits'])
    await keepDeadLetters(stores.log, refused, new Date('2026-11-23T20:00:00Z'))
    const kept = []
    for await (const batch of stores.log.read(TOPICS.deadletter, 0, 0, { follow: false })) kept.push(...batch.records)
    expect(kept).toHaveLength(1)
    const { header, arrays } = decodeFrame<DeadLetter>(kept[0]!.value)
    expect(header).toMatchObject({ file: letter, code: 'fits-not-fits', size: 17, received: '2026-11-23T20:00:00.000Z' })
    expect(new TextDecoder().decode(arrays['bytes'] as Uint8Array)).toBe('Dear Sir or Madam')
  } finally {
    await stores.close()
    await rm(folder, { recursive: true, force: true })
  }
})
