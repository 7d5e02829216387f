import type { Candidate } from '@heavens/schemas'

/** A candidate as the world knows it. Plain data. */
export interface Published {
  /** the id that the search gives it now: late data may move the start by which it is named */
  as: string
  /** the last version, under the id that it was first published with */
  candidate: Candidate
}

/** The version that is published of what the search has found: under the id that is known, with the next revision. */
export function publish(published: Published[], found: Candidate): Candidate {
  let entry = published.find((p) => p.as === found.id)
  if (!entry) published.push((entry = { as: found.id, candidate: { ...found, revision: -1 } }))
  entry.candidate = { ...found, id: entry.candidate.id, revision: entry.candidate.revision + 1 }
  return entry.candidate
}

/**
 * Bring what is published in line with what a new search over revised data has found: what has changed is told anew, what is
 * no longer found is retracted, what is new comes. A search names an event by its start; where late data move it, the event that
 * overlaps keeps the id under which people know it.
 *
 * @param from what ended before was not searched anew [TT s]
 * @returns    versions to tell, in order of `found`, retractions last
 */
export function reconcile(published: Published[], found: readonly Candidate[], from: number): Candidate[] {
  const out: Candidate[] = []
  const names = new Set(found.map((f) => f.id))
  for (const version of found) {
    const entry = published.find((p) => p.as === version.id) ?? published.find((p) => !names.has(p.as) && overlap(p.candidate, version))
    if (!entry) {
      if (version.stop >= from) out.push(publish(published, version))
      continue
    }
    entry.as = version.id
    if (!sameValues(entry.candidate, version)) out.push(publish(published, version))
  }
  for (const entry of published) {
    if (names.has(entry.as) || entry.candidate.state === 'retracted' || entry.candidate.stop < from) continue
    entry.candidate = { ...entry.candidate, state: 'retracted', revision: entry.candidate.revision + 1, reasons: ['data that came late do not show it', ...entry.candidate.reasons] }
    out.push(entry.candidate)
  }
  return out
}

/** Forget what ended before `time`. */
export function forgetPublished(published: readonly Published[], time: number): Published[] {
  return published.filter((p) => p.candidate.stop >= time)
}

function overlap(a: Candidate, b: Candidate): boolean {
  const near = a.ra === undefined || b.ra === undefined || (Math.abs(a.dec! - b.dec!) < NEAR && Math.abs(a.ra - b.ra) * Math.cos((a.dec! * Math.PI) / 180) < NEAR)
  return a.trigger === b.trigger && near && a.start <= b.stop && b.start <= a.stop
}

/** Directions this close are one place [deg]. */
const NEAR = 8

function sameValues(a: Candidate, b: Candidate): boolean {
  const values = (c: Candidate): string => JSON.stringify({ ...c, id: '', revision: 0 })
  return values(a) === values(b)
}
