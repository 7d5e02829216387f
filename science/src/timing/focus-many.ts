import { type FocusOptions, createFocus, leastRatio, longer } from './focus.js'

/**
 * Poisson-FOCuS over a whole series: what `focusStep` returns for every bin, several times faster. The search goes on after
 * a hit, so a bright burst hits in many bins. Masked bins (expectation ≤ 0 or NaN, counts < 0 or NaN) empty the stack.
 *
 * @param counts   counts per bin
 * @param expected background expected per bin, as many
 * @param onHit    told of each bin at or over the threshold: its index, the significance of the best interval that ends with
 *                 it, and the length of that interval [bins]
 * @returns        number of hits
 * @throws HeavensError bad-request for sigma ≤ 0 or muMin < 1
 */
export function focusMany(counts: Float64Array, expected: Float64Array, options: FocusOptions, onHit?: (bin: number, significance: number, length: number) => void): number {
  const { sigma, muMin } = createFocus(options)
  const limit = (sigma * sigma) / 2
  const least = leastRatio(muMin)
  // The older candidates; the newest one is in the variables top….
  let stackX: Float64Array = new Float64Array(64)
  let stackB: Float64Array = new Float64Array(64)
  let stackT: Float64Array = new Float64Array(64)
  let stackM: Float64Array = new Float64Array(64)
  let older = 0
  let topX = 0
  let topB = 0
  let topT = 0
  let topM = 0
  let allX = 0
  let allB = 0
  let hits = 0
  const bins = Math.min(counts.length, expected.length)
  for (let i = 0; i < bins; i++) {
    const counted = counts[i]!
    const awaited = expected[i]!
    if (!(awaited > 0 && counted >= 0 && counted < Infinity && awaited < Infinity)) {
      older = 0
      allX = allB = topX = topB = topM = 0
      topT = i + 1
      continue
    }
    allX += counted
    allB += awaited
    let x = allX - topX
    let b = allB - topB
    while (older > 0) {
      const olderX = allX - stackX[older - 1]!
      const olderB = allB - stackB[older - 1]!
      if (x * olderB > olderX * b) break
      older--
      x = olderX
      b = olderB
      topX = stackX[older]!
      topB = stackB[older]!
      topT = stackT[older]!
      topM = stackM[older]!
    }
    if (x <= b * least) {
      older = 0
      allX = allB = topX = topB = topM = 0
      topT = i + 1
      continue
    }
    const excess = x - b
    let bound = (excess * excess) / (b + b) + topM
    if (bound >= limit) {
      let llr = x * Math.log(x / b) - excess
      bound = llr + topM
      let reach = bound
      let k = older
      let over = llr >= limit
      while (!over && reach >= limit && k > 0) {
        k--
        const olderX = allX - stackX[k]!
        const olderB = allB - stackB[k]!
        const olderLlr = olderX * Math.log(olderX / olderB) - (olderX - olderB)
        over = olderLlr >= limit
        reach = olderLlr + stackM[k]!
      }
      if (over) {
        let start = topT
        for (k = 0; k < older; k++) {
          const olderX = allX - stackX[k]!
          const olderB = allB - stackB[k]!
          const olderLlr = olderX * Math.log(olderX / olderB) - (olderX - olderB)
          if (olderLlr >= llr) {
            // Of equals the longest, as focusStep does; among the older ones the first comes first.
            if (olderLlr > llr || start === topT) start = stackT[k]!
            llr = olderLlr
          }
        }
        hits++
        if (onHit) onHit(i, Math.sqrt(2 * llr), i + 1 - start)
      }
    }
    if (older === stackX.length) {
      stackX = longer(stackX)
      stackB = longer(stackB)
      stackT = longer(stackT)
      stackM = longer(stackM)
    }
    stackX[older] = topX
    stackB[older] = topB
    stackT[older] = topT
    stackM[older] = topM
    older++
    topX = allX
    topB = allB
    topT = i + 1
    topM = bound
  }
  return hits
}
