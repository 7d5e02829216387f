import { HeavensError, type CurveBins, type CurveKey } from '@heavens/schemas'
import type { Environment } from '../lmdb/environment.js'
import { CHUNK, chunkLength, copyChunk, emptyBins, mergeBins, packChunk, sliceBins, unpackChunk } from './bin-chunks.js'
import { checkBins } from './check-bins.js'
import type { CurveOverview, CurveStore } from './curve-store.js'

/** What is kept of a curve beside its chunks; `first` and `last`: index of the first bin and one past the last. */
interface KnownCurve {
  id: number
  phase: number
  first: number
  last: number
}

type Names = [string, string, string, string, number]

/** Where the number of curves is kept; no instrument has an empty name. */
const COUNTER: Names = ['', '', '', '', 0]

const namesOf = (key: CurveKey): Names => [key.instrument, key.run, key.group, key.band, key.width]

/** Curves in the LMDB environment of the log, in chunks of bins: a put rewrites the chunks that it touches. */
export function createEmbeddedCurveStore(environment: Environment): CurveStore {
  const { curves, curveKeys } = environment
  const known = (key: CurveKey): KnownCurve | undefined => curveKeys.get(namesOf(key)) as KnownCurve | undefined

  function chunkAt(id: number, chunk: number, packed: Buffer): CurveBins {
    try {
      return unpackChunk(chunk, packed)
    } catch (error) {
      throw new HeavensError('store-damaged', { store: 'curves', reason: `chunk ${chunk} of curve ${id}: ${String(error)}` }, { cause: error })
    }
  }

  function putCurve(key: CurveKey, bins: CurveBins): void {
    const n = bins.index.length
    if (n === 0) return
    let curve = known(key)
    if (curve === undefined) {
      const id = ((curveKeys.get(COUNTER) as number | undefined) ?? 0) + 1
      curveKeys.putSync(COUNTER, id)
      curve = { id, phase: bins.phase, first: Infinity, last: -Infinity }
    }
    for (let from = 0, to = 0; from < n; from = to) {
      const chunk = Math.floor(bins.index[from]! / CHUNK) + 0
      const end = (chunk + 1) * CHUNK
      while (to < n && bins.index[to]! < end) to++
      const packed = curves.get([curve.id, chunk])
      const fresh = sliceBins(bins, from, to)
      curves.putSync([curve.id, chunk], packChunk(chunk, packed ? mergeBins(chunkAt(curve.id, chunk, packed), fresh) : fresh))
    }
    const first = Math.min(curve.first, bins.index[0]!)
    const last = Math.max(curve.last, bins.index[n - 1]! + 1)
    if (first !== curve.first || last !== curve.last || bins.phase !== curve.phase) curveKeys.putSync(namesOf(key), { id: curve.id, phase: bins.phase, first, last })
  }

  const store: CurveStore = {
    async put(entries: readonly { key: CurveKey; bins: CurveBins }[]): Promise<void> {
      for (const { key, bins } of entries) checkBins(key, bins)
      await environment.write('the light curves', () => {
        for (const { key, bins } of entries) putCurve(key, bins)
      })
    },
    async read(key: CurveKey, from: number, to: number): Promise<CurveBins> {
      environment.refresh()
      const curve = known(key)
      if (curve === undefined) return emptyBins(0, 0)
      const low = Math.max(from, curve.first)
      const high = Math.min(to, curve.last)
      if (!(low < high)) return emptyBins(0, curve.phase)
      const chunks = [...curves.getRange({ start: [curve.id, Math.floor(low / CHUNK)], end: [curve.id, Math.floor((high - 1) / CHUNK) + 1] })]
      try {
        const bins = emptyBins(chunks.reduce((sum, { value }) => sum + chunkLength(value), 0), curve.phase)
        let at = 0
        for (const { key: [, chunk], value } of chunks) at = copyChunk(chunk, value, bins, at)
        // Only the first and the last chunk reach beyond what was asked for.
        let first = 0
        let last = at
        while (first < last && bins.index[first]! < low) first++
        while (last > first && bins.index[last - 1]! >= high) last--
        return first === 0 && last === at ? bins : sliceBins(bins, first, last)
      } catch (error) {
        throw new HeavensError('store-damaged', { store: 'curves', reason: `curve ${namesOf(key).join('/')}: ${String(error)}` }, { cause: error })
      }
    },
    async overview(key, from, to, factor) {
      return summed(await store.read(key, Math.floor(from / factor) * factor, Math.ceil(to / factor) * factor), factor)
    },
    async keys(filter: Partial<CurveKey> = {}): Promise<CurveKey[]> {
      environment.refresh()
      const found: CurveKey[] = []
      for (const names of curveKeys.getKeys()) {
        const [instrument, run, group, band, width] = names as Names
        const key: CurveKey = { instrument, run, group, band, width }
        if (instrument !== '' && (Object.keys(filter) as (keyof CurveKey)[]).every((name) => filter[name] === undefined || filter[name] === key[name])) found.push(key)
      }
      return found
    },
    async bounds(key: CurveKey): Promise<{ first: number; last: number } | undefined> {
      environment.refresh()
      const curve = known(key)
      return curve && { first: curve.first, last: curve.last }
    },
    async close(): Promise<void> {},
  }
  return store
}

function summed(bins: CurveBins, factor: number): CurveOverview {
  const index: number[] = []
  const counts: number[] = []
  const exposure: number[] = []
  for (let i = 0; i < bins.index.length; i++) {
    const sum = Math.floor(bins.index[i]! / factor)
    if (index.at(-1) !== sum) {
      index.push(sum)
      counts.push(0)
      exposure.push(0)
    }
    counts[counts.length - 1]! += bins.counts[i]!
    exposure[exposure.length - 1]! += bins.exposure[i]!
  }
  return { index: Float64Array.from(index), counts: Float64Array.from(counts), exposure: Float64Array.from(exposure) }
}
