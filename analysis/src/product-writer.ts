import type { Product } from '@heavens/schemas'
import type { ProductEntry, ProductFolder } from './product-folder.js'

/** Products on their way to the disk. Each waits there for some milliseconds, and several wait together while the next ones are made. */
export interface ProductWriter {
  /** in the order in which they were made */
  readonly products: readonly Product[]
  /** Begin to write a product. Resolves with what is known of it: at once, unless much is on its way or nothing was shown for some time. */
  put(entry: ProductEntry, bytes: Uint8Array): Promise<Product>
  /** As `put`, a file that is no product. */
  putJson(name: string, value: unknown): Promise<void>
  /** Resolves when all are written and shown. */
  written(): Promise<void>
  /** Resolves when nothing is on its way any more, whether it could be written or not. */
  settled(): Promise<void>
}

/** Files and bytes that may be on their way at once. */
const MOST_FILES = 8
const MOST_BYTES = 16 << 20
/** Who waits for products sees one that is made at least this often [ms]. */
const SHOWN = 200

/**
 * @param shown called for each product in the order in which they were made, once it is on disk
 * @param now   ms, any origin
 */
export function productWriter(folder: ProductFolder, shown: (product: Product) => void, now: () => number): ProductWriter {
  const products: Product[] = []
  const waiting = new Set<Promise<void>>()
  let bytesWaiting = 0
  let last: Promise<unknown> = Promise.resolve()
  let lastShown = now()

  async function begin(writing: Promise<void>, length: number, then?: () => void): Promise<void> {
    const one = Promise.all([last, writing]).then(() => then?.())
    last = one
    waiting.add(one)
    bytesWaiting += length
    // An error is told to whoever waits; it stays in `last`, so that nothing after it is shown.
    one.catch(() => undefined)
    writing.catch(() => undefined).finally(() => {
      waiting.delete(one)
      bytesWaiting -= length
    })
    if (waiting.size >= MOST_FILES || bytesWaiting >= MOST_BYTES || now() - lastShown > SHOWN) await last
  }

  return {
    products,
    async put(entry, bytes) {
      const { product, writing } = folder.write(entry, bytes)
      products.push(product)
      await begin(writing, bytes.length, () => {
        lastShown = now()
        shown(product)
      })
      return product
    },
    putJson: (name, value) => begin(folder.writeJson(name, value), 0),
    written: async () => void (await last),
    settled: async () => void (await Promise.allSettled([last, ...waiting])),
  }
}
