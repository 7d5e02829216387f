import { HeavensError } from '@heavens/schemas'
import { damaged, truncated } from './damage.js'
import { dataLength, hduKind } from './data-length.js'
import { BLOCK, findEnd, latin1, parseHeader } from './parse-header.js'
import type { ByteSource, FitsFile, FitsHdu } from './types.js'

/** Bytes of a header asked for at once, and the largest header believed (a real one seldom has 100 blocks). */
const STEP = 4 * BLOCK
const LARGEST_HEADER = 10_000 * BLOCK

/**
 * Opens a FITS file: reads every header, no data.
 *
 * Throws fits-not-fits (does not begin with SIMPLE = T), fits-truncated (ends inside a header or inside announced data),
 * fits-damaged (something else than a header between HDUs, impossible mandatory keywords). A missing last padding is let pass.
 */
export async function openFits(source: ByteSource, name: string): Promise<FitsFile> {
  const hdus: FitsHdu[] = []
  let offset = 0
  while (offset < source.size) {
    const bytes = await headerBytes(source, name, offset, hdus.length)
    if (bytes === undefined) break
    const hdu = describeHdu(bytes.subarray(0, bytes.end), name, hdus.length, offset)
    const { dataOffset, dataLength: length } = hdu
    if (dataOffset + length > source.size) {
      throw truncated(name, `the data of ${whereIs(hdu.index, hdu.name)} end at byte ${dataOffset + length}, the file at ${source.size}`)
    }
    hdus.push(hdu)
    offset = dataOffset + Math.ceil(length / BLOCK) * BLOCK
  }
  if (hdus.length === 0) throw new HeavensError('fits-not-fits', { file: name, reason: 'it is empty' })
  return { name, source, hdus, hdu: wanted => hdus.find(hdu => hdu.name.toUpperCase() === wanted.trim().toUpperCase()) }
}

/** The whole HDU from its header's cards (without END and padding) at a byte offset of the file. */
export function describeHdu(cards: Uint8Array, file: string, index: number, offset: number): FitsHdu {
  const header = parseHeader(cards, file, whereIs(index))
  const name = header.string('EXTNAME', '').trim()
  const length = dataLength(header, file, whereIs(index, name))
  // END takes one card more.
  const dataOffset = offset + Math.ceil((cards.length + 80) / BLOCK) * BLOCK
  return { index, name: name === '' && index === 0 ? 'PRIMARY' : name, kind: hduKind(header, index), header, dataOffset, dataLength: length }
}

function whereIs(index: number, name = ''): string {
  return name === '' ? `HDU ${index}` : `HDU ${index} (${name})`
}

type HeaderBytes = Uint8Array & { end: number }

/** All blocks of a header with the place of its END; undefined where only padding is left behind the last HDU. */
async function headerBytes(source: ByteSource, name: string, offset: number, index: number): Promise<HeaderBytes | undefined> {
  let bytes = new Uint8Array(0)
  for (let scanned = 0; ; ) {
    const step = Math.max(STEP, bytes.length)
    const more = await source.read(offset + bytes.length, step)
    if (bytes.length === 0 && !beginsHdu(more, name, offset, index)) return undefined
    const joined = new Uint8Array(bytes.length + more.length)
    joined.set(bytes)
    joined.set(more, bytes.length)
    bytes = joined
    const end = findEnd(bytes.subarray(scanned), name, offset + scanned)
    if (end >= 0) return Object.assign(bytes, { end: scanned + end })
    if (more.length < step) throw truncated(name, `it ends inside the header of ${whereIs(index)}`)
    scanned = bytes.length
    if (scanned > LARGEST_HEADER) throw damaged(name, `the header of ${whereIs(index)} has no END in ${scanned} bytes`)
  }
}

function beginsHdu(bytes: Uint8Array, name: string, offset: number, index: number): boolean {
  const first = latin1(bytes, 0, Math.min(30, bytes.length))
  if (index === 0) {
    if (/^SIMPLE {2}= +T/.test(first)) return true
    throw new HeavensError('fits-not-fits', { file: name, reason: `it begins with ${JSON.stringify(first.slice(0, 10))}, not with SIMPLE = T` })
  }
  if (first.startsWith('XTENSION=')) return true
  if (bytes.length === 0) throw truncated(name, `nothing could be read from byte ${offset} on`)
  // Some writers fill the last record up with zeros or blanks, beyond what the standard asks.
  if (bytes.every(byte => byte === bytes[0]) && (bytes[0] === 0 || bytes[0] === 32)) return false
  throw damaged(name, `at byte ${offset}, behind HDU ${index - 1}, stands something that is not a header`)
}
