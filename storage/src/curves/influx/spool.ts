import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { HeavensError } from '@heavens/schemas'
import { writeWhole } from '../../files/durable-files.js'

/** Lines that wait on disk for a server that is away, in the order in which they came. */
export interface Spool {
  bytes(): number
  pieces(): number
  /** On disk when it resolves. Throws store-full when the bound is reached. */
  add(lines: readonly string[]): Promise<void>
  /** Hand the pieces to `send` in order, each removed when `send` has resolved. Ends when all are gone; throws what `send` throws. */
  drain(send: (lines: string[]) => Promise<void>): Promise<void>
  /** Take the first piece out of the row and keep its bytes under another name; answers that name. */
  setAside(): Promise<string>
}

/** Open the spool in a folder of its own with what an earlier process left there. `most`: bytes. */
export async function openSpool(folder: string, most: number): Promise<Spool> {
  await mkdir(folder, { recursive: true })
  const waiting: { name: string; bytes: number }[] = []
  for (const name of (await readdir(folder)).filter((one) => /^\d{12}\.lines$/.test(one)).sort()) waiting.push({ name, bytes: (await stat(join(folder, name))).size })
  let next = waiting.length === 0 ? 0 : Number(waiting.at(-1)!.name.slice(0, 12)) + 1
  let total = waiting.reduce((sum, { bytes }) => sum + bytes, 0)
  return {
    bytes: () => total,
    pieces: () => waiting.length,
    async add(lines) {
      const text = new TextEncoder().encode(lines.join('\n'))
      if (total + text.length > most) throw new HeavensError('store-full', { what: 'light curves that wait for InfluxDB', reason: `${total} bytes wait already, and at most ${most} may (HEAVENS_INFLUX_SPOOL_BYTES)` })
      const name = `${String(next++).padStart(12, '0')}.lines`
      await writeWhole(join(folder, name), text, 'light curves that wait for InfluxDB')
      waiting.push({ name, bytes: text.length })
      total += text.length
    },
    async drain(send) {
      for (let first = waiting[0]; first; first = waiting[0]) {
        await send((await readFile(join(folder, first.name), 'utf8')).split('\n'))
        await rm(join(folder, first.name))
        waiting.shift()
        total -= first.bytes
      }
    },
    async setAside() {
      const first = waiting[0]!
      const aside = join(folder, `${first.name}.refused`)
      await rename(join(folder, first.name), aside)
      waiting.shift()
      total -= first.bytes
      return aside
    },
  }
}
