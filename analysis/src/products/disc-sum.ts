/**
 * Sum over a disc around each pixel of an image, by prefix sums along the rows: O(pixels × radius). What lies beyond the
 * edge counts 0.
 *
 * @param values width·height, row by row
 * @param radius of the disc [pixels], ≥ 0; a pixel belongs to it when its centre does
 */
export function discSum(values: Float64Array, width: number, height: number, radius: number): Float64Array {
  const prefix = new Float64Array((width + 1) * height)
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) prefix[y * (width + 1) + x + 1] = prefix[y * (width + 1) + x]! + values[y * width + x]!
  const reach = Math.floor(radius)
  const out = new Float64Array(width * height)
  for (let dy = -reach; dy <= reach; dy++) {
    const half = Math.floor(Math.sqrt(radius * radius - dy * dy))
    for (let y = Math.max(0, -dy); y < Math.min(height, height - dy); y++) {
      const row = (y + dy) * (width + 1)
      const at = y * width
      const add = (from: number, to: number): void => {
        for (let x = from; x < to; x++) out[at + x]! += prefix[row + Math.min(width, x + half + 1)]! - prefix[row + Math.max(0, x - half)]!
      }
      // Between the margins no edge is in the way.
      const first = Math.min(half, width)
      const last = Math.max(first, width - half)
      add(0, first)
      for (let x = first; x < last; x++) out[at + x]! += prefix[row + x + half + 1]! - prefix[row + x - half]!
      add(last, width)
    }
  }
  return out
}
