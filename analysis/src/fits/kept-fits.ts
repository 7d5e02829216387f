import { FitRequest, type FitAnswer, type Job, type KeptFit } from '@heavens/schemas'

/** So many fits are remembered of an analysis, the latest ones. */
const MOST_FITS = 50

/**
 * The fits of an analysis with one more, the latest last. Kept is what was asked and the answer without what is drawn: the same question gives the same, so one that
 * was asked before moves to the end.
 *
 * @param request  as it was accepted
 * @param at       ISO UTC
 */
export function keptFits({ fits = [] }: Pick<Job, 'fits'>, request: unknown, whole: FitAnswer, at: string): KeptFit[] {
  const { spectra: _, ...answer } = whole
  const fit: KeptFit = { at, request: FitRequest.parse(request), statistic: answer.statistic, value: answer.value, dof: answer.dof, answer }
  const text = JSON.stringify(fit.request)
  return [...fits.filter((f) => JSON.stringify(f.request) !== text), fit].slice(-MOST_FITS)
}
