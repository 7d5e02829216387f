import { HeavensError } from '@heavens/schemas'
import { bytesSource, openFits } from '@heavens/science/fits'
import { channelResolution, groupByCounts, optimalGroups, readResponse, type Groups } from '@heavens/science/spectra'
import type { ProductStore } from '@heavens/storage'
import { spectrumPreview } from '../plots/spectrum-preview.js'
import { reflectedContext } from './reflected-context.js'
import { ringContext } from './ring-context.js'
import type { GroupContext, MadeFile } from './product-context.js'
import { foldRuns, trustedChannels } from './folded-response.js'
import { onOff } from './on-off.js'
import { middleOf, responseFor } from './response.js'
import { placeResponse } from './place-response.js'
import { responseCards } from './response-cards.js'
import { aboutRuns, responseFiles } from './response-files.js'
import { runParts } from './run-parts.js'
import { eventSpectrum } from './spectrum.js'
import type { Spectrum } from './spectrum.js'
import { rateSpectrum } from './rate-spectrum.js'
import { channelQuality, spectrumFile } from './spectrum-file.js'
import type { SpectrumLinks } from './spectrum-file.js'
import { trustedCounts, trustedStretches } from './trusted-counts.js'
import { weightedResponse } from './weighted-response.js'
import type { Interval } from '../selection/intervals.js'

/** The spectrum of one group, its background and response where there are such, and a preview. */
export async function makeSpectra(context: GroupContext, products: ProductStore): Promise<MadeFile[]> {
  const { descriptor } = context.whole
  const group = context.group.id
  const of = (intervals: readonly Interval[], from = context): Spectrum | undefined => (descriptor.data === 'rates' ? rateSpectrum(from, intervals) : eventSpectrum(from, intervals))
  const total = of(context.intervals)
  if (total === undefined) throw new HeavensError('no-product', { instrument: descriptor.id, product: 'spectrum', reason: `the energies of its counts in ${group} are not known` })
  const middle = middleOf(context.intervals)
  const item = responseFor(context.all.calibration, middle)
  const files: MadeFile[] = []
  const links: SpectrumLinks = { response: 'none', area: 'none', background: 'none', calibration: item === undefined ? [] : [{ file: item.file, sha256: item.sha256 }] }
  if (item !== undefined) {
    links.response = `response.${item.type}`
    files.push({ path: `${group}/${links.response}`, kind: 'response', group, bytes: await weightedResponse(context, total, item, await products.get(item.sha256)) })
  }
  const mirrored = context.background.length > 0 ? undefined : (reflectedContext(context) ?? ringContext(context))
  let background = context.background.length > 0 ? of(context.background) : mirrored && of(context.intervals, mirrored.context)
  if (context.background.length > 0 && !(background !== undefined && background.exposure > 0)) {
    throw new HeavensError('no-product', { instrument: descriptor.id, product: 'spectrum', reason: `${group} has no good time in the background intervals; choose others, or none` }, { path: 'products.spectrum.background' })
  }
  if (mirrored !== undefined && background !== undefined) links.onOff = onOff(total.counts, background.counts, mirrored.regions, mirrored.share)
  const parts = item === undefined && context.radius !== undefined ? await runParts(context, products, 'spectrum') : []
  const edges = Float64Array.of(...total.eMin, total.eMax.at(-1)!)
  const folded = parts.length === 0 ? undefined : foldRuns(parts, edges, context.radius!)
  let source = total
  const stretches = folded === undefined ? context.intervals.map((interval) => ({ interval })) : trustedStretches(parts, edges)
  // In the channels of the source, and in the time in which there were regions.
  if (mirrored !== undefined && total.channelType === 'PI') background = { ...total, counts: trustedCounts(mirrored.context.group.events, stretches, edges), exposure: total.exposure * mirrored.share }
  if (folded !== undefined) {
    links.response = 'response.rmf'
    links.area = 'area.arf'
    links.calibration = parts.map(({ calibration: { file, sha256 } }) => ({ file, sha256 }))
    links.trusted = Uint8Array.from(total.counts, (_, c) => (parts.some(({ response }) => trustedChannels(response, edges)[c] === 1) ? 1 : 0))
    source = { ...total, counts: trustedCounts(context.group.events, stretches, edges) }
    const { arf, rmf } = responseFiles(context, total, folded, aboutRuns(parts))
    files.push({ path: `${group}/area.arf`, kind: 'arf', group, bytes: arf }, { path: `${group}/response.rmf`, kind: 'response', group, bytes: rmf })
  }
  const place = item === undefined && folded === undefined ? placeResponse(context, edges) : undefined
  if (place !== undefined) {
    links.response = 'response.rmf'
    links.area = 'area.arf'
    links.calibration = context.response!.files
    links.trusted = place.held
    const { arf, rmf } = responseFiles(context, total, place.folded, {
      calibration: links.calibration, live: place.live,
      cards: [...responseCards(context).filter(([name]) => name !== 'SPECINDX'), ['OFFSET', Number(place.offset.toPrecision(7)), '[deg] mean angle from the boresight'], ['EDISPAPP', place.spread, place.spread ? 'energies are spread as in flight' : 'no energy dispersion: a diagonal matrix']],
    })
    files.push({ path: `${group}/area.arf`, kind: 'arf', group, bytes: arf }, { path: `${group}/response.rmf`, kind: 'response', group, bytes: rmf })
  }
  if (background !== undefined && background.exposure > 0) {
    links.background = 'background.pha'
    files.push({ path: `${group}/background.pha`, kind: 'background', group, bytes: spectrumFile(context, background, 'BKG', { ...links, background: 'none' }) })
  }
  const groups = await askedGroups(context, source, links, files.find(({ kind }) => kind === 'response')?.bytes)
  if (groups !== undefined) links.groups = groups
  files.push({ path: `${group}/spectrum.pha`, kind: 'spectrum', group, bytes: spectrumFile(context, source, 'TOTAL', links) })
  files.push({ path: `${group}/spectrum.png`, kind: 'preview', group, bytes: spectrumPreview(context, source, background, links.onOff?.regions) })
  return files
}

/** Bins of the spectrum that the request asks for; undefined: every channel by itself. */
async function askedGroups({ used, whole: { descriptor } }: GroupContext, { counts }: Spectrum, { trusted }: SpectrumLinks, response: Uint8Array | undefined): Promise<Groups | undefined> {
  const grouping = used.request.products?.spectrum?.grouping
  const quality = channelQuality(counts.length, trusted)
  if (typeof grouping === 'object') return groupByCounts(counts, quality, grouping.minimumCounts)
  if (grouping !== 'optimal') return undefined
  if (response === undefined) throw new HeavensError('no-product', { instrument: descriptor.id, product: 'spectrum', reason: 'optimal bins need its response, and no calibration is there for this time; ask for bins of least counts' })
  return optimalGroups(counts, quality, channelResolution(await readResponse(await openFits(bytesSource(response), 'response'))))
}
