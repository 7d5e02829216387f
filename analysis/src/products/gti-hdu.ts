import type { HduInput } from '@heavens/science/fits'
import type { Interval } from '../selection/intervals.js'
import { classCards, originCards, seconds, span, timeCards } from './cards.js'
import type { ProductContext } from './product-context.js'

/** Good time as an OGIP GTI extension: START, STOP [s]. */
export function gtiHdu(context: ProductContext, good: readonly Interval[], group?: string): HduInput {
  return {
    kind: 'bintable', name: 'GTI', rows: good.length,
    cards: [...originCards(context, group), ...timeCards(span(good)), ...classCards('GTI', 'STANDARD')],
    columns: [
      { name: 'START', format: '1D', unit: 's', values: Float64Array.from(good, ([start]) => seconds(start)) },
      { name: 'STOP', format: '1D', unit: 's', values: Float64Array.from(good, ([, stop]) => seconds(stop)) },
    ],
  }
}
