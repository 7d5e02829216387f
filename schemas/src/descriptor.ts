import { z } from 'zod'

/** An energy band [eMin, eMax) in keV. A channel belongs to the band in which √(E_MIN·E_MAX) lies, lower edge included. */
export const Band = z.strictObject({ id: z.string().regex(/^[a-z0-9.-]+$/), label: z.string(), eMin: z.number().nonnegative(), eMax: z.number().positive() })
  .refine((b) => b.eMax > b.eMin, { message: 'eMax must be above eMin', path: ['eMax'] })
export type Band = z.infer<typeof Band>

export const bandExample: Band = { id: '50-300', label: '50–300 keV', eMin: 50, eMax: 300 }

/** An independent part of an instrument with its own counts: a detector, a unit, a layer. */
export const Group = z.strictObject({
  id: z.string(), label: z.string(), kind: z.string().optional(),
  place: z.strictObject({ ra: z.number(), dec: z.number() }).optional().describe('ICRS [deg] of the one source that its data are of; absent: of the whole field'),
})
export type Group = z.infer<typeof Group>

export const groupExample: Group = { id: 'n0', label: 'NaI 0', kind: 'NaI' }

/** The rate trigger of an instrument: Poisson-FOCuS on each (group, band) stream, then coincidence. See SCIENCE notes on FOCuS. */
export const RateTrigger = z.strictObject({
  band: z.string(),
  groups: z.array(z.string()).optional().describe('groups that take part; all when absent'),
  width: z.number().positive().describe('bin width of the trigger [s], one of the curve widths'),
  sigma: z.number().positive().describe('threshold on one stream [standard deviations]'),
  coincidence: z.number().int().positive().describe('groups over threshold within one bin of each other'),
  alpha: z.number().positive().describe('smoothing constant of the background per bin'),
  delay: z.number().int().positive().describe('bins by which the background lags'),
  settle: z.number().int().positive().describe('bins before the background may be used'),
  muMin: z.number().min(1).default(1.1).describe('smallest ratio to background that is looked for'),
  quiet: z.number().positive().default(20).describe('seconds without excess that end a candidate'),
})
export type RateTrigger = z.infer<typeof RateTrigger>

export const rateTriggerExample: RateTrigger = {
  band: '50-300', groups: ['n0', 'n1', 'n2'], width: 0.064, sigma: 5, coincidence: 2, alpha: 0.004, delay: 62, settle: 265, muMin: 1.1, quiet: 20,
}

/** The image trigger: an excess in a cell of the sky over its long-term rate, on slots as long as the window (stream-processors, detect-sky-transients). `band` is a band's id, or `all` for the sum of the bands. */
export const ImageTrigger = z.strictObject({ band: z.string(), window: z.string(), sigma: z.number().positive(), psfRadius: z.number().positive() })
export type ImageTrigger = z.infer<typeof ImageTrigger>

export const imageTriggerExample: ImageTrigger = { band: '50-300', window: '1ks', sigma: 6, psfRadius: 1 }

/** A rolling window of the sky image; `seconds` null means since the beginning of the run. */
export const ImageWindow = z.strictObject({ id: z.string(), label: z.string(), seconds: z.number().positive().nullable() })
export type ImageWindow = z.infer<typeof ImageWindow>

export const imageWindowExample: ImageWindow = { id: '1ks', label: '1 ks', seconds: 1000 }

/** One option that the request form offers for an instrument. */
export const FormOption = z.strictObject({
  id: z.string(), label: z.string(), kind: z.enum(['choice', 'number', 'boolean']), choices: z.array(z.string()).optional(),
  unit: z.string().optional(), min: z.number().optional(), max: z.number().optional(), default: z.union([z.string(), z.number(), z.boolean()]), help: z.string(),
})
export type FormOption = z.infer<typeof FormOption>

export const formOptionExample: FormOption = {
  id: 'layers', label: 'Layers', kind: 'choice', choices: ['top', 'all'], default: 'top', help: 'The top layer has the least background; all layers reach higher energies.',
}

