import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Product } from '@heavens/schemas'
import { expect, it, onTestFinished } from 'vitest'
import { productFolder } from './product-folder.js'
import { productWriter } from './product-writer.js'

async function temporary(): Promise<string> {
  const root = await mkdtemp(path.join(tmpdir(), 'heavens-writer-'))
  onTestFinished(() => rm(root, { recursive: true }))
  return root
}

const entry = (name: string): Pick<Product, 'path' | 'kind' | 'instrument'> => ({ path: name, kind: 'preview', instrument: 'one' })

it('shows products in the order in which they were made, each when it is on disk', async () => {
  const root = await temporary()
  const shown: { path: string; there: Promise<Uint8Array> }[] = []
  const writer = productWriter(productFolder(root), (product) => shown.push({ path: product.path, there: readFile(path.join(root, product.path)) }), () => 0)
  const names = Array.from({ length: 30 }, (_, i) => `${i % 3}/${i}.png`)
  // The first ones are the largest: they take longest.
  for (const [i, name] of names.entries()) await writer.put(entry(name), new Uint8Array(1 + 200_000 * Math.max(0, 5 - i)).fill(i))
  await writer.putJson('note.json', { a: 1 })
  await writer.written()
  expect(shown.map((one) => one.path)).toEqual(names)
  expect(writer.products.map((product) => product.path)).toEqual(names)
  for (const [i, { there }] of shown.entries()) {
    const bytes = await there
    expect([bytes[0], bytes.length]).toEqual([i, writer.products[i]!.bytes])
  }
  expect(JSON.parse(await readFile(path.join(root, 'note.json'), 'utf8'))).toEqual({ a: 1 })
})

it('waits for the disk where nothing was shown for some time', async () => {
  const root = await temporary()
  const shown: string[] = []
  let clock = 0
  const writer = productWriter(productFolder(root), (product) => shown.push(product.path), () => clock)
  await writer.put(entry('a.png'), new Uint8Array(1))
  expect(shown).toEqual([])
  clock = 1000
  await writer.put(entry('b.png'), new Uint8Array(1))
  expect(shown).toEqual(['a.png', 'b.png'])
})

it('tells of a file that cannot be written, and shows nothing from there on', async () => {
  const root = await temporary()
  await writeFile(path.join(root, 'file'), '')
  const shown: string[] = []
  const writer = productWriter(productFolder(root), (product) => shown.push(product.path), () => 0)
  for (const name of ['a.png', 'file/b.png', 'c.png']) await writer.put(entry(name), new Uint8Array(10))
  await writer.settled()
  await expect(writer.written()).rejects.toThrow(/ENOTDIR|EEXIST/)
  expect(shown).toEqual(['a.png'])
})
