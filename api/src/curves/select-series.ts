import { HeavensError } from '@heavens/schemas'
import type { CurveBins, CurveKey, InstrumentDescriptor } from '@heavens/schemas'
import type { Instrument } from '@heavens/instruments'
import type { CurveStore } from '@heavens/storage'
import { sumGroups } from './sum-groups.js'

/** The pseudo-group that adds all groups. */
export const SUM = 'sum'

/** Which curves are wanted; what is absent is not restricted, but the run (main, else the first) and the width (the main one). */
export interface SeriesFilter {
  instrument: string
  run?: string | undefined
  group?: string | undefined
  band?: string | undefined
  width?: number | undefined
}

/** One curve as a client sees it: of one group, or the sum of several (`parts`). */
export interface Series {
  key: CurveKey
  parts: CurveKey[]
}

/** The descriptor of an instrument. Throws unknown-instrument. */
export function descriptorOf(instruments: readonly Instrument[], id: string): InstrumentDescriptor {
  const found = instruments.find((instrument) => instrument.descriptor.id === id)
  if (found === undefined) throw new HeavensError('unknown-instrument', { id, known: instruments.map((i) => i.descriptor.id).join(', ') }, { path: 'instrument' })
  return found.descriptor
}

/**
 * The curves that a filter means, of those the store has; empty when there are none yet. Sorted by band and group as the
 * descriptor lists them. Throws unknown-instrument, unknown-group, bad-request (band or width that the instrument never has).
 */
export async function selectSeries(store: CurveStore, descriptor: InstrumentDescriptor, filter: SeriesFilter): Promise<Series[]> {
  const { id: instrument, groups, bands, curves } = descriptor
  const list = (values: readonly (string | number)[]): string => values.join(', ')
  if (filter.group !== undefined && filter.group !== SUM && !groups.some((g) => g.id === filter.group)) {
    throw new HeavensError('unknown-group', { id: instrument, group: filter.group, known: list([...groups.map((g) => g.id), SUM]) }, { path: 'group' })
  }
  if (filter.band !== undefined && !bands.some((b) => b.id === filter.band)) throw new HeavensError('bad-request', { reason: `${instrument} has no band ${filter.band}; it has: ${list(bands.map((b) => b.id))}` }, { path: 'band' })
  const width = filter.width ?? curves.main
  if (!curves.widths.includes(width)) throw new HeavensError('bad-request', { reason: `${instrument} has no bins of ${width} s; it has: ${list(curves.widths)}` }, { path: 'width' })
  const run = filter.run ?? await defaultRun(store, instrument, width)
  const keys = await store.keys({ instrument, width, ...(run === undefined ? {} : { run }), ...(filter.band === undefined ? {} : { band: filter.band }) })
  const place = (k: CurveKey): number => bands.findIndex((b) => b.id === k.band) * 1000 + groups.findIndex((g) => g.id === k.group)
  const sorted = keys.filter((k) => filter.group === undefined || filter.group === SUM || k.group === filter.group).sort((a, b) => place(a) - place(b))
  if (filter.group !== SUM) return sorted.map((key) => ({ key, parts: [key] }))
  return [...new Set(sorted.map((k) => k.band))].map((band) => {
    const parts = sorted.filter((k) => k.band === band)
    return { key: { ...parts[0]!, group: SUM }, parts }
  })
}

async function defaultRun(store: CurveStore, instrument: string, width: number): Promise<string | undefined> {
  const runs = new Set((await store.keys({ instrument, width })).map((k) => k.run))
  return runs.has('main') ? 'main' : [...runs].sort()[0]
}

/** Bins of a series with index in [from, to). */
export async function readSeries(store: CurveStore, series: Series, from: number, to: number): Promise<CurveBins> {
  return sumGroups(await Promise.all(series.parts.map((key) => store.read(key, from, to))))
}

/** First index and one past the last over all parts; undefined when nothing is kept. */
export async function boundsOf(store: CurveStore, series: Series): Promise<{ first: number; last: number } | undefined> {
  const all = (await Promise.all(series.parts.map((key) => store.bounds(key)))).filter((b) => b !== undefined)
  return all.length ? { first: Math.min(...all.map((b) => b.first)), last: Math.max(...all.map((b) => b.last)) } : undefined
}

/** Where the grid of a series begins [s]: 0 on the absolute grid, else as the bins say. */
export async function phaseOf(store: CurveStore, series: Series, bounds: { first: number }): Promise<number> {
  for (const key of series.parts) {
    const one = await store.read(key, bounds.first, bounds.first + 1)
    if (one.index.length) return one.phase
  }
  return 0
}

/**
 * Indices [from, to) of the bins that overlap [start, stop) [TT s]. A time that lies on a bin's edge but for rounding counts
 * as on it (0.1 µs of a 16-ms bin is 1e-5).
 */
export function indexRange(start: number, stop: number, width: number, phase: number): { from: number; to: number } {
  return { from: Math.floor((start - phase) / width + 1e-5), to: Math.ceil((stop - phase) / width - 1e-5) }
}
