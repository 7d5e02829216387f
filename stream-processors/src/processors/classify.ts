import type { Candidate, CandidateClass, InstrumentDescriptor } from '@heavens/schemas'

/** What is known of a rate candidate when it is classified. */
export interface RateEvidence {
  timescale: number
  groups: number
  coincidence: number
  /** bands that triggered, by index */
  bands: readonly number[]
}

/** Duration below which a single-detector spike is more likely a charged particle than a burst [s]. */
const SPIKE = 0.15
/** Upper energy below which a rise alone is not taken for a burst [keV]. */
const SOFT = 25

/** Class, probability and reasons of an excess without direction, by rules that are stated in the reasons. */
export function classifyRate(descriptor: InstrumentDescriptor, evidence: RateEvidence): Required<Pick<Candidate, 'class' | 'classProbability' | 'reasons'>> {
  const reasons: string[] = []
  const answer = (kind: CandidateClass, probability: number): Required<Pick<Candidate, 'class' | 'classProbability' | 'reasons'>> => ({ class: kind, classProbability: probability, reasons })
  const names = evidence.bands.map((b) => descriptor.bands[b]!.label)
  if (evidence.coincidence > 1) reasons.push(`${evidence.groups} detectors over threshold together in ${names.join(' and ')}`)
  else reasons.push(`${names.length === 1 ? 'one band' : `${names.length} bands`} over threshold: ${names.join(', ')}`)
  if (evidence.bands.every((b) => descriptor.bands[b]!.eMax <= SOFT)) {
    reasons.push('softest band only: not like a gamma-ray burst')
    return answer('unclassified', 0.2)
  }
  if (evidence.coincidence > 1) return answer('burst', Math.min(0.95, 0.7 + 0.05 * evidence.groups))
  if (evidence.timescale < SPIKE) {
    reasons.push(`no longer than ${SPIKE} s in a single detector: charged particles look like this`)
    return answer('particles', 0.6)
  }
  if (evidence.bands.length > 1) return answer('burst', 0.8)
  reasons.push('a single detector and band: wait for another instrument')
  return answer('burst', 0.4)
}
