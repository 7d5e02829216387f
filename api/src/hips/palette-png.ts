import { crc32, deflateSync } from 'node:zlib'

export type Rgba = readonly [red: number, green: number, blue: number, alpha: number]

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

/**
 * A PNG of indexed colours (bit depth 8, colour type 3), rows from the top. Large areas of one colour take next to no room.
 *
 * @param pixels  indices into the palette, width·height
 * @param palette 1 … 256 colours
 */
export function palettePng(width: number, height: number, pixels: Uint8Array, palette: readonly Rgba[]): Uint8Array {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 3, 0, 0, 0], 8)
  // Each row begins with its filter: none.
  const rows = new Uint8Array((width + 1) * height)
  for (let y = 0; y < height; y++) rows.set(pixels.subarray(y * width, (y + 1) * width), y * (width + 1) + 1)
  return Buffer.concat([
    SIGNATURE, chunk('IHDR', header), chunk('PLTE', Uint8Array.from(palette.flatMap(([r, g, b]) => [r, g, b]))), chunk('tRNS', Uint8Array.from(palette, ([, , , a]) => a)),
    chunk('IDAT', deflateSync(rows)), chunk('IEND', new Uint8Array()),
  ])
}

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const out = Buffer.alloc(body.length + 8)
  out.writeUInt32BE(data.length, 0)
  out.set(body, 4)
  out.writeUInt32BE(crc32(body), body.length + 4)
  return out
}