/** When revolutions of a mission begin, as far as it is known; between two that are, times are interpolated. */
export const Revolutions = z.strictObject({
  passages: z.array(z.tuple([z.number().int(), z.string()])).min(2).describe('number of a revolution and its beginning, ISO UTC; ascending'),
  accuracy: z.number().positive().describe('seconds by which an interpolated time may be wrong'),
  source: z.string(),
})
export type Revolutions = z.infer<typeof Revolutions>

export const revolutionsExample: Revolutions = { passages: [[2102, '2019-06-13T19:57:44'], [2103, '2019-06-16T11:45:44']], accuracy: 9000, source: 'reports of the operations centre' }

/**
 * What the system must know of an instrument before any data arrive. Everything else about it is in its folder.
 *
 * `columns` names the event columns beside `time`: `channel` (with bounds per group, from calibration items) or `energy`
 * (keV per event); `ra`/`dec` when each photon has a direction; `flags` of 1 where it comes from outside what `fieldOfView` and `zenithCut` expose; an event's group is its `detector` index into `groups`.
 */
export const InstrumentDescriptor = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]+$/),
  name: z.string(),
  mission: z.string(),
  revolutions: Revolutions.optional().describe('absent: times cannot be given in its revolutions'),
  kind: z.enum(['imager', 'coded-mask', 'counter', 'collimated', 'photometer', 'sky-map']),
  data: z.enum(['events', 'rates']),
  columns: z.array(z.enum(['channel', 'energy', 'detector', 'x', 'y', 'ra', 'dec', 'flags'])),
  groups: z.array(Group).min(1),
  bands: z.array(Band).min(1),
  energyUnit: z.enum(['keV', 'MeV', 'GeV', 'TeV']).default('keV').describe('unit in which people speak of its energies'),
  rateUnit: z.string().optional().describe('it gives fluxes in this unit and counts nothing: counts and live time of its bins are those of which rate and Poisson error are flux and error; absent: count/s'),
  curves: z.strictObject({
    widths: z.array(z.number().positive()).min(1).describe('bin widths [s], each a whole multiple of the one before'),
    sparse: z.boolean().describe('true: bins without counts are left out, as photons come minutes apart'),
    phase: z.enum(['absolute', 'native']).describe('absolute: index = floor(t / width); native: the instrument bins itself and its phase is kept'),
    main: z.number().positive().describe('the width shown first [s]'),
  }),
  images: z.strictObject({ nside: z.number().int(), windows: z.array(ImageWindow), psfRadius: z.number().positive().describe('degrees') }).optional(),
  triggers: z.strictObject({ rate: z.array(RateTrigger), image: z.array(ImageTrigger) }),
  deadTime: z.number().nonnegative().default(0).describe('seconds lost per event'),
  disorder: z.number().nonnegative().describe('seconds by which events of one source may be out of order'),
  lateHorizon: z.number().nonnegative().describe('seconds behind the watermark in which data still revise results'),
  fieldOfView: z.number().positive().optional().describe('radius of the field of view [deg]; absent: whole unocculted sky'),
  zenithCut: z.number().positive().max(180).optional().describe('directions further from the zenith are not exposed [deg], as Earth or its limb is there; absent: no cut'),
  areaSlope: z.number().positive().optional().describe('effective area falls as 1 − slope · (1 − cos θ) from the boresight; absent: 1, the cosine'),
  reflected: z.strictObject({ exclusion: z.number().nonnegative() }).optional().describe('the background of a region is counted in equal regions at its offset from the boresight, none within `exclusion` [deg] of the target (an option of that name sets another); absent: only where the request names background intervals'),
  products: z.array(z.enum(['light-curve', 'spectrum', 'image', 'events'])),
  defaults: z.strictObject({ bin: z.number().positive(), radius: z.number().positive().optional(), pixel: z.number().positive().optional(), size: z.number().positive().optional() }),
  options: z.array(FormOption),
}).superRefine((d, context) => {
  for (const { path, message } of descriptorFaults(d)) context.addIssue({ code: 'custom', path, message })
})
export type InstrumentDescriptor = z.infer<typeof InstrumentDescriptor>

