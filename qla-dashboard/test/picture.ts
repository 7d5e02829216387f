import { inflateSync } from 'node:zlib'

/** Pixels of a PNG with 8 bits a channel, without interlacing, as browsers write them. `channels` is 3 or 4. */
export interface Pixels {
  width: number
  height: number
  channels: number
  data: Uint8Array
}

/** Decode a screenshot. Throws on what browsers do not write. */
export function decodePng(png: Uint8Array): Pixels {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength)
  const parts: Uint8Array[] = []
  let [width, height, channels] = [0, 0, 0]
  for (let at = 8; at < png.length;) {
    const length = view.getUint32(at)
    const type = new TextDecoder().decode(png.subarray(at + 4, at + 8))
    const body = at + 8
    if (type === 'IHDR') {
      [width, height] = [view.getUint32(body), view.getUint32(body + 4)]
      channels = { 2: 3, 6: 4 }[png[body + 9]!] ?? 0
      if (png[body + 8] !== 8 || channels === 0 || png[body + 12] !== 0) throw new Error('not a PNG as browsers write them')
    } else if (type === 'IDAT') parts.push(png.subarray(body, body + length))
    at = body + length + 4
  }
  const raw = inflateSync(Buffer.concat(parts))
  const stride = width * channels
  const data = new Uint8Array(stride * height)
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (stride + 1)]!
    for (let x = 0; x < stride; x++) {
      const left = x >= channels ? data[y * stride + x - channels]! : 0
      const up = y > 0 ? data[(y - 1) * stride + x]! : 0
      const corner = x >= channels && y > 0 ? data[(y - 1) * stride + x - channels]! : 0
      data[y * stride + x] = raw[y * (stride + 1) + 1 + x]! + [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter]!
    }
  }
  return { width, height, channels, data }
}

function paeth(a: number, b: number, c: number): number {
  const [pa, pb, pc] = [Math.abs(b - c), Math.abs(a - c), Math.abs(a + b - 2 * c)]
  return pa <= pb && pa <= pc ? a : pb <= pc ? b : c
}

/** Number of different colours, up to 5,000. */
export function colourCount({ data, channels }: Pixels): number {
  const seen = new Set<number>()
  for (let i = 0; i < data.length && seen.size < 5000; i += channels) seen.add((data[i]! << 16) | (data[i + 1]! << 8) | data[i + 2]!)
  return seen.size
}

/** Mean brightness 0…255. */
export function brightness({ data, channels }: Pixels): number {
  let sum = 0
  for (let i = 0; i < data.length; i += channels) sum += (data[i]! + data[i + 1]! + data[i + 2]!) / 3
  return sum / (data.length / channels)
}

/** Share of pixels that differ between two pictures of one size. */
export function difference(a: Pixels, b: Pixels): number {
  if (a.width !== b.width || a.height !== b.height) throw new Error('pictures of different sizes')
  let count = 0
  for (let i = 0; i < a.data.length; i += a.channels) if (a.data[i] !== b.data[i] || a.data[i + 1] !== b.data[i + 1] || a.data[i + 2] !== b.data[i + 2]) count++
  return count / (a.data.length / a.channels)
}
