import { HeavensError } from '@heavens/schemas'
import { encodeChecksum, onesComplementSum } from './checksum.js'
import { BLOCK } from './parse-header.js'
import { scatterElements, zeroFor } from './scatter-bytes.js'
import { ELEMENT_BYTES, type ElementCode } from './table-columns.js'
import type { CardInput, HduInput, NumericArray } from './types.js'
import { headerBytes, writeCards } from './write-cards.js'
import { writeTable } from './write-table.js'

type ImageInput = Extract<HduInput, { kind: 'image' }>

/**
 * A FITS file: the HDUs in order, each with CHECKSUM and DATASUM; an empty primary HDU is put first where the first is a table.
 * The same input gives the same bytes: nothing is taken from a clock.
 *
 * Unsigned arrays are written by the unsigned conventions (TZERO, BZERO). A table's card may not repeat a keyword that
 * the writer sets itself. Throws `internal` for input that FITS cannot hold.
 */
export function writeFits(hdus: readonly HduInput[]): Uint8Array {
  const first = hdus[0]
  const all: readonly HduInput[] = first !== undefined && first.kind === 'image' ? hdus : [{ kind: 'image' }, ...hdus]
  const parts = all.flatMap((hdu, index) => writeHdu(hdu, index === 0, all.length > 1))
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

function writeHdu(hdu: HduInput, primary: boolean, extended: boolean): Uint8Array[] {
  const { structure, fields, data } = hdu.kind === 'image' ? writeImage(hdu, primary, extended) : writeTable(hdu)
  const name: CardInput[] = hdu.name === undefined || hdu.name === '' ? [] : [['EXTNAME', hdu.name, 'name of this extension']]
  const cards = [...structure, ...fields, ...name, ...(hdu.cards ?? [])]
  refuseRepeats(cards)
  const body = cards.flatMap(writeCards)
  if (body.some(card => card.startsWith('CONTINUE')) && !cards.some(([keyword]) => keyword === 'LONGSTRN')) {
    body.splice(structure.length, 0, ...writeCards(['LONGSTRN', 'OGIP 1.0', 'long strings go on in CONTINUE cards']))
  }
  const padded = padToBlock(data)
  const datasum = onesComplementSum(padded)
  const header = (checksum: string): Uint8Array =>
    headerBytes([...body, ...writeCards(['CHECKSUM', checksum, 'HDU checksum']), ...writeCards(['DATASUM', String(datasum), 'data unit checksum'])])
  const blank = header('0'.repeat(16))
  return [header(encodeChecksum(onesComplementSum(blank, datasum))), padded]
}

function refuseRepeats(cards: readonly CardInput[]): void {
  const seen = new Set<string>()
  for (const [keyword] of cards) {
    if (keyword === 'HISTORY' || keyword === 'COMMENT') continue
    if (seen.has(keyword) || keyword === 'CHECKSUM' || keyword === 'DATASUM' || keyword === 'END') throw new HeavensError('internal', { reason: `the FITS keyword ${keyword} is given twice` })
    seen.add(keyword)
  }
}

function writeImage(image: ImageInput, primary: boolean, extended: boolean): { structure: CardInput[]; fields: CardInput[]; data: Uint8Array<ArrayBuffer> } {
  const shape = image.shape ?? (image.values === undefined ? [] : [image.values.length])
  const values = image.values ?? new Uint8Array(0)
  const count = shape.length === 0 ? 0 : shape.reduce((product, length) => product * length, 1)
  if (count !== values.length) throw new HeavensError('internal', { reason: `an image of shape ${shape.join(' × ')} cannot have ${values.length} pixels` })
  const [code, bitpix] = pixelFormat(values)
  const zero = zeroFor(code, values)
  const data = new Uint8Array(count * ELEMENT_BYTES[code])
  scatterElements(new DataView(data.buffer), 0, code, values, 0, count, zero, image.name ?? 'of pixels')
  const start: CardInput = primary ? ['SIMPLE', true, 'FITS 4.0'] : ['XTENSION', 'IMAGE', 'image extension']
  const structure: CardInput[] = [start, ['BITPIX', bitpix, 'bits of a pixel; negative: floating point'], ['NAXIS', shape.length, 'axes']]
  shape.forEach((length, i) => structure.push([`NAXIS${i + 1}`, length]))
  if (!primary) structure.push(['PCOUNT', 0, 'no extra values'], ['GCOUNT', 1, 'one image'])
  else if (extended) structure.push(['EXTEND', true, 'extensions follow'])
  const fields: CardInput[] = zero === 0 ? [] : [['BSCALE', 1], ['BZERO', code === 'K' ? 2n ** 63n : zero, code === 'B' ? 'signed bytes' : 'unsigned integers']]
  return { structure, fields, data }
}

function pixelFormat(values: NumericArray): [code: ElementCode, bitpix: number] {
  if (values instanceof Float64Array) return ['D', -64]
  if (values instanceof Float32Array) return ['E', -32]
  if (values instanceof Int32Array || values instanceof Uint32Array) return ['J', 32]
  if (values instanceof Int16Array || values instanceof Uint16Array) return ['I', 16]
  return values instanceof BigInt64Array || values instanceof BigUint64Array ? ['K', 64] : ['B', 8]
}

function padToBlock(data: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const length = Math.ceil(data.length / BLOCK) * BLOCK
  if (length === data.length) return data
  const padded = new Uint8Array(length)
  padded.set(data)
  return padded
}