/** An instrument that does not exist: three detectors that count, and a direction for each photon. */
export const instrumentDescriptorExample: InstrumentDescriptor = {
  id: 'example-monitor', name: 'Example Monitor', mission: 'Example', kind: 'counter', data: 'events', columns: ['channel', 'detector', 'ra', 'dec'],
  groups: [groupExample, { id: 'n1', label: 'NaI 1' }, { id: 'n2', label: 'NaI 2' }], bands: [bandExample], energyUnit: 'keV',
  curves: { widths: [0.016, 0.064, 0.256, 1.024, 25.6, 640, 86400], sparse: false, phase: 'absolute', main: 0.064 },
  images: { nside: 64, windows: [imageWindowExample], psfRadius: 1 },
  triggers: { rate: [rateTriggerExample], image: [imageTriggerExample] },
  deadTime: 2.6e-6, disorder: 0.5, lateHorizon: 600, fieldOfView: 60, products: ['light-curve', 'spectrum', 'events'],
  defaults: { bin: 0.064, radius: 1, pixel: 0.1, size: 10 }, options: [formOptionExample],
}

/** The fields of a descriptor that refer to each other. */
interface DescriptorFields {
  revolutions?: Revolutions | undefined
  bands: readonly { id: string }[]
  groups: readonly { id: string }[]
  curves: { widths: readonly number[]; main: number }
  images?: { windows: readonly { id: string }[] } | undefined
  triggers: { rate: readonly { band: string; width: number; coincidence: number; groups?: string[] | undefined }[]; image: readonly { band: string; window: string }[] }
}

/** What in a descriptor names something that the descriptor does not have, or breaks a rule between two of its fields. */
function descriptorFaults(d: DescriptorFields): { path: (string | number)[]; message: string }[] {
  const faults: { path: (string | number)[]; message: string }[] = []
  const say = (path: (string | number)[], message: string): void => void faults.push({ path, message })
  const bands = d.bands.map((b) => b.id)
  const groups = d.groups.map((g) => g.id)
  const windows = d.images?.windows.map((w) => w.id) ?? []
  for (const [name, ids] of [['bands', bands], ['groups', groups]] as const) if (new Set(ids).size < ids.length) say([name], 'ids must differ')
  d.revolutions?.passages.forEach(([number, utc], i, all) => {
    const before = all[i - 1]
    if (Number.isNaN(Date.parse(`${utc}Z`))) say(['revolutions', 'passages', i, 1], 'must be a time in ISO UTC without zone')
    if (before !== undefined && !(number > before[0] && utc > before[1])) say(['revolutions', 'passages', i], 'must be after the one before')
  })
  d.curves.widths.forEach((width, i, widths) => {
    if (i > 0 && !isMultiple(width, widths[i - 1]!)) say(['curves', 'widths', i], 'must be a whole multiple of the width before')
  })
  if (!d.curves.widths.includes(d.curves.main)) say(['curves', 'main'], 'must be one of the widths')
  d.triggers.rate.forEach((t, i) => {
    if (!bands.includes(t.band)) say(['triggers', 'rate', i, 'band'], `no band ${t.band}`)
    if (!d.curves.widths.includes(t.width)) say(['triggers', 'rate', i, 'width'], 'must be one of the widths of the curves')
    for (const group of t.groups ?? []) if (!groups.includes(group)) say(['triggers', 'rate', i, 'groups'], `no group ${group}`)
    if (t.coincidence > (t.groups ?? groups).length) say(['triggers', 'rate', i, 'coincidence'], 'more groups than take part')
  })
  d.triggers.image.forEach((t, i) => {
    if (t.band !== 'all' && !bands.includes(t.band)) say(['triggers', 'image', i, 'band'], `no band ${t.band}`)
    if (!windows.includes(t.window)) say(['triggers', 'image', i, 'window'], `no window ${t.window}`)
  })
  return faults
}

/** Widths are decimal fractions of a second: compare to a part in 10⁹, not bit for bit. */
function isMultiple(width: number, of: number): boolean {
  const ratio = width / of
  return ratio >= 1 && Math.abs(ratio - Math.round(ratio)) < 1e-9 * ratio
}
