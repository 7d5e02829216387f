import type { InstrumentDescriptor } from '@heavens/schemas'
import { KEV } from '@heavens/science/energy'
import type { ProductBand } from '../products/product-context.js'
import { label } from './axes.js'

/** A band in the unit in which people speak of an instrument's energies. */
export function bandLabel(band: ProductBand, unit: InstrumentDescriptor['energyUnit']): string {
  return `${label(band.eMin / KEV[unit])}-${label(band.eMax / KEV[unit])} ${unit}`
}
