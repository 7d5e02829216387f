import type { InstrumentDescriptor, Item } from '@heavens/schemas'

/** A counting instrument of two detectors for tests. */
export const counter: InstrumentDescriptor = {
  id: 'counter', name: 'Counter', mission: 'Test', kind: 'counter', data: 'events', columns: ['channel', 'detector'],
  groups: [{ id: 'd0', label: 'd0' }, { id: 'd1', label: 'd1' }],
  bands: [{ id: 'soft', label: '10–50 keV', eMin: 10, eMax: 50 }, { id: 'hard', label: '50–300 keV', eMin: 50, eMax: 300 }],
  energyUnit: 'keV', curves: { widths: [0.016, 0.064, 0.256, 1.024], sparse: false, phase: 'absolute', main: 1.024 },
  triggers: {
    rate: [{ band: 'hard', width: 0.064, sigma: 5, coincidence: 2, alpha: 0.004, delay: 62, settle: 265, muMin: 1.1, quiet: 10 }], image: [],
  },
  deadTime: 0, disorder: 0.1, lateHorizon: 60, products: ['light-curve'], defaults: { bin: 1 }, options: [],
}

/** Channel bounds of ten channels of 10–110 keV: channels 0–3 are soft, 4–9 hard. */
export function bounds(group: number): Item {
  const edges = Array.from({ length: 11 }, (_, i) => 10 + 10 * i)
  return { kind: 'ebounds', source: 's', sequence: 0, group, from: 0, first: 0, eMin: Float32Array.from(edges.slice(0, 10)), eMax: Float32Array.from(edges.slice(1)) }
}

export interface TestEvent {
  time: number
  detector: number
  channel: number
}

/** Cut events (ascending in time) into blocks at the given times; a watermark follows each block. */
export function blocksOf(events: readonly TestEvent[], cuts: readonly number[]): Item[] {
  const items: Item[] = []
  let from = 0
  let start = events[0]?.time ?? 0
  cuts.forEach((cut, sequence) => {
    let to = from
    while (to < events.length && events[to]!.time < cut) to++
    const part = events.slice(from, to)
    if (part.length > 0) {
      items.push({
        kind: 'events', source: 's', sequence, start, stop: cut, count: part.length, late: false,
        columns: { time: Float64Array.from(part, (e) => e.time), channel: Uint16Array.from(part, (e) => e.channel), detector: Uint8Array.from(part, (e) => e.detector) },
      })
    }
    items.push({ kind: 'watermark', time: cut, final: sequence === cuts.length - 1 })
    from = to
    start = cut
  })
  return items
}
