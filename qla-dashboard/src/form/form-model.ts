import type { AnalysisRequestInput, InstrumentDescriptor } from '@heavens/schemas'

/** What the form holds: texts as typed, so that half a number is no fault before it is sent. */
export interface FormModel {
  advanced: boolean
  label: string
  where: 'none' | 'name' | 'position'
  name: string
  ra: string
  dec: string
  frame: 'icrs' | 'fk5' | 'galactic'
  radius: string
  format: 'iso' | 'mjd' | 'ijd' | 'met' | 'seconds'
  scale: 'utc' | 'tt'
  mission: string
  reference: string
  /** an empty stop: follow */
  intervals: { start: string; stop: string }[]
  energy: 'default' | 'bands'
  unit: 'keV' | 'MeV' | 'GeV' | 'TeV'
  bands: { min: string; max: string }[]
  all: boolean
  instruments: Record<string, InstrumentChoice>
  defaults: boolean
  lightCurve: { on: boolean; bin: string; bands: 'each' | 'sum' }
  spectrum: { on: boolean; background: string }
  image: { on: boolean; pixel: string; size: string; projection: 'TAN' | 'CAR' | 'AIT' | 'SIN' | 'ZEA' }
  events: { on: boolean }
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
    advanced: false, label: '', where: 'none', name: '', ra: '', dec: '', frame: 'icrs', radius: '',
    format: 'iso', scale: 'utc', mission: '', reference: '', intervals: [{ start: '', stop: '' }],
    energy: 'default', unit: 'keV', bands: [{ min: '', max: '' }], all: true, instruments: {}, defaults: true,
    lightCurve: { on: true, bin: '', bands: 'each' }, spectrum: { on: true, background: '' }, image: { on: false, pixel: '', size: '', projection: 'TAN' }, events: { on: false }, run: '',
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
      ...(form.format === 'met' ? { mission: form.mission.trim() || undefined } : {}),
      ...(form.format === 'seconds' ? { reference: form.reference.trim() || undefined } : {}),
      intervals: form.intervals.map(({ start, stop }) => [moment(start), stop.trim() === '' ? null : moment(stop)]),
    },
    ...(form.energy === 'bands' ? { energy: { unit: form.unit, bands: form.bands.map((b) => ({ min: numberOrText(b.min), max: numberOrText(b.max) })) } } : {}),
    ...(form.all ? {} : { instruments: instrumentsOf(form, descriptors) }),
    ...(form.defaults ? {} : { products: productsOf(form) }),
    ...(form.run ? { run: form.run } : {}),
  }
  return request as AnalysisRequestInput
}

function targetOf(form: FormModel): { target?: Record<string, unknown> } {
  if (form.where === 'none') return {}
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

function productsOf(form: FormModel): Record<string, unknown> {
  const { lightCurve, spectrum, image, events } = form
  const number = (key: string, text: string): Record<string, unknown> => (text.trim() ? { [key]: numberOrText(text) } : {})
  const background = intervalsOf(spectrum.background)
  return {
    ...(lightCurve.on ? { lightCurve: { ...number('bin', lightCurve.bin), bands: lightCurve.bands } } : {}),
    ...(spectrum.on ? { spectrum: background.length ? { background } : {} } : {}),
    ...(image.on ? { image: { ...number('pixel', image.pixel), ...number('size', image.size), projection: image.projection } } : {}),
    ...(events.on ? { events: {} } : {}),
  }
}

/** `-100 -10, 60 160` → [[-100, -10], [60, 160]]; what is no number stays text. */
export function intervalsOf(text: string): (string | number)[][] {
  return text.split(/[,;]/).map((part) => part.trim().replaceAll('−', '-')).filter(Boolean).map((part) => part.split(/\s+(?:to\s+)?|…|\.\./).filter(Boolean).map(numberOrText))
}

/** A number where the text is one (a comma is not a decimal point), else the text without its margins. */
export function numberOrText(text: string): number | string {
  const t = text.trim().replaceAll('−', '-')
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(t) ? Number(t) : t
}

/** A form with a request filled in; what the request does not say stays as in `before`, but times, target and instruments. */
export function formOf(request: Partial<AnalysisRequestInput>, before: FormModel): FormModel {
  const form: FormModel = { ...before, label: request.label ?? before.label }
  const { target, time, energy, instruments, products, run } = request
  if (target) {
    form.where = target.name !== undefined ? 'name' : 'position'
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
    form.lightCurve = { on: Boolean(products.lightCurve), bin: String(products.lightCurve?.bin ?? ''), bands: products.lightCurve?.bands ?? 'each' }
    form.spectrum = { on: Boolean(products.spectrum), background: (products.spectrum?.background ?? []).map((i) => i.join(' ')).join(', ') }
    form.image = { on: Boolean(products.image), pixel: String(products.image?.pixel ?? ''), size: String(products.image?.size ?? ''), projection: products.image?.projection ?? 'TAN' }
    form.events = { on: Boolean(products.events) }
  }
  if (time || run !== undefined) form.run = run ?? ''
  return form
}

/** Whether there is enough in the form to ask for a quote: an interval that begins. */
export function isStarted(form: FormModel): boolean {
  return form.intervals.some((i) => i.start.trim() !== '')
}
