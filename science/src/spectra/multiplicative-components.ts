import type { Component } from './component.js'
import { ANDERS_GREVESSE, WILMS, crossSection, type Abundances } from './photoelectric.js'

/** A factor that is the same at all energies; frozen, since beside a norm it is not determined. */
export const constant: Component = {
  name: 'constant', kind: 'mul',
  parameters: [{ name: 'factor', unit: '', start: 1, min: 0, max: 1e10, frozen: true }],
  on: () => ([factor], out) => {
    out.fill(factor!)
  },
}

/** exp(−N_H σ(E)) at the middle of each bin. */
function absorber(name: string, abundances: Abundances): Component {
  return {
    name, kind: 'mul',
    parameters: [{ name: 'nH', unit: '1e22 cm-2', start: 0.1, min: 0, max: 1e5 }],
    on(low, high) {
      const depth = low.map((energy, i) => 1e22 * crossSection((energy + high[i]!) / 2, abundances))
      return ([column], out) => {
        for (let i = 0; i < out.length; i++) out[i] = Math.exp(-column! * depth[i]!)
      }
    },
  }
}

/** Cold neutral gas with the abundances of Anders & Grevesse (1989). */
export const phabs = absorber('phabs', ANDERS_GREVESSE)

/** Cold neutral gas with the interstellar abundances of Wilms, Allen & McCray (2000); gas only: no molecules, no grains. */
export const tbabs = absorber('tbabs', WILMS)
