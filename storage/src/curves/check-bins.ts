import { HeavensError, type CurveBins, type CurveKey } from '@heavens/schemas'

/** Bins must be whole numbers in ascending order and all columns of one length: anything else would be lost later, unseen. Throws internal. */
export function checkBins(key: CurveKey, bins: CurveBins): void {
  const { index } = bins
  const wrong = (reason: string): HeavensError => new HeavensError('internal', { reason: `bins of ${[key.instrument, key.run, key.group, key.band, key.width].join('/')}: ${reason}` })
  for (const name of ['counts', 'exposure', 'background', 'revision', 'completeness', 'flags'] as const) {
    if (bins[name].length !== index.length) throw wrong(`${name} has ${bins[name].length} values for ${index.length} bins`)
  }
  for (let i = 0; i < index.length; i++) {
    if (!Number.isSafeInteger(index[i])) throw wrong(`index ${index[i]} is not a whole number`)
    if (i > 0 && index[i]! <= index[i - 1]!) throw wrong(`index ${index[i]} does not follow on ${index[i - 1]}`)
  }
}
