import type { Candidate, EventBlock, ImageTrigger, InstrumentDescriptor, Item, PointingBlock, Watermark } from '@heavens/schemas'
import { ang2pixRingMany, nearestSource, nside2npix, pix2angRing, separation, unitVector } from '@heavens/science/sky'
import { createFocus, focusStep, resetFocus, type FocusState } from '@heavens/science/timing'
import { candidateId } from './candidate-id.js'
import { bandOfEnergy } from './energy-bands.js'
import { addExposure, exposedPixels, exposePixels, pixelSky, pointingRows, zenithCutAfter } from './pointing-exposure.js'
import { forgetPhotons, keepPhoton, keptPhotons, rowFrom, sortPhotons, type KeptPhotons } from './kept-photons.js'
import { publish, reconcile, type Published } from './publish-candidates.js'

/** Cells of 3.7°: wider than the point-spread function, so that a source's photons mostly fall into one. */
const CELL_NSIDE = 16
const CELLS = nside2npix(CELL_NSIDE)
/** Slots before the long-term rate of a cell may be used, and by which it lags. */
const SETTLE = 16
const DELAY = 4
/** Weight of a new slot in the long-term rate, once that many have been learnt. */
const ALPHA = 0.01
/** Counts that the long-term rate must rest on: with fewer its own error makes excesses. */
const LEAST_LEARNT = 25
/** An excess below this ratio is not looked for: the long-term rate is not better known. */
const LEAST_RATIO = 1.6
/** Slots whose photons give the position. */
const KEPT_SLOTS = 8
/** Cells this close are one excess [deg]. */
const SAME_PLACE = 8
/** Slots in which the place was seen without excess that end a candidate. */
const QUIET_SLOTS = 8

/**
 * New or flaring sources on the sky: Poisson-FOCuS in every cell on slots of a window's length, against the long-term rate of the
 * cell times the slot's exposure. Needs pointings: without exposure nothing is judged. Plain data.
 */
export interface SkyTransientState {
  descriptor: InstrumentDescriptor
  run: string
  /** largest angle from the zenith that pointings to come expose [deg] */
  zenithCut: number | undefined
  triggers: CellTrigger[]
}

interface CellTrigger {
  trigger: ImageTrigger
  slot: number
  /** slots that are being filled, and those that late data may still change, by their index */
  filling: Map<number, Slot>
  /** first slot that has not been judged; −Infinity before data */
  next: number
  /** photons of the last slots, for the position */
  photons: KeptPhotons
  /** first judged slot that late data have changed since the last watermark; Infinity where none has */
  changed: number
  search: CellSearch
  /** the search as it was behind the last slot that nothing can change any more, and the slot that follows: from there it runs again */
  base: CellSearch
  baseNext: number
  published: Published[]
}

/** What judging slots changes. */
interface CellSearch {
  learntCounts: Float64Array
  learntExposure: Float64Array
  /** raw sums, for the error of the rate */
  learntTotal: Float64Array
  slots: number
  line: { counts: Float64Array; exposure: Float64Array }[]
  focus: FocusState[]
  open: OpenPlace[]
  /** the last version of each candidate */
  found: Candidate[]
}

interface Slot {
  /** photons per cell */
  counts: Uint32Array
  /** live seconds, on-axis equivalent, per cell; null until the first pointing */
  exposure: Float64Array | null
}

interface OpenPlace {
  candidate: Candidate
  cell: number
  /** slots with exposure since the last hit */
  silent: number
}

export function createSkyTransients(descriptor: InstrumentDescriptor, run: string): SkyTransientState {
  const triggers = descriptor.triggers.image.flatMap((trigger): CellTrigger[] => {
    const slot = descriptor.images?.windows.find((w) => w.id === trigger.window)?.seconds
    if (!slot) return []
    return [{ trigger, slot, filling: new Map(), next: -Infinity, photons: keptPhotons(), changed: Infinity, search: createSearch(trigger), base: createSearch(trigger), baseNext: -Infinity, published: [] }]
  })
  return { descriptor, run, zenithCut: descriptor.zenithCut, triggers }
}

