import type { ProductStore } from '@heavens/storage'
import type { ProductName } from './plan.js'
import { eventsFile, selectedEvents } from './products/events-file.js'
import { makeImage } from './products/make-image.js'
import { makeLightCurves } from './products/make-light-curves.js'
import { makeSpectra } from './products/make-spectra.js'
import type { GroupContext, MadeFile, ProductContext } from './products/product-context.js'
import { HeavensError } from '@heavens/schemas'

/** Files of one kind of product of one instrument, each as soon as it is made, with the share that is then done. */
export async function* makeProducts(context: ProductContext, product: ProductName, store: ProductStore): AsyncIterable<{ file: MadeFile; fraction: number }> {
  if (product === 'image') yield* each(await makeImage(context, store), 0, 1)
  else if (product === 'events') {
    const events = selectedEvents(context)
    if (events.time.length === 0) throw new HeavensError('no-data', { reason: `no event of ${context.whole.descriptor.id} passes the selection` })
    yield { file: { path: 'events.fits', kind: 'events', bytes: eventsFile(context, events) }, fraction: 1 }
  } else {
    const groups = context.region.groups
    for (const [i, group] of groups.entries()) {
      const one: GroupContext = { ...context, group, all: context.whole.groups[i]! }
      yield* each(product === 'light-curve' ? await makeLightCurves(one, store) : await makeSpectra(one, store), i, groups.length)
    }
  }
}

function* each(files: readonly MadeFile[], done: number, of: number): Iterable<{ file: MadeFile; fraction: number }> {
  for (const [i, file] of files.entries()) yield { file, fraction: (done + (i + 1) / files.length) / of }
}
