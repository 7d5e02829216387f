import type { FitsHdu, TableSlice } from '@heavens/science/fits'
import { bandText } from '@heavens/science/energy'
import { numbers } from './read-product.js'

/** A light curve of one band, as rates or as fluxes; arrays of one length. TIME is the middle of a bin, s from MJDREF. */
export interface CurveTable {
  /** its band and what it shows, in words */
  name: string
  /** its band alone, in words */
  band: string
  /** what it shows of it: one of these is looked at at a time */
  shows: 'rates' | 'fluxes' | 'rates per run' | 'fluxes per run'
  time: Float64Array
  width: Float64Array
  rate: Float64Array
  error: Float64Array
  /** what a rate is divided by: live seconds of each bin, or cm² s for a flux; seconds of the bin where the file says nothing */
  live: Float64Array
  counts: Float64Array | null
  /** counts of a measured background and its scale to the bin, where the file gives them */
  off: { counts: Float64Array; alpha: Float64Array } | null
  /** upper limits as the file has them, NaN elsewhere */
  upper: Float64Array | null
  /** whether `rate` is less a background */
  subtracted: boolean
  /** of `rate` */
  unit: string
}

/** Whether an extension holds a light curve. */
export const isCurveTable = (h: FitsHdu): boolean => h.kind === 'bintable' && /^(RATE|RUNS)$/i.test(h.name)

/** The light curves in rows of a RATE or RUNS extension: rates, and the fluxes of those that have them. None where it lacks times or rates. */
export function curvesOf(hdu: FitsHdu, { columns }: TableSlice): CurveTable[] {
  const of = (name: string): Float64Array | null => (columns[name] ? numbers(columns[name].values) : null)
  const [time, rate] = [of('TIME'), of('RATE')]
  if (!time || !rate) return []
  const { header } = hdu
  const width = of('TIMEDEL') ?? new Float64Array(time.length).fill(header.number('TIMEDEL', 1))
  const [share, off, alpha] = [of('FRACEXP'), of('OFF'), of('ALPHA')]
  const runs = /^RUNS$/i.test(hdu.name)
  const [low, high] = [header.number('E_MIN', NaN), header.number('E_MAX', NaN)]
  const band = low < high ? bandText(low, high) : header.string('BANDID', hdu.name)
  const each = runs ? ' per run' : ''
  const unit = columns['RATE']!.unit || 'count/s'
  const rates: CurveTable = {
    name: `${band}${each}`, band, shows: runs ? 'rates per run' : 'rates', unit: unit === 'count/s' ? 'counts/s' : unit, time, width, rate, error: of('ERROR') ?? new Float64Array(time.length), upper: of('UPPER'),
    live: width.map((w, i) => w * (share?.[i] ?? 1)), counts: of('COUNTS'), off: off && alpha ? { counts: off, alpha } : null, subtracted: header.get('BACKAPP') === true,
  }
  const [flux, exposure] = [of('FLUX'), of('EXPOSURE')]
  if (!flux || !exposure) return [rates]
  const contained = header.number('CONTAIN', 1)
  // Fluxes may rest on less than is counted: on the energies that are trusted.
  const [trusted, trustedOff, trustedAlpha] = [of('FCOUNTS'), of('FOFF'), of('FALPHA')]
  return [rates, {
    ...rates, ...(trusted && trustedOff && trustedAlpha ? { counts: trusted, off: { counts: trustedOff, alpha: trustedAlpha } } : {}), name: `${band} flux${each}`, shows: runs ? 'fluxes per run' : 'fluxes', unit: columns['FLUX']!.unit.replace('photon', 'photons').replace('cm**2', 'cm²'), rate: flux, error: of('FLUXERR') ?? new Float64Array(time.length), upper: of('FLUXUL'),
    live: exposure.map((e) => e * contained),
  }]
}
