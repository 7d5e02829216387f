import { TOPICS, type Candidate, type ReplaySummary, type StreamId } from '@heavens/schemas'
import { utcIsoFromTt } from '@heavens/science/time'
import type { Stores } from '@heavens/storage'
import { ALL_BANDS, bandTotals, createRenderer, renderImage, type StreamState } from '@heavens/stream-processors'

/** What was replayed and found, from the states of the streams at their end. */
export async function replaySummary(stores: Stores, streams: readonly StreamId[], states: readonly StreamState[], seconds: number): Promise<ReplaySummary> {
  const ledger = { duplicates: 0, gaps: 0, late: 0, undecodable: 0, outOfBand: 0, tooLate: 0 }
  const summary: ReplaySummary = { events: 0, items: 0, ledger, instruments: [], candidates: [], images: [], seconds }
  states.forEach((state, i) => {
    const { health } = state
    summary.events += Math.round(health.events)
    summary.items += health.items
    ledger.duplicates += health.ledger.duplicates
    ledger.gaps += health.ledger.gaps
    ledger.late += health.ledger.late
    ledger.undecodable += health.ledger.undecodable
    ledger.tooLate += health.ledger.tooLate
    const totals = bandTotals(state.curves)
    ledger.outOfBand += totals.outOfBand
    if (Number.isNaN(health.start)) return
    summary.instruments.push({
      id: health.descriptor.id, start: utcIsoFromTt(health.start), stop: utcIsoFromTt(health.watermark), events: Math.round(health.events),
      groups: health.descriptor.groups.flatMap((g, k) => (health.groupEvents[k]! > 0 ? [{ id: g.id, events: Math.round(health.groupEvents[k]!) }] : [])),
      bands: health.descriptor.bands.map((b, k) => ({ id: b.id, eMin: b.eMin, eMax: b.eMax, counts: totals.bands[k]! })),
    })
    summary.images.push(...imagesOf(state, streams[i]!))
  })
  summary.candidates = (await candidatesOf(stores, streams)).map((c) => ({
    id: c.id, instrument: c.instrument, time: utcIsoFromTt(c.time), start: utcIsoFromTt(c.start), stop: utcIsoFromTt(c.stop),
    significance: c.significance, band: c.band, groups: c.groups,
    ...(c.ra === undefined ? {} : { ra: c.ra }), ...(c.dec === undefined ? {} : { dec: c.dec }), ...(c.radius === undefined ? {} : { radius: c.radius }),
    ...(c.class === undefined ? {} : { class: c.class }), revision: c.revision,
  }))
  return summary
}

/** The image of the whole run, per band and of all bands. */
function imagesOf(state: StreamState, stream: StreamId): ReplaySummary['images'] {
  if (!state.images) return []
  const { descriptor } = state.images
  const window = descriptor.images!.windows.findIndex((w) => w.seconds === null)
  const renderer = createRenderer(descriptor.images!.nside)
  return [ALL_BANDS, ...descriptor.bands.map((b) => b.id)].flatMap((band) => {
    const image = renderImage(renderer, state.images!, stream, window, band)?.image
    return image && image.counts > 0
      ? [{ instrument: stream.instrument, band, start: utcIsoFromTt(image.start), stop: utcIsoFromTt(image.stop), counts: image.counts, peak: image.peak }]
      : []
  })
}

async function candidatesOf(stores: Stores, streams: readonly StreamId[]): Promise<Candidate[]> {
  const all = (await stores.log.latest(TOPICS.candidates)).map((r) => JSON.parse(new TextDecoder().decode(r.value)) as Candidate)
  return all.filter((c) => c.state !== 'retracted' && streams.some((s) => s.instrument === c.instrument && s.run === c.run)).sort((a, b) => a.time - b.time || a.id.localeCompare(b.id))
}