function createSearch(trigger: ImageTrigger): CellSearch {
  return {
    learntCounts: new Float64Array(CELLS), learntExposure: new Float64Array(CELLS), learntTotal: new Float64Array(CELLS), slots: 0, line: [],
    focus: Array.from({ length: CELLS }, () => createFocus({ sigma: trigger.sigma, muMin: LEAST_RATIO })), open: [], found: [],
  }
}

/** Take one item; at a watermark the slots that have ended are judged, in order, those that late data have changed anew. */
export function stepSkyTransients(state: SkyTransientState, item: Item, emit: (candidate: Candidate) => void): void {
  state.zenithCut = zenithCutAfter(state.zenithCut, item, state.descriptor)
  for (const trigger of state.triggers) {
    if (item.kind === 'events') takePhotons(state, trigger, item)
    else if (item.kind === 'pointing') takePointings(state, trigger, item)
    else if (item.kind === 'watermark') takeWatermark(state, trigger, item, emit)
  }
}

function takeWatermark(state: SkyTransientState, trigger: CellTrigger, item: Watermark, emit: (candidate: Candidate) => void): void {
  const end = Math.floor(item.time / trigger.slot)
  const again = trigger.changed < trigger.next
  sortPhotons(trigger.photons)
  if (again) {
    trigger.search = structuredClone(trigger.base)
    judgeSlots(state, trigger, trigger.search, trigger.baseNext, end, () => {})
  } else judgeSlots(state, trigger, trigger.search, trigger.next, end, (found) => emit(publish(trigger.published, found)))
  trigger.changed = Infinity
  trigger.next = Math.max(trigger.next, end)
  if (item.final) for (const place of trigger.search.open.splice(0)) tell(trigger.search, place, 'closed', again ? () => {} : (found) => emit(publish(trigger.published, found)))
  if (again) for (const version of reconcile(trigger.published, trigger.search.found, trigger.baseNext * trigger.slot)) emit(version)
  const fixed = Math.floor((item.time - state.descriptor.lateHorizon) / trigger.slot)
  judgeSlots(state, trigger, trigger.base, trigger.baseNext, fixed, () => {})
  for (const index of trigger.filling.keys()) if (index < fixed) trigger.filling.delete(index)
  trigger.baseNext = Math.max(trigger.baseNext, fixed)
  // Photons before that give no position any more, whether their slots could be judged or not.
  forgetPhotons(trigger.photons, (trigger.baseNext - KEPT_SLOTS) * trigger.slot)
  forgetFound(trigger)
}

/** Judge the slots from…to that hold anything, in order. */
function judgeSlots(state: SkyTransientState, trigger: CellTrigger, search: CellSearch, from: number, to: number, emit: (found: Candidate) => void): void {
  for (const index of [...trigger.filling.keys()].filter((i) => i >= from && i < to).sort((x, y) => x - y)) {
    const { counts, exposure } = trigger.filling.get(index)!
    if (exposure) judgeSlot(state, trigger, search, index, new Float64Array(counts), exposure, emit)
  }
}

/** Forget candidates that ended so long ago that no late data can change them. */
function forgetFound(trigger: CellTrigger): void {
  const oldest = (trigger.baseNext - KEPT_SLOTS) * trigger.slot
  const open = new Set([...trigger.base.open, ...trigger.search.open].map((place) => place.candidate.id))
  trigger.published = trigger.published.filter((p) => p.candidate.stop >= oldest || open.has(p.as))
  for (const search of [trigger.base, trigger.search]) search.found = search.found.filter((f) => f.stop >= oldest || open.has(f.id))
}

function slotAt(trigger: CellTrigger, time: number): Slot | undefined {
  const index = Math.floor(time / trigger.slot)
  if (index < trigger.baseNext) return undefined
  if (index < trigger.next) trigger.changed = Math.min(trigger.changed, index)
  let slot = trigger.filling.get(index)
  if (!slot) trigger.filling.set(index, (slot = { counts: new Uint32Array(CELLS), exposure: null }))
  return slot
}

