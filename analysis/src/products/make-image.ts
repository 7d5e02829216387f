import { HeavensError } from '@heavens/schemas'
import { writeFits } from '@heavens/science/fits'
import type { CardInput, HduInput, NumericArray } from '@heavens/science/fits'
import type { ProductStore } from '@heavens/storage'
import { imagePreview } from '../plots/image-preview.js'
import { intersect, unite } from '../selection/intervals.js'
import { classCards, originCards, provenanceCards, span, timeCards } from './cards.js'
import { countsImage } from './counts-image.js'
import { discSum } from './disc-sum.js'
import { exposureImages } from './exposure-images.js'
import { responseCards } from './response-cards.js'
import { fieldRing } from './field-ring.js'
import type { FieldRing } from './field-ring.js'
import { gtiHdu } from './gti-hdu.js'
import { imageLayout } from './image-layout.js'
import type { MadeFile, ProductBand, ProductContext } from './product-context.js'
import { ringSignificance } from './ring-significance.js'

/** Images whose fullest pixel has fewer counts than this are smoothed for the picture. */
const SPARSE = 20

/**
 * Image around the target: COUNTS and SIGNIFICANCE for each band (EXTVER; the first is all bands together where there are
 * several), with BACKGROUND where runs bring their acceptance, EXPOSURE where the pointing is known (cm² s for each band where the response by energy and angle is known, and then LIVETIME; else live seconds), good time; and a picture of the counts. No region cuts it.
 */
export async function makeImage(context: ProductContext, products: ProductStore): Promise<MadeFile[]> {
  const { whole, used } = context
  const { descriptor } = whole
  const { grid, pixel, size, side } = imageLayout(used, descriptor)
  if (side > context.most.pixels) throw new HeavensError('too-much', { reason: `products.image: ${size} degrees in pixels of ${pixel} are ${side} pixels a side, more than ${context.most.pixels}` }, { path: 'products.image.pixel' })
  const sky = new Float64Array(side * side)
  for (let y = 0; y < side; y++) for (let x = 0; x < side; x++) if (grid.isSky(x, y)) sky[y * side + x] = 1
  const good = unite(whole.groups.flatMap((group) => intersect(group.good, context.intervals)))
  const psf = descriptor.images?.psfRadius ?? 3 * pixel
  const origin = [...originCards(context), ...timeCards(span(context.intervals))]
  const hdus: HduInput[] = []
  const add = (name: string, version: number, values: NumericArray, cards: readonly CardInput[]): void => {
    hdus.push({ kind: 'image', name, shape: [side, side], values, cards: [['EXTVER', version, 'one for each band'], ...cards, ...grid.cards, ...origin] })
  }
  const { bands } = context
  const all: ProductBand = { id: 'all', eMin: Math.min(...bands.map((b) => b.eMin)), eMax: Math.max(...bands.map((b) => b.eMax)) }
  const sets = [...(bands.length > 1 ? [{ band: all, bands }] : []), ...bands.map((band) => ({ band, bands: [band] }))]
  const field = await fieldRing(context, sets, grid, side, pixel, products)
  const exposed = exposureImages(context, grid, sky, sets.map((set) => set.bands), side, Math.max(1, Math.floor(1 / pixel)))
  let preview: Float64Array | undefined
  sets.forEach(({ band, bands: of }, i) => {
    const counts = countsImage(context, of, grid, side)
    preview ??= counts
    const energy = bandCards(band)
    add('COUNTS', i + 1, Int32Array.from(counts), [['BUNIT', 'count', 'counts of each pixel'], ...energy, ...classCards('IMAGE', 'COUNTS')])
    const ring = field?.rings[i]
    const weight = exposed?.exposures?.[i] ?? exposed?.live
    add('SIGNIFICANCE', i + 1, ring?.significance ?? ringSignificance(weight === undefined ? sky : Float64Array.from(weight), side, side, psf / pixel)(counts), [
      ['BUNIT', 'sigma', 'standard deviations, Li & Ma (1983)'],
      ...(field === undefined
        ? [['ONRADIUS', psf, '[deg] disc around each pixel; ring from 1.5 to 4 times that'], ...(weight === undefined ? [] : [['ACCEPT', 'EXPOSURE', 'acceptance by the exposure of each pixel'] satisfies CardInput])] satisfies CardInput[]
        : ringCards(field)),
      ...energy, ...classCards('IMAGE', 'SIGNIFICANCE'),
    ])
    if (ring !== undefined) add('BACKGROUND', i + 1, ring.background, [['BUNIT', 'count', 'expected in each pixel, from a ring around it'], ...ringCards(field!), ...energy, ...classCards('IMAGE', 'BKG')])
  })
  const pointed = exposed !== undefined
  exposed?.exposures?.forEach((values, i) => {
    add('EXPOSURE', i + 1, values, [['BUNIT', 'cm2 s', 'effective area x live time'], ...bandCards(sets[i]!.band), ...responseCards(context), ...classCards('IMAGE', 'EXPOSURE')])
  })
  if (pointed) add(exposed.exposures === undefined ? 'EXPOSURE' : 'LIVETIME', 1, exposed.live, [['BUNIT', 's', 'live time in the field of view'], ...classCards('IMAGE', 'EXPOSURE')])
  const primary: HduInput = {
    kind: 'image',
    cards: [...origin, ['EXPOMAP', pointed, pointed ? 'an EXPOSURE extension is there' : 'no pointing is known, so no EXPOSURE'], ...responseCards(context), ...provenanceCards({ ...context, radius: undefined, shape: undefined }, context.response?.files)],
  }
  // Of single photons nothing is seen: the picture (not the file) then shows their sum over the resolution.
  const sparse = preview!.reduce((a, b) => Math.max(a, b), 0) < SPARSE
  const shown = (sparse ? discSum(preview!, side, side, Math.max(1, psf / pixel / 2)) : preview!).map((n, i) => (sky[i] === 1 ? n : NaN))
  return [
    { path: 'image.fits', kind: 'image', bytes: writeFits([primary, ...hdus, gtiHdu(context, good)]) },
    { path: 'image.png', kind: 'preview', bytes: imagePreview(shown, side, side) },
  ]
}

function bandCards(band: ProductBand): CardInput[] {
  return [['BANDID', band.id, 'name of the band'], ['E_MIN', band.eMin, '[keV] lower end of the band'], ['E_MAX', band.eMax, '[keV] upper end of the band']]
}

function ringCards({ radii }: FieldRing): CardInput[] {
  return [
    ['ONRADIUS', radii.on, '[deg] disc around each pixel'], ['RINGIN', radii.inner, '[deg] inner radius of the ring'], ['RINGOUT', radii.outer, '[deg] outer radius of the ring'],
    ['EXCLRAD', radii.exclusion, '[deg] around the target, not in any ring'], ['ACCEPT', 'BKG', 'acceptance by the background tables of the runs'],
  ]
}
