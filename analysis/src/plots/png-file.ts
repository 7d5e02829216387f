import { crc32, deflateSync } from 'node:zlib'

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
const HEADER = 13

export interface PngPicture {
  width: number
  height: number
  /** 2: red, green, blue of each pixel; 3: an index into a palette */
  colourType: 2 | 3
  /** every row from the top, each after the number of its filter */
  rows: Uint8Array
  /** chunks between header and pixels, by name */
  before?: readonly (readonly [type: string, data: Uint8Array])[]
}

/** A PNG file (W3C, second edition) of 8 bits a sample. */
export function pngFile({ width, height, colourType, rows, before = [] }: PngPicture): Uint8Array {
  const header = Buffer.alloc(HEADER)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, colourType], 8)
  return new Uint8Array(Buffer.concat([SIGNATURE, chunk('IHDR', header), ...before.map(([type, data]) => chunk(type, data)), chunk('IDAT', deflateSync(rows)), chunk('IEND', new Uint8Array())]))
}

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const out = Buffer.alloc(body.length + 8)
  out.writeUInt32BE(data.length, 0)
  out.set(body, 4)
  out.writeUInt32BE(crc32(body), body.length + 4)
  return out
}
