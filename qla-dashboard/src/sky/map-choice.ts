import type { InstrumentDescriptor, SkyImage } from '@heavens/schemas'
import type { View } from '../state/view.js'

/** The band that stands for all bands of an instrument together. */
const ALL = 'all'

/** Which map to show, and what else there is to choose. */
export interface MapChoice {
  instrument: string
  run: string
  band: string
  window: string
  instruments: string[]
  bands: string[]
  windows: string[]
}

/**
 * The map that the view asks for as far as it exists, else the nearest that does: the instrument with images, all its bands
 * together (else the lowest, where most photons are), its longest window. Null when no instrument of the run has images.
 *
 * @param flowing  instruments that have a stream in the run
 */
export function chooseMap(view: View['image'], run: string | null, images: readonly SkyImage[], descriptors: readonly InstrumentDescriptor[], flowing: readonly string[]): MapChoice | null {
  if (run === null) return null
  const held = images.filter((i) => i.run === run)
  const able = descriptors.filter((d) => d.images && flowing.includes(d.id))
  const instruments = [...new Set([...held.map((i) => i.instrument), ...(held.length ? [] : able.map((d) => d.id))])]
  const instrument = pick(view.instrument, instruments)
  if (instrument === undefined) return null
  const descriptor = able.find((d) => d.id === instrument)
  const mine = held.filter((i) => i.instrument === instrument)
  const has = (name: 'band' | 'window') => (id: string): boolean => !mine.length || mine.some((i) => i[name] === id)
  const bands = unique([...(descriptor?.bands.map((b) => b.id) ?? []), ...mine.map((i) => i.band)]).filter(has('band'))
  const windows = unique([...(descriptor?.images?.windows.map((w) => w.id) ?? []), ...mine.map((i) => i.window)]).filter(has('window'))
  const fullest = bands.includes(ALL) ? ALL : bands[0]
  const longest = [...(descriptor?.images?.windows ?? [])].filter((w) => windows.includes(w.id)).sort((a, b) => (b.seconds ?? Infinity) - (a.seconds ?? Infinity))[0]?.id ?? windows[0]
  const band = view.band !== null && bands.includes(view.band) ? view.band : fullest
  const window = view.window !== null && windows.includes(view.window) ? view.window : longest
  return band === undefined || window === undefined ? null : { instrument, run, band, window, instruments, bands, windows }
}

const unique = (values: string[]): string[] => [...new Set(values)]
const pick = (wanted: string | null, there: string[]): string | undefined => (wanted !== null && there.includes(wanted) ? wanted : there[0])
