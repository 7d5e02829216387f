import { CurveSeries, HeavensError, binRate, encodeFrame } from '@heavens/schemas'
import type { CurveBins } from '@heavens/schemas'
import { utcIsoFromTt } from '@heavens/science/time'
import { z } from 'zod'
import type { ApiApp } from '../api-app.js'
import type { ApiContext } from '../context.js'
import { boundsOf, descriptorOf, indexRange, phaseOf, readSeries, selectSeries } from '../curves/select-series.js'
import type { Series } from '../curves/select-series.js'
import { Bytes, ErrorAnswer } from '../openapi.js'
import { queryTime } from '../query-time.js'
import { answerTable, listFormat } from '../votable/answer-table.js'
import { curveTable } from '../votable/curve-table.js'

/** Bins in one answer. */
const MOST_BINS = 1_000_000

const CurveQuery = z.strictObject({
  instrument: z.string(), run: z.string().optional().describe('absent: main, else the first'),
  group: z.string().optional().describe('absent: all, one curve each; "sum": all added bin by bin'),
  band: z.string().optional().describe('absent: all'), width: z.coerce.number().positive().optional().describe('bin width [s]; absent: the one shown first'),
  start: z.string().optional().describe('TT s or ISO UTC'), stop: z.string().optional().describe('TT s or ISO UTC'),
  format: z.enum(['json', 'csv', 'votable', 'frame']).optional().describe('absent: by the Accept header, else json'),
})

/** Light curves of any interval, from the curve store. */
export function curveRoutes(app: ApiApp, { options }: ApiContext): void {
  const store = options.stores.curves
  app.get('/api/v1/curves', {
    schema: { summary: 'Light curves: bins that overlap [start, stop)', tags: ['data'], querystring: CurveQuery, response: { 200: z.union([z.array(CurveSeries), Bytes]), '4xx': ErrorAnswer } },
  }, async (request, reply) => {
    const { format: named, start, stop, ...filter } = request.query
    const format = named === 'frame' ? named : listFormat(request, named)
    const from = start === undefined ? -Infinity : queryTime(start, 'start')
    const to = stop === undefined ? Infinity : queryTime(stop, 'stop')
    if (to < from) throw new HeavensError('stop-before-start', { start, stop }, { path: 'stop' })
    const list = await selectSeries(store, descriptorOf(options.instruments, filter.instrument), filter)
    if (format === 'frame' && list.length > 1) throw new HeavensError('bad-request', { reason: `a frame holds one curve and this means ${list.length}: name a group and a band` }, { path: 'format' })
    const curves: { series: Series; bins: CurveBins }[] = []
    let left = MOST_BINS
    for (const series of list) {
      const bins = await readInterval(series, from, to, left)
      if (bins === undefined) continue
      left -= bins.index.length
      curves.push({ series, bins })
    }
    void reply.header('cache-control', 'no-store')
    if (format === 'csv') return reply.type('text/csv; charset=utf-8').send(curvesCsv(curves))
    if (format === 'votable') return answerTable(reply, format, curveTable(curves.map(({ series, bins }) => ({ key: series.key, bins }))))
    if (format === 'frame') {
      const only = curves[0]
      if (only === undefined) throw new HeavensError('no-data', { reason: `no such curve of ${filter.instrument} has any bins` })
      const { phase, ...arrays } = only.bins
      return reply.type('application/octet-stream').send(Buffer.from(encodeFrame({ ...only.series.key, phase }, arrays)))
    }
    return curves.map(({ series, bins }) => curveSeries(series, bins))
  })

  async function readInterval(series: Series, start: number, stop: number, most: number): Promise<CurveBins | undefined> {
    const bounds = await boundsOf(store, series)
    if (bounds === undefined) return undefined
    const wanted = indexRange(start, stop, series.key.width, await phaseOf(store, series, bounds))
    const from = Math.max(bounds.first, wanted.from)
    const to = Math.min(bounds.last, wanted.to)
    const sparse = descriptorOf(options.instruments, series.key.instrument).curves.sparse
    if (!sparse && to - from > most) throw new HeavensError('bad-request', { reason: `these are more than ${MOST_BINS} bins: ask for a shorter interval, wider bins or fewer curves` }, { path: 'start' })
    return readSeries(store, series, from, Math.max(from, to))
  }
}

function curveSeries({ key }: Series, bins: CurveBins): CurveSeries {
  // Float32 values print with digits they do not have: seven are all they hold.
  const short = (values: Float32Array): number[] => Array.from(values, (v) => Number(v.toPrecision(7)))
  return {
    ...key, phase: bins.phase, index: [...bins.index], counts: [...bins.counts], exposure: short(bins.exposure),
    background: short(bins.background).map((v) => (Number.isNaN(v) ? null : v)),
    revision: [...bins.revision], completeness: short(bins.completeness), flags: [...bins.flags],
  }
}

function curvesCsv(curves: readonly { series: Series; bins: CurveBins }[]): string {
  const lines = ['time_tt_s,time_utc,width_s,group,band,counts,exposure_s,rate_per_s,rate_error_per_s,background,revision,completeness,provisional']
  const number = (v: number): string => (Number.isNaN(v) ? '' : String(Number(v.toPrecision(7))))
  for (const { series: { key }, bins } of curves) {
    for (let i = 0; i < bins.index.length; i++) {
      const time = bins.index[i]! * key.width + bins.phase
      const { rate, error } = binRate(bins, i)
      lines.push([time, utcIsoFromTt(time), key.width, key.group, key.band, bins.counts[i], number(bins.exposure[i]!), number(rate), number(error), number(bins.background[i]!), bins.revision[i], number(bins.completeness[i]!), bins.flags[i]! & 1].join(','))
    }
  }
  return `${lines.join('\n')}\n`
}