function takePhotons(state: SkyTransientState, trigger: CellTrigger, block: EventBlock): void {
  const { ra, dec, time, energy, flags } = block.columns
  if (!ra || !dec || !energy) return
  const { bands } = state.descriptor
  const cells = new Int32Array(block.count)
  ang2pixRingMany(CELL_NSIDE, ra, dec, cells)
  for (let i = 0; i < block.count; i++) {
    const band = bandOfEnergy(energy[i]!, bands)
    if (flags?.[i] === 1 || band >= bands.length || (trigger.trigger.band !== 'all' && bands[band]!.id !== trigger.trigger.band)) continue
    const slot = slotAt(trigger, time[i]!)
    if (!slot) continue
    slot.counts[cells[i]!]!++
    keepPhoton(trigger.photons, time[i]!, ra[i]!, dec[i]!, cells[i]!)
  }
}

const CELL_SKY = pixelSky(CELL_NSIDE)

function takePointings(state: SkyTransientState, trigger: CellTrigger, block: PointingBlock): void {
  const exposed = exposedPixels(CELL_SKY)
  for (const row of pointingRows(block, state.zenithCut)) {
    const slot = slotAt(trigger, row.time)
    if (!slot) continue
    const exposure = (slot.exposure ??= new Float64Array(CELLS))
    // In whole steps such sums are exact, so that the order in which pointings come does not show.
    addExposure(exposure, exposePixels(state.descriptor, row, CELL_SKY, exposed), 1)
  }
}

function judgeSlot(state: SkyTransientState, trigger: CellTrigger, search: CellSearch, index: number, counts: Float64Array, exposure: Float64Array, emit: (found: Candidate) => void): void {
  const { slot } = trigger
  const start = index * slot
  const hits: { cell: number; significance: number; length: number }[] = []
  if (search.slots >= SETTLE) {
    for (let c = 0; c < CELLS; c++) {
      if (!(exposure[c]! > 0) || search.learntTotal[c]! < LEAST_LEARNT) continue
      const expected = (search.learntCounts[c]! / search.learntExposure[c]!) * exposure[c]!
      const significance = focusStep(search.focus[c]!, counts[c]!, expected)
      if (significance > 0) hits.push({ cell: c, significance, length: search.focus[c]!.hitLength })
    }
  }
  hits.sort((a, b) => b.significance - a.significance || a.cell - b.cell)
  for (const hit of hits) takeHit(state, trigger, search, hit, start + slot, emit)
  search.open = search.open.filter((place) => {
    if (exposure[place.cell]! > 0) place.silent++
    if (place.silent <= QUIET_SLOTS) return true
    tell(search, place, 'closed', emit)
    return false
  })
  learn(search, counts, exposure)
}

/** Put the slot into the delay line; what leaves it is learnt. */
function learn(search: CellSearch, counts: Float64Array, exposure: Float64Array): void {
  search.line.push({ counts, exposure })
  search.slots++
  if (search.line.length <= DELAY) return
  const old = search.line.shift()!
  const weight = Math.max(ALPHA, 1 / (search.slots - DELAY))
  for (let c = 0; c < CELLS; c++) {
    search.learntCounts[c]! += weight * (old.counts[c]! - search.learntCounts[c]!)
    search.learntExposure[c]! += weight * (old.exposure[c]! - search.learntExposure[c]!)
    search.learntTotal[c]! += old.counts[c]!
  }
}

