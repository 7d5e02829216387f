import { appendFile, readdir, readFile, truncate, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { telemetryTopic } from '@heavens/schemas'
import { archiveConformance, exampleEvents, type ArchiveSubject } from '../conformance/archive-conformance.js'
import { openTemporaryStores, type TemporaryStores } from '../conformance/temporary-stores.js'
import { encodeItem } from '../codec/item-frames.js'
import { openEmbeddedStores } from '../open-embedded-stores.js'

archiveConformance('the embedded archive', async () => {
  const temporary = await openTemporaryStores({ sliceBytes: 20_000 })
  const subject = (): ArchiveSubject => ({
    log: temporary.stores.log,
    archive: temporary.stores.archive,
    reopen: async () => {
      await temporary.reopen()
      return subject()
    },
    destroy: temporary.destroy,
  })
  return subject()
})

describe('the files of the embedded archive', () => {
  const stream = { instrument: 'files', run: 'main' }
  const items = Array.from({ length: 20 }, (_, i) => ({ offset: i, item: exampleEvents(i, i) }))
  let temporary: TemporaryStores
  let folder: string
  beforeEach(async () => {
    temporary = await openTemporaryStores({ sliceBytes: 5000 })
    folder = join(temporary.folder, 'archive', 'files', 'main')
    await temporary.stores.log.append(telemetryTopic(stream), items.map(({ item }) => ({ key: null, value: encodeItem(item) })))
    await temporary.stores.archive.store(stream, items.slice(0, 18))
    await temporary.stores.archive.flush()
  })
  afterEach(() => temporary.destroy())

  async function starts(): Promise<number[]> {
    const found: number[] = []
    for await (const { item } of temporary.stores.archive.blocks(stream, -Infinity, Infinity)) if (item.kind === 'events') found.push(item.start)
    return found
  }
  const slices = async (): Promise<string[]> => (await readdir(folder)).filter((name) => name.endsWith('.arrow')).sort()
  const all = items.map(({ item }) => item.start)

  it('are several slices and a manifest that names them', async () => {
    const names = await slices()
    expect(names.length).toBeGreaterThan(2)
    const lines = (await readFile(join(folder, 'slices.jsonl'), 'utf8')).trimEnd().split('\n').map((line) => JSON.parse(line) as { file: string; sha256: string })
    expect(names.every((name) => lines.some((line) => line.file === name))).toBe(true)
    expect(await starts()).toEqual(all)
  })

  it('are believed only if the manifest names them: leftovers of a crash are ignored and removed', async () => {
    await writeFile(join(folder, '000000000018-000000000020-abc.arrow'), 'half a slice')
    await writeFile(join(folder, 'x.arrow.1.part'), 'half a file')
    await writeFile(join(folder, 'young.arrow'), 'about to be named by another process')
    const yesterday = new Date(Date.now() - 86_400_000)
    for (const name of ['000000000018-000000000020-abc.arrow', 'x.arrow.1.part']) await utimes(join(folder, name), yesterday, yesterday)
    await temporary.reopen()
    expect(await starts()).toEqual(all)
    await temporary.stores.archive.store(stream, items)
    await temporary.stores.archive.flush()
    expect((await readdir(folder)).filter((name) => name.includes('abc') || name.endsWith('.part'))).toEqual([])
    expect(await readdir(folder)).toContain('young.arrow')
    expect(await starts()).toEqual(all)
  })

  it('go on after a crash cut the last line of the manifest, wherever it was cut', async () => {
    const path = join(folder, 'slices.jsonl')
    const whole = await readFile(path)
    const lastLine = whole.lastIndexOf(10, whole.length - 2) + 1
    for (const length of [lastLine, lastLine + 1, lastLine + 40, whole.length - 1]) {
      await writeFile(path, whole)
      await truncate(path, length)
      const stores = await temporary.reopen()
      const { archived } = (await stores.archive.coverage())[0]!
      expect(archived).toBeLessThan(18)
      expect(await starts()).toEqual(all)
    }
    await temporary.stores.archive.store(stream, items)
    await temporary.stores.archive.flush()
    const stores = await temporary.reopen()
    expect((await stores.archive.coverage())[0]).toEqual({ stream, start: 0, stop: 20, events: 600, archived: 20 })
    expect(await starts()).toEqual(all)
  })

  it('are checked: a changed byte in a slice or a broken line in the manifest is store-damaged', async () => {
    const [first] = await slices()
    const bytes = await readFile(join(folder, first!))
    bytes[bytes.length >> 1]! ^= 1
    await writeFile(join(folder, first!), bytes)
    await expect(starts()).rejects.toMatchObject({ code: 'store-damaged' })
    await appendFile(join(folder, 'slices.jsonl'), 'not a line\n')
    await expect(starts()).rejects.toMatchObject({ code: 'store-damaged' })
  })

  it('join small slices: flushing after each item leaves few files', async () => {
    const other = { instrument: 'files', run: 'often' }
    const { archive, log } = temporary.stores
    await log.append(telemetryTopic(other), items.map(({ item }) => ({ key: null, value: encodeItem(item) })))
    for (const entry of items) {
      await archive.store(other, [entry])
      await archive.flush()
    }
    const often = (await readdir(join(temporary.folder, 'archive', 'files', 'often'))).filter((name) => name.endsWith('.arrow'))
    expect(often.length).toBeLessThanOrEqual(8)
    const found: number[] = []
    for await (const { offset } of archive.blocks(other, -Infinity, Infinity)) found.push(offset)
    expect(found).toEqual(items.map(({ offset }) => offset))
  })

  it('can be read while another opener of the same folder writes', async () => {
    const { archive, close } = await openEmbeddedStores(temporary.folder, { sliceBytes: 5000 })
    const found: number[] = []
    for await (const { item } of archive.blocks(stream, -Infinity, Infinity)) {
      if (item.kind === 'events') found.push(item.start)
      if (found.length === 2) {
        await temporary.stores.archive.store(stream, items)
        await temporary.stores.archive.flush()
        await temporary.stores.log.trim(telemetryTopic(stream), 20)
      }
    }
    expect(found).toEqual(all)
    await close()
  })
})
