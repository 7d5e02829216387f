import { FitAnswer } from '@heavens/schemas'
import type { Product, Provenance, Quote } from '@heavens/schemas'
import { cuts } from '../quote.js'
import type { Plan } from '../plan.js'
import type { Prepared } from '../prepare.js'
import { keyNumbers } from './key-numbers.js'
import { reportPage } from './report-page.js'

/** A report that grows with the files of an analysis. */
export interface Report {
  /** Take note of a file as it was written. */
  file(product: Product, bytes: Uint8Array): Promise<void>
  /** Take note of how an instrument's data were cut. */
  instrument(prepared: Prepared): void
  /** The page, in UTF-8. */
  page(provenance: Provenance, refused: Quote['refused']): Uint8Array
}

/** Begin the report of an analysis that runs by `plan`. */
export function startReport(plan: Plan): Report {
  const numbers = keyNumbers()
  const products: Product[] = []
  const pictures = new Map<string, Uint8Array>()
  const fits: { path: string; fit: FitAnswer }[] = []
  const cut: string[] = []
  return {
    async file(product, bytes) {
      products.push(product)
      if (product.kind === 'preview' && product.path.endsWith('.png')) pictures.set(product.path, bytes)
      else if (product.kind === 'fit' && product.path.endsWith('.json')) fits.push({ path: product.path, fit: FitAnswer.parse(JSON.parse(new TextDecoder().decode(bytes))) })
      else await numbers.read(product, bytes)
    },
    instrument: (prepared) => void cut.push(...cuts(prepared)),
    page(provenance, refused) {
      const descriptors = plan.instruments.map((one) => one.descriptor).filter(({ id }) => products.some((p) => p.instrument === id) || refused.some((r) => r.id === id))
      return new TextEncoder().encode(reportPage({ used: plan.used, intervals: plan.intervals, descriptors, products, pictures, fits, numbers, cut, refused, provenance }))
    },
  }
}
