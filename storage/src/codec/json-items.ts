import { HeavensError, type CalibrationFile, type ChannelBounds, type EventBlock, type GoodTime, type Housekeeping, type Item, type LedgerItem, type PacketCounts, type PointingBlock, type RateBlock, type SourceCuts, type Watermark } from '@heavens/schemas'
import { checkVersion } from './item-version.js'
import { booleanOf, fieldsOf, jsonNumber, listOf, numberOf, stringOf } from './json-numbers.js'

export type JsonItem = Exclude<Item, EventBlock | RateBlock | PointingBlock>

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true })

/** Control items as JSON, padded with spaces to a multiple of 8 bytes so that what follows in a file stays aligned. */
export function encodeJsonItem(item: JsonItem): Uint8Array {
  const text = JSON.stringify(item, (_, value: unknown) => {
    if (typeof value === 'number') return jsonNumber(value)
    return value instanceof Float64Array || value instanceof Float32Array ? Array.from(value, jsonNumber) : value
  })
  const bytes = encoder.encode(text)
  const padded = new Uint8Array((bytes.length + 7) & ~7).fill(0x20)
  padded.set(bytes)
  return padded
}

/** Throws undecodable, saying which field is wrong. */
export function decodeJsonItem(bytes: Uint8Array): JsonItem {
  let instrument = 'an unknown instrument'
  try {
    const fields = fieldsOf(JSON.parse(decoder.decode(bytes)), 'the item')
    checkVersion(fields)
    if (typeof fields['source'] === 'string') instrument = `the source ${fields['source']}`
    return readItem(fields)
  } catch (error) {
    if (error instanceof HeavensError && error.code === 'message-too-new') throw error
    throw new HeavensError('undecodable', { instrument, reason: error instanceof Error ? error.message : String(error) }, { cause: error })
  }
}

function readItem(fields: Record<string, unknown>): JsonItem {
  const number = (name: string): number => numberOf(fields[name], name)
  const string = (name: string): string => stringOf(fields[name], name)
  const numbers = (name: string): number[] => listOf(fields[name], name).map((value) => numberOf(value, name))
  const late = (): boolean => booleanOf(fields['late'], 'late')
  const kind = fields['kind']
  switch (kind) {
    case 'housekeeping':
      return { kind, source: string('source'), sequence: number('sequence'), time: number('time'), late: late(), values: listOf(fields['values'], 'values').map(readValue) } satisfies Housekeeping
    case 'gti':
      return { kind, source: string('source'), sequence: number('sequence'), group: number('group'), late: late(), start: Float64Array.from(numbers('start')), stop: Float64Array.from(numbers('stop')), ...(fields['cuts'] === undefined ? {} : { cuts: readCuts(fields['cuts']) }) } satisfies GoodTime
    case 'ebounds':
      return { kind, source: string('source'), sequence: number('sequence'), group: number('group'), from: number('from'), first: number('first'), eMin: Float32Array.from(numbers('eMin')), eMax: Float32Array.from(numbers('eMax')) } satisfies ChannelBounds
    case 'calibration':
      return {
        kind, source: string('source'), sequence: number('sequence'), group: number('group'), from: number('from'), until: number('until'),
        type: string('type') as CalibrationFile['type'], file: string('file'), sha256: string('sha256'), bytes: number('bytes'),
      } satisfies CalibrationFile
    case 'watermark':
      return { kind, time: number('time'), final: booleanOf(fields['final'], 'final') } satisfies Watermark
    case 'ledger':
      return {
        kind, source: string('source'), duplicates: number('duplicates'), late: number('late'), undecodable: number('undecodable'),
        gaps: listOf(fields['gaps'], 'gaps').map((gap) => {
          const { start, stop } = fieldsOf(gap, 'a gap')
          return { start: numberOf(start, 'start'), stop: numberOf(stop, 'stop') }
        }),
        ...(fields['packets'] === undefined ? {} : { packets: readPackets(fieldsOf(fields['packets'], 'packets')) }),
      } satisfies LedgerItem
    default:
      throw new TypeError(`there is no kind of item ${String(kind)}`)
  }
}

function readPackets(fields: Record<string, unknown>): PacketCounts {
  const number = (name: keyof PacketCounts): number => numberOf(fields[name], `packets.${name}`)
  return {
    apid: number('apid'), received: number('received'), skipped: number('skipped'), filled: number('filled'), repeated: number('repeated'), gaps: number('gaps'), wraps: number('wraps'),
    resynchronised: number('resynchronised'),
  }
}

function readCuts(value: unknown): SourceCuts {
  const { zenith, eMin, eMax, discs } = fieldsOf(value, 'cuts')
  return {
    ...(zenith === undefined ? {} : { zenith: numberOf(zenith, 'cuts.zenith') }), ...(eMin === undefined ? {} : { eMin: numberOf(eMin, 'cuts.eMin') }),
    ...(eMax === undefined ? {} : { eMax: numberOf(eMax, 'cuts.eMax') }),
    ...(discs === undefined ? {} : { discs: listOf(discs, 'cuts.discs').map(readDisc) }),
  }
}

function readDisc(value: unknown): NonNullable<SourceCuts['discs']>[number] {
  const { ra, dec, radius } = fieldsOf(value, 'a disc')
  return { ra: numberOf(ra, 'ra'), dec: numberOf(dec, 'dec'), radius: numberOf(radius, 'radius') }
}

function readValue(value: unknown): Housekeeping['values'][number] {
  const { name, value: number, unit, min, max } = fieldsOf(value, 'a value')
  return {
    name: stringOf(name, 'name'), value: numberOf(number, 'value'), unit: stringOf(unit, 'unit'),
    ...(min === undefined ? {} : { min: numberOf(min, 'min') }), ...(max === undefined ? {} : { max: numberOf(max, 'max') }),
  }
}
