import { z } from 'zod'

/** What a candidate is thought to be. */
export const CandidateClass = z.enum(['burst', 'known-source-flare', 'new-source', 'solar', 'particles', 'sgr', 'artefact', 'unclassified'])
export type CandidateClass = z.infer<typeof CandidateClass>

/**
 * Something new, as it is known now. `id` is a hash of what defines it (instrument, run, trigger, start), so that a re-run
 * gives the same id and overwrites. Times TT seconds since MJD 51544.0. One event is one candidate that grows: `revision` rises.
 */
export const Candidate = z.strictObject({
  id: z.string(),
  instrument: z.string(),
  run: z.string(),
  revision: z.number().int().nonnegative(),
  state: z.enum(['open', 'closed', 'retracted']),
  trigger: z.enum(['rate', 'image']),
  time: z.number().describe('start of the first significant interval'),
  start: z.number(),
  stop: z.number(),
  significance: z.number().describe('largest, standard deviations'),
  band: z.string(),
  groups: z.array(z.string()),
  timescale: z.number().describe('length of the most significant interval [s]'),
  counts: z.number().optional().describe('in the most significant interval, all groups'),
  background: z.number().optional().describe('expected in that interval'),
  peakRate: z.number().optional(),
  ra: z.number().optional(), dec: z.number().optional(), radius: z.number().optional().describe('error radius, degrees'),
  class: CandidateClass.optional(),
  classProbability: z.number().min(0).max(1).optional(),
  knownSource: z.string().optional(),
  far: z.number().nonnegative().optional().describe('false-alarm rate [Hz]'),
  reasons: z.array(z.string()).describe('why, in words'),
  simulated: z.boolean(),
  sparkline: z.strictObject({ start: z.number(), width: z.number(), counts: z.array(z.number()) }).optional(),
})
export type Candidate = z.infer<typeof Candidate>

export const candidateExample: Candidate = {
  id: 'c-5f2a90b1c3d4', instrument: 'fermi-gbm', run: 'main', revision: 3, state: 'closed', trigger: 'rate',
  time: 612526819.19, start: 612526819.19, stop: 612526856.6, significance: 87.2, band: '50-300', groups: ['n0', 'n1', 'n2'],
  timescale: 20.9, counts: 61234, background: 18000, class: 'burst', classProbability: 0.93, far: 1e-7,
  reasons: ['3 of 3 detectors over 5 σ in one 64-ms bin'], simulated: false,
}
