/** A parameter of a model component as it stands before a fit. */
export interface ParameterShape {
  name: string
  unit: string
  start: number
  min: number
  max: number
  frozen?: boolean
}

/**
 * A spectral model over bins of energy [keV]. `add` gives photons/cm²/s in each bin, `mul` the mean factor in each bin.
 * The last parameter of every additive component is its normalisation, `norm`, in which it is linear.
 */
export interface Component {
  name: string
  kind: 'add' | 'mul'
  parameters: readonly ParameterShape[]
  /** ready for one set of bins, so that what does not depend on the parameters is worked out once */
  on(low: Float64Array, high: Float64Array): (values: readonly number[], out: Float64Array) => void
}

/** Nodes and weights of the Gauss–Legendre rule of order 5 on [−1, 1]. */
const NODES = [-0.906179845938664, -0.5384693101056831, 0, 0.5384693101056831, 0.906179845938664]
const WEIGHTS = [0.23692688505618908, 0.47862867049936647, 0.5688888888888889, 0.47862867049936647, 0.23692688505618908]

/** Integral of a smooth photon spectrum N(E) over each bin, in ln E, where power laws are nearly straight. */
export function integrateBins(density: (energy: number) => number, low: Float64Array, high: Float64Array, out: Float64Array): void {
  for (let i = 0; i < out.length; i++) {
    const [a, b] = [Math.log(Math.max(low[i]!, 1e-6)), Math.log(Math.max(high[i]!, 1e-6))]
    const [middle, half] = [(a + b) / 2, (b - a) / 2]
    let sum = 0
    for (let k = 0; k < 5; k++) {
      const energy = Math.exp(middle + half * NODES[k]!)
      sum += WEIGHTS[k]! * energy * density(energy)
    }
    out[i] = sum * half
  }
}
