import { z } from 'zod'

type Arrow = 'float64' | 'float32' | 'uint16' | 'int16' | 'uint8'

/** What is wrong in an item: where, and why. */
export interface ItemFault {
  path: string[]
  message: string
}

/** A typed array, with the type that it has in Arrow. JSON cannot say it: its JSON Schema is an array of numbers. */
export function column<T extends ArrayBufferView>(type: abstract new (...args: never[]) => T, arrow: Arrow): z.ZodCustom<T, T> {
  return z.custom<T>((value) => value instanceof type, `must be a ${arrow} array`).meta({ type: 'array', items: { type: 'number' }, arrow })
}

/** Every column has `count` values; times ascend within [start, stop). Fields of `columns` that are no arrays are passed over. */
export function blockFaults(block: { start: number; stop: number; count: number }, time: Float64Array, columns: object, inside?: string): ItemFault[] {
  const faults: ItemFault[] = []
  const at = (name: string): string[] => (inside === undefined ? [name] : [inside, name])
  if (!(block.start <= block.stop)) faults.push({ path: ['stop'], message: 'must not lie before start' })
  for (const [name, values] of Object.entries({ time, ...columns }) as [string, unknown][]) {
    if (ArrayBuffer.isView(values) && (values as Uint8Array).length !== block.count) faults.push({ path: at(name), message: 'must have count values' })
  }
  for (let i = 0; i < time.length; i++) {
    if (!(time[i]! >= (i > 0 ? time[i - 1]! : block.start) && time[i]! < block.stop)) {
      faults.push({ path: at('time'), message: `must ascend within [start, stop): row ${i} does not` })
      break
    }
  }
  return faults
}

/** Good time: as many stops as starts, each interval with a length, ascending and disjoint. */
export function goodTimeFaults(start: Float64Array, stop: Float64Array): ItemFault[] {
  if (start.length !== stop.length) return [{ path: ['stop'], message: 'must have as many values as start' }]
  for (let i = 0; i < start.length; i++) {
    if (!(stop[i]! > start[i]!)) return [{ path: ['stop'], message: `must lie behind start: interval ${i} does not` }]
    if (i > 0 && !(start[i]! >= stop[i - 1]!)) return [{ path: ['start'], message: `must not lie in the interval before: interval ${i} does` }]
  }
  return []
}

/** Channel bounds: as many upper as lower ones, none below its lower one. */
export function boundsFaults(eMin: Float32Array, eMax: Float32Array): ItemFault[] {
  if (eMin.length !== eMax.length) return [{ path: ['eMax'], message: 'must have as many values as eMin' }]
  const bad = eMin.findIndex((low, i) => !(low >= 0 && eMax[i]! >= low))
  return bad < 0 ? [] : [{ path: ['eMax'], message: `must not lie below eMin: channel ${bad} does` }]
}

/** Hands faults to zod. */
export function report(context: z.RefinementCtx, ...faults: ItemFault[][]): void {
  for (const { path, message } of faults.flat()) context.addIssue({ code: 'custom', path, message })
}
