export { lnGamma } from './ln-gamma.js'
export { type SeededRandom, seededRandom } from './seeded-random.js'
export { cashSignificance, liMaSignificance } from './significance.js'
