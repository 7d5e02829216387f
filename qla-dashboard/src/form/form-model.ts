import type { AnalysisRequestInput, InstrumentDescriptor, TargetShape } from '@heavens/schemas'
import { type FieldTexts, textsOf, valuesOf } from './field-values.js'
import { numberOrText } from './number-or-text.js'
import { PRODUCT_FIELDS } from './request-schema.js'

/** What the form holds: texts as typed, so that half a number is no fault before it is sent. */
export interface FormModel {
  advanced: boolean
  label: string
  where: 'none' | 'name' | 'position' | 'shape'
  name: string
  ra: string
  dec: string
  frame: 'icrs' | 'fk5' | 'galactic'
  radius: string
  /** a region of a request that was made elsewhere; null: none */
  shape: TargetShape | null
  format: 'iso' | 'mjd' | 'ijd' | 'met' | 'revolution' | 'seconds'
  scale: 'utc' | 'tt'
  mission: string
  reference: string
  /** an empty stop: follow */
  intervals: { start: string; stop: string }[]
  /** a list of intervals that is being pasted; null: none */
  pasting: string | null
  energy: 'default' | 'bands'
  unit: 'keV' | 'MeV' | 'GeV' | 'TeV'
  bands: { min: string; max: string }[]
  all: boolean
  instruments: Record<string, InstrumentChoice>
  defaults: boolean
  /** fields of the products by their paths in the schema */
  products: FieldTexts
  run: string
}

export interface InstrumentChoice {
  on: boolean
  /** null: all */
  groups: string[] | null
  options: Record<string, string | number | boolean>
}

export function emptyForm(): FormModel {
  return {
    advanced: false, label: '', where: 'none', name: '', ra: '', dec: '', frame: 'icrs', radius: '', shape: null,
    format: 'iso', scale: 'utc', mission: '', reference: '', intervals: [{ start: '', stop: '' }], pasting: null,
    energy: 'default', unit: 'keV', bands: [{ min: '', max: '' }], all: true, instruments: {}, defaults: true,
    products: { lightCurve: '1', spectrum: '1' }, run: '',
  }
}

/**
 * The request that the form means. What cannot be a number is sent as it was typed: the check, here and on the server, is the
 * schema's, and its words are those that the user reads.
 */
export function requestOf(form: FormModel, descriptors: readonly InstrumentDescriptor[]): AnalysisRequestInput {
  const numeric = form.format !== 'iso'
  const moment = (text: string): string | number => (numeric ? numberOrText(text) : text.trim())
  const request: Record<string, unknown> = {
    ...(form.label.trim() ? { label: form.label.trim() } : {}),
    ...targetOf(form),
    time: {
      format: form.format, scale: form.scale,
      ...(form.format === 'met' || form.format === 'revolution' ? { mission: form.mission.trim() || undefined } : {}),
      ...(form.format === 'seconds' ? { reference: form.reference.trim() || undefined } : {}),
      intervals: form.intervals.map(({ start, stop }) => [moment(start), stop.trim() === '' ? null : moment(stop)]),
    },
    ...(form.energy === 'bands' ? { energy: { unit: form.unit, bands: form.bands.map((b) => ({ min: numberOrText(b.min), max: numberOrText(b.max) })) } } : {}),
    ...(form.all ? {} : { instruments: instrumentsOf(form, descriptors) }),
    ...(form.defaults ? {} : { products: valuesOf(PRODUCT_FIELDS, form.products) }),
    ...(form.run ? { run: form.run } : {}),
  }
  return request as AnalysisRequestInput
}

function targetOf(form: FormModel): { target?: Record<string, unknown> } {
  if (form.where === 'none') return {}
  if (form.where === 'shape') return form.shape ? { target: { shape: form.shape } } : {}
  const radius = form.radius.trim() ? { radius: numberOrText(form.radius) } : {}
  if (form.where === 'name') return { target: { name: form.name.trim(), ...radius } }
  return { target: { ra: numberOrText(form.ra), dec: numberOrText(form.dec), frame: form.frame, ...radius } }
}

function instrumentsOf(form: FormModel, descriptors: readonly InstrumentDescriptor[]): Record<string, unknown>[] {
  return descriptors.filter((d) => form.instruments[d.id]?.on).map((d) => {
    const { groups, options } = form.instruments[d.id]!
    // An option that stands as the instrument has it need not be said.
    const changed = Object.fromEntries(Object.entries(options).filter(([id, value]) => d.options.find((o) => o.id === id)?.default !== value))
    return { id: d.id, ...(groups ? { groups } : {}), ...(Object.keys(changed).length ? { options: changed } : {}) }
  })
}

/** A form with a request filled in; what the request does not say stays as in `before`, but times, target and instruments. */
export function formOf(request: Partial<AnalysisRequestInput>, before: FormModel): FormModel {
  const form: FormModel = { ...before, label: request.label ?? before.label }
  const { target, time, energy, instruments, products, run } = request
  if (target) {
    form.shape = target.shape ?? null
    form.where = target.shape !== undefined ? 'shape' : target.name !== undefined ? 'name' : 'position'
    form.name = target.name ?? ''
    form.ra = target.ra === undefined ? '' : String(target.ra)
    form.dec = target.dec === undefined ? '' : String(target.dec)
    form.frame = target.frame ?? 'icrs'
    form.radius = target.radius === undefined ? '' : String(target.radius)
  } else if (time) form.where = 'none'
  if (time) {
    Object.assign(form, { format: time.format ?? 'iso', scale: time.scale ?? 'utc', mission: time.mission ?? '', reference: time.reference ?? '' })
    form.intervals = time.intervals.map(([start, stop]) => ({ start: String(start), stop: stop === null ? '' : String(stop) }))
  }
  if (energy) Object.assign(form, { energy: 'bands', unit: energy.unit ?? 'keV', bands: energy.bands.map((b) => ({ min: String(b.min), max: String(b.max) })) })
  if (instruments) {
    form.all = false
    form.instruments = Object.fromEntries(instruments.map((i) => [i.id, { on: true, groups: i.groups ?? null, options: { ...i.options } }]))
  } else if (time) form.all = true
  if (products) {
    form.defaults = false
    form.products = textsOf(PRODUCT_FIELDS, products)
  }
  if (time || run !== undefined) form.run = run ?? ''
  return form
}

/** Whether there is enough in the form to ask for a quote: an interval that begins. */
export function isStarted(form: FormModel): boolean {
  return form.intervals.some((i) => i.start.trim() !== '')
}
