import { mkdir, readdir, readFile, rename, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { HeavensError } from '@heavens/schemas'
import { syncFolder, writeWhole } from '../../files/durable-files.js'

/** Lines that wait on disk for a server that is away, in the order in which they came. */
export interface Spool {
  bytes(): number
  pieces(): number
  /** One piece, of one owner, on disk when it resolves. Throws store-full when the bound is reached. */
  add(lines: readonly string[], owner?: string): Promise<void>
  /** The lines of the first pieces, in order: one piece at least, further ones while they fit into `most` bytes. */
  first(most: number): Promise<{ pieces: readonly Piece[]; lines: string[] }>
  /** These pieces have arrived, or are not ours to send any more: they are gone for good when it resolves. */
  remove(pieces: readonly Piece[]): Promise<void>
  /** Pieces of owners that fit. */
  of(fits: (owner: string) => boolean): Piece[]
  /** Take the first piece out of the row and keep its bytes under another name; answers that name. */
  setAside(): Promise<string>
}

export interface Piece {
  name: string
  bytes: number
  /** undefined where an earlier process has left it */
  owner?: string
}

/** Open the spool in a folder of its own with what an earlier process left there. `most`: bytes. */
export async function openSpool(folder: string, most: number): Promise<Spool> {
  await mkdir(folder, { recursive: true })
  let waiting: Piece[] = []
  for (const name of (await readdir(folder)).filter((one) => /^\d{12}\.lines$/.test(one)).sort()) waiting.push({ name, bytes: (await stat(join(folder, name))).size })
  let next = waiting.length === 0 ? 0 : Number(waiting.at(-1)!.name.slice(0, 12)) + 1
  let total = waiting.reduce((sum, { bytes }) => sum + bytes, 0)
  return {
    bytes: () => total,
    pieces: () => waiting.length,
    async add(lines, owner) {
      const text = new TextEncoder().encode(lines.join('\n'))
      if (total + text.length > most) throw new HeavensError('store-full', { what: 'light curves that wait for InfluxDB', reason: `${total} bytes wait already, and at most ${most} may (HEAVENS_INFLUX_SPOOL_BYTES)` })
      const name = `${String(next++).padStart(12, '0')}.lines`
      await writeWhole(join(folder, name), text, 'light curves that wait for InfluxDB')
      waiting.push({ name, bytes: text.length, ...(owner === undefined ? {} : { owner }) })
      total += text.length
    },
    async first(bytes) {
      let pieces = 1
      for (let sum = waiting[0]!.bytes; pieces < waiting.length; pieces++) if ((sum += waiting[pieces]!.bytes) > bytes) break
      const some = waiting.slice(0, pieces)
      const texts = await Promise.all(some.map(({ name }) => readFile(join(folder, name), 'utf8')))
      return { pieces: some, lines: texts.flatMap((text) => text.split('\n')) }
    },
    async remove(pieces) {
      const held = new Set(waiting)
      const gone = pieces.filter((piece) => held.has(piece))
      if (gone.length === 0) return
      await Promise.all(gone.map(({ name }) => unlink(join(folder, name))))
      // A piece that comes back after a power cut would be sent again, over what is newer.
      await syncFolder(folder)
      const names = new Set(gone.map(({ name }) => name))
      waiting = waiting.filter(({ name }) => !names.has(name))
      total -= gone.reduce((sum, { bytes }) => sum + bytes, 0)
    },
    of: (fits) => waiting.filter(({ owner }) => owner !== undefined && fits(owner)),
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
