import { lnGamma } from './ln-gamma.js'

/** Deterministic deviates: the same seed gives the same numbers on every machine. */
export interface SeededRandom {
  /** in [0, 1), 32 bits */
  uniform(): number
  /** mean 0, variance 1 */
  normal(): number
  /** mean 1 */
  exponential(): number
  /** counts of a given mean ≥ 0 (0 for a mean that is not positive, Infinity for an infinite one) */
  poisson(mean: number): number
  /** the whole state; write to it to go back */
  readonly state: Uint32Array
}

/**
 * xoshiro128** (Blackman & Vigna 2018), seeded by the splitmix32 of a number or the FNV-1a hash of a text. Poisson deviates
 * by multiplication of uniforms below a mean of 10, above by the transformed rejection PTRS (Hörmann 1993): exact for
 * any mean.
 */
export function seededRandom(seed: number | string): SeededRandom {
  const state = Uint32Array.from(fill(typeof seed === 'string' ? hash(seed) : (seed ^ Math.imul(Math.floor(seed / 4294967296), 0x9e3779b1)) >>> 0))
  const next = (): number => {
    const s1 = state[1]!
    const scrambled = Math.imul(rotate(Math.imul(s1, 5), 7), 9) >>> 0
    state[2] = state[2]! ^ state[0]!
    state[3] = state[3]! ^ s1
    state[1] = s1 ^ state[2]!
    state[0] = state[0]! ^ state[3]!
    state[2] = state[2]! ^ (s1 << 9)
    state[3] = rotate(state[3]!, 11)
    return scrambled
  }
  const uniform = (): number => next() / 4294967296
  // Never 0, so that a logarithm can be taken; 53 bits reach far into the tails.
  const open = (): number => ((next() >>> 5) * 67108864 + (next() >>> 6) + 0.5) / 9007199254740992
  return {
    state,
    uniform,
    normal: () => Math.sqrt(-2 * Math.log(open())) * Math.cos(2 * Math.PI * uniform()),
    exponential: () => -Math.log(open()),
    poisson: (mean) => (mean >= 10 && mean < Infinity ? manyCounts(mean, open) : mean > 0 ? fewCounts(mean, open) : 0),
  }
}

function fewCounts(mean: number, open: () => number): number {
  if (mean === Infinity) return mean
  const limit = Math.exp(-mean)
  let counts = 0
  for (let product = open(); product > limit; product *= open()) counts++
  return counts
}

/** Hörmann's PTRS: a hat of the form (2a/(½ − |u|) + b) u + mean that touches the distribution. */
function manyCounts(mean: number, open: () => number): number {
  const b = 0.931 + 2.53 * Math.sqrt(mean)
  const a = -0.059 + 0.02483 * b
  const inverse = 1.1239 + 1.1328 / (b - 3.4)
  const surely = 0.9277 - 3.6224 / (b - 2)
  const lnMean = Math.log(mean)
  for (;;) {
    const u = open() - 0.5
    const v = open()
    const us = 0.5 - Math.abs(u)
    const counts = Math.floor(((2 * a) / us + b) * u + mean + 0.43)
    if (us >= 0.07 && v <= surely) return counts
    if (counts < 0 || (us < 0.013 && v > us)) continue
    if (Math.log((v * inverse) / (a / (us * us) + b)) <= counts * lnMean - mean - lnGamma(counts + 1)) return counts
  }
}

function rotate(x: number, k: number): number {
  return (x << k) | (x >>> (32 - k))
}

function hash(text: string): number {
  let h = 0x811c9dc5
  for (const byte of new TextEncoder().encode(text)) h = Math.imul(h ^ byte, 0x01000193)
  return h >>> 0
}

function fill(seed: number): number[] {
  let s = seed
  return Array.from({ length: 4 }, () => {
    s = (s + 0x9e3779b9) | 0
    let z = s ^ (s >>> 16)
    z = Math.imul(z, 0x21f0aaad)
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97)
    return (z ^ (z >>> 15)) >>> 0
  })
}
