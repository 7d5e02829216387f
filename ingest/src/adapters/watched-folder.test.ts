import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { watchFolder } from './watched-folder.js'

let folder: string
let stop: AbortController

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'heavens-watched-'))
  stop = new AbortController()
})
afterEach(async () => {
  stop.abort()
  await rm(folder, { recursive: true, force: true })
})

/** Watch the folder; answers the batches as they grow. */
function watched(): { batches: string[][]; done: Promise<void> } {
  const batches: string[][] = []
  const done = watchFolder(folder, { settled: 300, signal: stop.signal, onFiles: async (files) => void batches.push(files.map((f) => path.basename(f))), onError: (error) => { throw error } })
  return { batches, done }
}

async function until(what: () => boolean): Promise<void> {
  for (const end = Date.now() + 15_000; !what() && Date.now() < end; ) await new Promise((resolve) => setTimeout(resolve, 50))
}

describe('a watched folder', () => {
  it('hands over together what settles together, and nothing that is not FITS', async () => {
    const { batches } = watched()
    for (const name of ['b.fit', 'a.fits.gz', 'notes.txt', 'c.rsp2']) await writeFile(path.join(folder, name), 'x')
    await until(() => batches.length > 0)
    expect(batches).toEqual([['a.fits.gz', 'b.fit', 'c.rsp2']])
  })

  it('offers a file again when it changes', async () => {
    const { batches } = watched()
    await writeFile(path.join(folder, 'a.fits'), 'x')
    await until(() => batches.length === 1)
    await appendFile(path.join(folder, 'a.fits'), 'y')
    await until(() => batches.length === 2)
    expect(batches).toEqual([['a.fits'], ['a.fits']])
  })

  it('ends when it is told to', async () => {
    const { done, batches } = watched()
    stop.abort()
    await done
    expect(batches).toEqual([])
  })
})
