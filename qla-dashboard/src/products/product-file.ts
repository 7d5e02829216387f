import { bytesSource, openFits } from '@heavens/science/fits'
import type { FitsFile } from '@heavens/science/fits'
import type { Job, Product } from '@heavens/schemas'
import { askBytes, askPart } from '../wire/rest.js'
import { rangeSource } from '../wire/range-source.js'
import { productLink } from './product-link.js'

/** Larger files are read in parts [bytes]. */
const LARGE = 4e6

/** Open a FITS file of an analysis: a small one is fetched whole, of a large one what is read. */
export async function productFits(job: Pick<Job, 'id'>, { path, bytes }: Pick<Product, 'path' | 'bytes'>): Promise<FitsFile> {
  const link = productLink(job, path)
  return openFits(bytes > LARGE ? rangeSource(bytes, (start, end) => askPart(link, start, end)) : bytesSource(await askBytes(link)), path)
}
