import type { InstrumentDescriptor } from '@heavens/schemas'
import type { ProductBand } from '../products/product-context.js'
import { label } from './axes.js'

/** keV in a unit of energy. */
export const KEV = { keV: 1, MeV: 1e3, GeV: 1e6, TeV: 1e9 } as const

/** A band in the unit in which people speak of an instrument's energies. */
export function bandText(band: ProductBand, unit: InstrumentDescriptor['energyUnit']): string {
  return `${label(band.eMin / KEV[unit])}-${label(band.eMax / KEV[unit])} ${unit}`
}
