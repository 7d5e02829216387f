import { InstrumentDescriptor } from '@heavens/schemas'
import type { DataItem } from '@heavens/schemas'
import type { Instrument } from '@heavens/instruments'

/** A counter of two detectors with eight channels, for tests. */
export const counter: Instrument = {
  descriptor: InstrumentDescriptor.parse({
    id: 'counter', name: 'Counter', mission: 'Test', kind: 'counter', data: 'events', columns: ['channel', 'detector'],
    groups: [{ id: 'a', label: 'A' }, { id: 'b', label: 'B' }],
    bands: [{ id: 'soft', label: 'soft', eMin: 10, eMax: 80 }, { id: 'hard', label: 'hard', eMin: 80, eMax: 2560 }],
    curves: { widths: [1], sparse: false, phase: 'absolute', main: 1 },
    triggers: { rate: [], image: [] }, deadTime: 1e-5, disorder: 0, lateHorizon: 0,
    products: ['light-curve', 'spectrum', 'events'], defaults: { bin: 1 }, options: [],
  }),
  recognise: () => undefined,
  async *decode() {},
}

/** Time at which the test data begin: 2019-05-30T10:00:00 UTC in TT s. */
export const T0 = 612_525_669.184

/** Numbers in [0, 1) that are the same in every run (Lehmer, 48271 mod 2³¹ − 1). */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}

/** `seconds` of both detectors at `rate` counts/s each, in blocks of ten seconds; good time throughout, channels 0…7. */
export function counterItems(seconds: number, rate: number, source = 'test.fit'): DataItem[] {
  const items: DataItem[] = []
  const random = seeded(42)
  for (const group of [0, 1]) {
    const marks = { source, sequence: 0, late: false }
    items.push({ kind: 'ebounds', ...marks, group, from: T0, first: 0, eMin: Float32Array.from({ length: 8 }, (_, i) => 10 * 2 ** i), eMax: Float32Array.from({ length: 8 }, (_, i) => 20 * 2 ** i) })
    items.push({ kind: 'gti', ...marks, group, start: Float64Array.of(T0), stop: Float64Array.of(T0 + seconds) })
    for (let at = 0; at < seconds; at += 10) {
      const n = rate * 10
      const time = Float64Array.from({ length: n }, () => T0 + at + random() * 10).sort()
      const channel = Uint16Array.from({ length: n }, () => Math.floor(random() * 8))
      items.push({ kind: 'events', ...marks, sequence: 1000 * group + at / 10, start: T0 + at, stop: T0 + at + 10, count: n, columns: { time, channel, detector: new Uint8Array(n).fill(group) } })
    }
  }
  return items
}
