import { metFromTt, missionClock } from '@heavens/science/time'
import type { CardInput } from '@heavens/science/fits'

/** Mission elapsed time of the zero of internal time [s]: the clock runs in TT seconds, so that the rest is an addition. */
const MET_OF_ZERO = metFromTt(0, missionClock('fermi'))

/** TT seconds → Fermi mission elapsed time [s]. */
export function fermiMet(t: number): number {
  return t + MET_OF_ZERO
}

/** The time keywords that Fermi's files have in every HDU. */
export function fermiTimeCards(start: number, stop: number): CardInput[] {
  return [
    ['TIMESYS', 'TT', 'time system'], ['TIMEUNIT', 's', 'unit of times'], ['TIMEREF', 'LOCAL', 'no barycentring'],
    ['MJDREFI', 51910, 'integer part of the reference MJD'], ['MJDREFF', 7.428703703703703e-4, 'fraction of the reference MJD'],
    ['TSTART', fermiMet(start), 'start of the data'], ['TSTOP', fermiMet(stop), 'end of the data'],
  ]
}
