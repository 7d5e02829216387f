import { mkdir, readdir, readFile, rename, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { HeavensError } from '@heavens/schemas'
import { syncFolder, writeWhole } from '../../files/durable-files.js'

/** Lines that wait on disk for a server that is away, in the order in which they came. */
export interface Spool {
  bytes(): number
  pieces(): number
  /** On disk when it resolves. Throws store-full when the bound is reached. */
  add(lines: readonly string[]): Promise<void>
  /** The lines of the first pieces, in order: one piece at least, further ones while they fit into `most` bytes. */
  first(most: number): Promise<{ pieces: number; lines: string[] }>
  /** The first pieces have arrived: they are gone for good when it resolves. */
  remove(pieces: number): Promise<void>
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
    async first(bytes) {
      let pieces = 1
      for (let sum = waiting[0]!.bytes; pieces < waiting.length; pieces++) if ((sum += waiting[pieces]!.bytes) > bytes) break
      const texts = await Promise.all(waiting.slice(0, pieces).map(({ name }) => readFile(join(folder, name), 'utf8')))
      return { pieces, lines: texts.flatMap((text) => text.split('\n')) }
    },
    async remove(pieces) {
      const gone = waiting.slice(0, pieces)
      await Promise.all(gone.map(({ name }) => unlink(join(folder, name))))
      // A piece that comes back after a power cut would be sent again, over what is newer.
      await syncFolder(folder)
      waiting.splice(0, pieces)
      total -= gone.reduce((sum, { bytes }) => sum + bytes, 0)
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
