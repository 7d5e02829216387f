import type { Candidate } from '@heavens/schemas'

const CLASS_NAMES: Record<NonNullable<Candidate['class']>, string> = {
  'burst': 'burst', 'known-source-flare': 'flare', 'new-source': 'new source', 'solar': 'solar', 'particles': 'particles', 'sgr': 'SGR', 'artefact': 'artefact', 'unclassified': 'unclassified',
}

/** What a candidate is thought to be, with the source where it is known: `burst 0.93`, `flare of Mkn 421`. */
export function className(c: Pick<Candidate, 'class' | 'classProbability' | 'knownSource' | 'state'>): string {
  if (c.state === 'retracted') return 'retracted'
  const name = CLASS_NAMES[c.class ?? 'unclassified']
  const of = c.knownSource ? `${name} of ${c.knownSource}` : name
  return c.classProbability === undefined ? of : `${of} ${c.classProbability.toFixed(2)}`
}

/** False-alarm rate as people read it: how often noise alone would do this. */
export function farText(far: number): string {
  if (far === 0) return 'FAR < 1e-12 Hz'
  const year = far * 365.25 * 86_400
  if (year < 1) return `FAR ${far.toExponential(0).replace('e-', 'e−')} Hz`
  if (year < 365) return `FAR ${year.toPrecision(2)} a year`
  return `FAR ${(far * 86_400).toPrecision(2)} a day`
}

/** One sentence for a screen reader when an event comes. */
export function announcement(c: Candidate, instrument: string, time: string): string {
  return `New event: ${c.simulated ? 'simulated ' : ''}${className(c)}, ${instrument}, ${c.significance.toFixed(1)} sigma, at ${time}.`
}
