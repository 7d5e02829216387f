import type { FitAnswer, FitRequest, SpectralFit } from '@heavens/schemas'
import { numberOrText } from '../form/number-or-text.js'

/** A fit as it is typed. */
export interface FitDraft {
  spectra: string[]
  model: string
  from: string
  to: string
  statistic: SpectralFit['statistic']
  grouping: string
  systematics: string
  start: Record<string, string>
  frozen: string[]
  /** energies of the flux [keV]; empty: those of the fit */
  fluxFrom: string
  fluxTo: string
  /** gives the luminosity */
  redshift: string
}

/** Models to choose from; any expression of docs/spectral-fits.md may be typed. */
export const MODELS = ['powerlaw', 'cutoffpl', 'grbm', 'bknpower', 'bbody', 'diskbb', 'tbabs*powerlaw', 'tbabs*(powerlaw+bbody)', 'tbabs*(diskbb+powerlaw)', 'phabs*powerlaw'] as const
export const GROUPINGS = ['auto', 'file', 'none', 'optimal', '25'] as const

export function emptyDraft(spectrum: string, hasBackground: boolean): FitDraft {
  return { spectra: [spectrum], model: 'powerlaw', from: '', to: '', statistic: hasBackground ? 'wstat' : 'cash', grouping: 'auto', systematics: '', start: {}, frozen: [], fluxFrom: '', fluxTo: '', redshift: '' }
}

/** What is sent: empty fields are left to the server; what is no number is sent as typed, so that the server's sentence says what is wrong. */
export function fitRequestOf(d: FitDraft): FitRequest {
  const energy = d.from.trim() || d.to.trim() ? { energy: [numberOrText(d.from), numberOrText(d.to)] } : {}
  const grouping = /^\d+$/.test(d.grouping) ? { minimumCounts: Number(d.grouping) } : d.grouping
  const start = Object.fromEntries(Object.entries(d.start).filter(([, v]) => v.trim()).map(([k, v]) => [k, numberOrText(v)]))
  const fit: Record<string, unknown> = {
    model: d.model.trim(), ...energy, statistic: d.statistic, grouping, ...(d.systematics.trim() && d.statistic === 'chi2' ? { systematics: numberOrText(d.systematics) } : {}),
    ...(Object.keys(start).length ? { start } : {}), ...(d.frozen.length ? { frozen: d.frozen } : {}),
    ...(d.fluxFrom.trim() || d.fluxTo.trim() ? { flux: [numberOrText(d.fluxFrom), numberOrText(d.fluxTo)] } : {}), ...(d.redshift.trim() ? { redshift: numberOrText(d.redshift) } : {}),
  }
  return { spectra: d.spectra, fit: fit as FitRequest['fit'] }
}

/** The draft behind a request, as a link brings it back; null where the text is no request. */
export function draftOf(text: string | undefined): FitDraft | null {
  if (!text) return null
  let request: Partial<FitRequest>
  try {
    request = JSON.parse(text) as Partial<FitRequest>
  } catch {
    // A link that was cut: there is no fit in it.
    return null
  }
  const fit = request.fit as Partial<SpectralFit> | undefined
  if (!fit?.model || !Array.isArray(request.spectra)) return null
  return {
    spectra: request.spectra.map(String), model: fit.model, from: fit.energy ? String(fit.energy[0]) : '', to: fit.energy ? String(fit.energy[1]) : '', statistic: fit.statistic ?? 'chi2',
    grouping: typeof fit.grouping === 'object' ? String(fit.grouping.minimumCounts) : fit.grouping ?? 'auto', systematics: fit.systematics ? String(fit.systematics) : '',
    start: Object.fromEntries(Object.entries(fit.start ?? {}).map(([k, v]) => [k, String(v)])), frozen: fit.frozen ?? [],
    fluxFrom: fit.flux ? String(fit.flux[0]) : '', fluxTo: fit.flux ? String(fit.flux[1]) : '', redshift: fit.redshift ? String(fit.redshift) : '',
  }
}

/** The draft that starts where a fit ended. */
export function continued(d: FitDraft, answer: FitAnswer): FitDraft {
  return { ...d, start: Object.fromEntries(answer.parameters.map((p) => [p.name, String(Number(p.value.toPrecision(6)))])) }
}