function takeHit(state: SkyTransientState, trigger: CellTrigger, search: CellSearch, hit: { cell: number; significance: number; length: number }, stop: number, emit: (found: Candidate) => void): void {
  const { descriptor } = state
  const place = locate(trigger, descriptor, hit.cell, stop)
  const known = search.open.find((p) => separation(p.candidate.ra!, p.candidate.dec!, place.ra, place.dec) < SAME_PLACE)
  const start = stop - hit.length * trigger.slot
  if (known) {
    known.silent = 0
    const { candidate } = known
    candidate.stop = stop
    if (hit.significance <= candidate.significance) return
    Object.assign(candidate, { significance: hit.significance, timescale: stop - start, start: Math.min(candidate.start, start), ...place }, nature(place))
    return tell(search, known, 'open', emit)
  }
  resetNeighbours(search, hit.cell)
  const opened: OpenPlace = {
    candidate: {
      id: candidateId(descriptor.id, state.run, 'sky', trigger.trigger.window, hit.cell, Math.round(start / trigger.slot)),
      instrument: descriptor.id, run: state.run, revision: 0, state: 'open', trigger: 'image', time: start, start, stop,
      significance: hit.significance, band: trigger.trigger.band, groups: descriptor.groups.map((g) => g.id), timescale: stop - start,
      ...place, ...nature(place), simulated: state.run === 'simulated',
    },
    cell: hit.cell, silent: 0,
  }
  search.open.push(opened)
  tell(search, opened, 'open', emit)
}

/** A bright excess spills over: what its neighbours saw of it is not theirs. */
function resetNeighbours(search: CellSearch, cell: number): void {
  const [ra, dec] = pix2angRing(CELL_NSIDE, cell)
  for (let c = 0; c < CELLS; c++) if (c !== cell && separation(ra, dec, ...pix2angRing(CELL_NSIDE, c)) < SAME_PLACE) resetFocus(search.focus[c]!)
}

/** Where in the cell: the mean of the photons around the densest one, and its error radius (90 %). */
function locate(trigger: CellTrigger, descriptor: InstrumentDescriptor, cell: number, stop: number): { ra: number; dec: number; radius: number } {
  // Photons of later slots may be here already: which ones depends on how the stream is cut.
  const { photons } = trigger
  const recent = { from: rowFrom(photons, stop - KEPT_SLOTS * trigger.slot), to: rowFrom(photons, stop) }
  const near: { ra: number; dec: number }[] = []
  for (let i = recent.from; i < recent.to; i++) if (photons.cell[i] === cell) near.push({ ra: photons.ra[i]!, dec: photons.dec[i]! })
  const radius = trigger.trigger.psfRadius
  let best = near[0]
  let most = -1
  for (const p of near) {
    let n = 0
    for (const q of near) if (separation(p.ra, p.dec, q.ra, q.dec) < radius) n++
    if (n > most) {
      most = n
      best = p
    }
  }
  if (!best) {
    const [ra, dec] = pix2angRing(CELL_NSIDE, cell)
    return { ra, dec, radius: 2 }
  }
  let [x, y, z] = [0, 0, 0]
  for (let i = recent.from; i < recent.to; i++) {
    if (separation(best.ra, best.dec, photons.ra[i]!, photons.dec[i]!) >= radius) continue
    const v = unitVector(photons.ra[i]!, photons.dec[i]!)
    x += v[0]
    y += v[1]
    z += v[2]
  }
  const ra = (Math.atan2(y, x) * 180) / Math.PI
  return { ra: ra < 0 ? ra + 360 : ra, dec: (Math.atan2(z, Math.hypot(x, y)) * 180) / Math.PI, radius: Math.max(0.3, (1.5 * (descriptor.images?.psfRadius ?? radius)) / Math.sqrt(Math.max(1, most))) }
}

function nature(place: { ra: number; dec: number; radius: number }): Pick<Candidate, 'class' | 'classProbability' | 'reasons' | 'knownSource'> {
  const found = nearestSource(place.ra, place.dec, Math.max(1, place.radius))
  if (!found) return { class: 'new-source', classProbability: 0.6, reasons: ['more photons than the long-term rate of this part of the sky explains', 'no known source within its error radius'] }
  return {
    class: 'known-source-flare', classProbability: 0.6, knownSource: found.source.name,
    reasons: ['more photons than the long-term rate of this part of the sky explains', `${found.source.name} lies ${found.separation.toFixed(1)}° from it`],
  }
}

function tell(search: CellSearch, place: OpenPlace, state: 'open' | 'closed', emit: (found: Candidate) => void): void {
  place.candidate.state = state
  const found = { ...place.candidate }
  const i = search.found.findIndex((f) => f.id === found.id)
  if (i < 0) search.found.push(found)
  else search.found[i] = found
  emit(found)
}
