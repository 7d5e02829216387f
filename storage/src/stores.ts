import type { Log } from './log/log.js'
import type { EventArchive } from './archive/archive.js'
import type { CurveStore } from './curves/curve-store.js'
import type { ProductStore } from './products/product-store.js'

/** The four stores a role works with; only the composition root knows which implementations they are. */
export interface Stores {
  log: Log
  archive: EventArchive
  curves: CurveStore
  products: ProductStore
  close(): Promise<void>
}
