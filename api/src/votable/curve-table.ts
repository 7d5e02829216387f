import { BIN_PROVISIONAL, binRate } from '@heavens/schemas'
import type { CurveBins, CurveKey } from '@heavens/schemas'
import type { Table } from './table.js'

/** Bins of light curves as rows, one curve after the other; a time is the start of its bin. */
export function curveTable(curves: readonly { key: CurveKey; bins: CurveBins }[]): Table {
  // Float32 values print with digits they do not have: seven are all they hold.
  const short = (v: number): number => (Number.isNaN(v) ? v : Number(v.toPrecision(7)))
  return {
    name: 'curves', description: 'Light curves: counts in bins',
    columns: [
      { name: 'time', datatype: 'double', unit: 's', ucd: 'time.start;meta.main', system: 'seconds-tt', description: 'start of the bin, TT seconds since MJD 51544.0' },
      { name: 'width', datatype: 'double', unit: 's', ucd: 'time.duration', description: 'width of the bin' },
      { name: 'instrument', datatype: 'char', ucd: 'meta.id;instr', description: 'who counted' },
      { name: 'group', datatype: 'char', description: 'part of the instrument' },
      { name: 'band', datatype: 'char', description: 'energy band' },
      { name: 'counts', datatype: 'double', unit: 'ct', ucd: 'phot.count', description: 'counts' },
      { name: 'exposure', datatype: 'double', unit: 's', ucd: 'time.duration;obs.exposure', description: 'live time' },
      { name: 'rate', datatype: 'double', unit: 'ct/s', ucd: 'arith.rate;phot.count', description: 'counts / exposure' },
      { name: 'rate_error', datatype: 'double', unit: 'ct/s', ucd: 'stat.error;phot.count', description: 'square root of the counts / exposure' },
      { name: 'background', datatype: 'double', unit: 'ct', ucd: 'phot.count;instr.background', description: 'counts expected' },
      { name: 'revision', datatype: 'int', ucd: 'meta.version', description: 'rises with late data' },
      { name: 'completeness', datatype: 'double', description: 'share of the good time whose data have arrived' },
      { name: 'provisional', datatype: 'boolean', ucd: 'meta.code', description: 'whether the bin is still open' },
    ],
    rows: curves.flatMap(({ key, bins }) => Array.from(bins.index, (index, i) => {
      const { rate, error } = binRate(bins, i)
      return [
        index * key.width + bins.phase, key.width, key.instrument, key.group, key.band, bins.counts[i], short(bins.exposure[i]!), short(rate), short(error), short(bins.background[i]!), bins.revision[i],
        short(bins.completeness[i]!), (bins.flags[i]! & BIN_PROVISIONAL) !== 0,
      ]
    })),
  }
}
