import { z } from 'zod'
import { SpectralFit, SpectralGrouping } from './spectral-fit.js'

const Angle = z.union([z.number(), z.string().min(1)]).describe('degrees, or sexagesimal text')

/** A part of the sky in ICRS degrees: right ascensions from one eastwards to another, and declinations; or a polygon of great circles, less than a hemisphere. */
export const TargetShape = z.union([
  z.strictObject({ range: z.tuple([z.number(), z.number(), z.number().min(-90).max(90), z.number().min(-90).max(90)]) }),
  z.strictObject({ polygon: z.array(z.tuple([z.number(), z.number().min(-90).max(90)])).min(3).max(500) }),
]).refine((s) => 'polygon' in s || s.range[3] > s.range[2], { message: 'the second declination must be above the first' })
export type TargetShape = z.infer<typeof TargetShape>

export const targetShapeExample: TargetShape = { polygon: [[82, 21], [85, 21], [85, 23]] }

/** Where. A name is resolved by the built-in catalogue, or the resolver that the server is given; else a position in a frame. */
export const Target = z.strictObject({
  name: z.string().min(1).max(100).optional(),
  ra: Angle.optional(), dec: Angle.optional(),
  frame: z.enum(['icrs', 'fk5', 'galactic']).default('icrs').describe('galactic: ra is l, dec is b'),
  radius: z.number().positive().max(180).optional().describe('degrees'),
  shape: TargetShape.optional().describe('instead of name, position and radius: the part of the sky whose events count'),
  resolver: z.string().min(1).max(200).optional().describe('who gave the position of the name: written by the server'),
}).refine((t) => t.name !== undefined || t.shape !== undefined || (t.ra !== undefined && t.dec !== undefined), { message: 'give a name, or ra and dec' })
  .refine((t) => t.shape === undefined || (t.ra === undefined && t.dec === undefined && t.radius === undefined && t.frame === 'icrs'), { message: 'a shape is a place of its own: it has no ra, dec, radius or other frame', path: ['shape'] })
  .refine((t) => t.resolver === undefined || (t.name !== undefined && t.ra !== undefined && t.dec !== undefined), { message: 'a resolver belongs to a name with its ra and dec', path: ['resolver'] })
export type Target = z.infer<typeof Target>

export const targetExample: z.input<typeof Target> = { ra: '05:34:31.97', dec: '+22:00:52.1', frame: 'icrs', radius: 0.5 }

const Moment = z.union([z.number(), z.string().min(1)])

/** When. An end may be null: follow. */
export const RequestTime = z.strictObject({
  format: z.enum(['iso', 'mjd', 'ijd', 'met', 'revolution', 'seconds']).default('iso'),
  scale: z.enum(['utc', 'tt']).default('utc'),
  mission: z.string().optional().describe('for met: whose clock; for revolution: whose'),
  reference: z.string().optional().describe('for seconds: a time in ISO UTC, or the id of a candidate'),
  intervals: z.array(z.tuple([Moment, Moment.nullable()])).min(1).max(100_000, { message: 'at most 100,000 intervals can be read at all' }),
}).refine((t) => t.format !== 'met' || t.mission !== undefined, { message: 'met needs a mission', path: ['mission'] })
  .refine((t) => t.format !== 'revolution' || t.mission !== undefined, { message: 'revolution needs a mission', path: ['mission'] })
  .refine((t) => t.format !== 'seconds' || t.reference !== undefined, { message: 'seconds need a reference', path: ['reference'] })
export type RequestTime = z.infer<typeof RequestTime>

export const requestTimeExample: z.input<typeof RequestTime> = { format: 'seconds', scale: 'utc', reference: '2019-05-30T10:19:08.9', intervals: [[0, 20.5], [300, null]] }

/** An energy band, in the unit of the request's energies; lower edge included. */
export const RequestBand = z.strictObject({ min: z.number().nonnegative(), max: z.number().positive() })
  .refine((b) => b.max > b.min, { message: 'max must be above min', path: ['max'] })

export const requestBandExample: z.input<typeof RequestBand> = { min: 50, max: 300 }

/** Energy bands of the products; absent from a request: the bands of each instrument. */
export const RequestEnergy = z.strictObject({ unit: z.enum(['keV', 'MeV', 'GeV', 'TeV']).default('keV'), bands: z.array(RequestBand).min(1).max(50) })

export const requestEnergyExample: z.input<typeof RequestEnergy> = { unit: 'GeV', bands: [{ min: 0.1, max: 1 }, { min: 1, max: 300 }] }

/** One instrument, its groups (absent: all) and the options its descriptor offers. */
export const RequestInstrument = z.strictObject({
  id: z.string(),
  groups: z.array(z.string()).min(1).optional(),
  options: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
})

export const requestInstrumentExample: z.input<typeof RequestInstrument> = { id: 'fermi-gbm', groups: ['n0', 'n1'], options: {} }

/** Light curve: bin width (absent: the instrument's default), and one curve for each band or one for their sum. */
export const LightCurveRequest = z.strictObject({
  bin: z.number().positive().optional().describe('seconds'),
  bands: z.enum(['each', 'sum']).default('each'),
})

export const lightCurveRequestExample: z.input<typeof LightCurveRequest> = { bin: 0.064, bands: 'sum' }

/**
 * Spectrum: all channels, whatever the energy bands; with `background`, a second file from those intervals; with `grouping`, a
 * GROUPING column; with `fit`, a fit to each spectrum of an instrument that has a response.
 */
export const SpectrumRequest = z.strictObject({
  background: z.array(z.tuple([z.number(), z.number()])).optional().describe('intervals [s] relative to the start of the first interval'),
  grouping: SpectralGrouping.optional(),
  fit: SpectralFit.optional(),
})

export const spectrumRequestExample: z.input<typeof SpectrumRequest> = { background: [[-100, -10], [60, 160]], grouping: 'optimal', fit: { model: 'powerlaw' } }

/** Image around the target; absent values are the instrument's defaults. */
export const ImageRequest = z.strictObject({
  pixel: z.number().positive().max(10).optional().describe('degrees'),
  size: z.number().positive().max(180).optional().describe('side of the image, degrees'),
  projection: z.enum(['TAN', 'CAR', 'AIT', 'SIN', 'ZEA']).default('TAN'),
})

export const imageRequestExample: z.input<typeof ImageRequest> = { pixel: 0.1, size: 10, projection: 'TAN' }

/** The products wanted; one that is absent is not made. */
export const RequestProducts = z.strictObject({ lightCurve: LightCurveRequest.optional(), spectrum: SpectrumRequest.optional(), image: ImageRequest.optional(), events: z.strictObject({}).optional() })

export const requestProductsExample: z.input<typeof RequestProducts> = { lightCurve: { bin: 0.064 }, spectrum: {}, image: { size: 5 }, events: {} }

/**
 * An analysis of any sky position, time and energy interval: the one schema behind REST, UWS, the shell and the form.
 * `instruments` absent: all with exposure; `products` absent: each instrument's defaults.
 */
export const AnalysisRequest = z.strictObject({
  label: z.string().max(200).default(''),
  target: Target.optional(),
  time: RequestTime,
  energy: RequestEnergy.optional(),
  instruments: z.array(RequestInstrument).min(1).optional(),
  products: RequestProducts.optional(),
  run: z.string().optional().describe('which run of the instruments; absent: every run with data, measured before simulated'),
})
export type AnalysisRequest = z.infer<typeof AnalysisRequest>
/** What one may send: defaults not yet filled in. */
export type AnalysisRequestInput = z.input<typeof AnalysisRequest>

export const analysisRequestExample: AnalysisRequestInput = {
  label: 'burst, main peak',
  target: { name: 'Crab' },
  time: { scale: 'utc', format: 'iso', intervals: [['2019-05-30T10:19:00', '2019-05-30T10:20:00']] },
  energy: { unit: 'keV', bands: [{ min: 50, max: 300 }] },
  instruments: [{ id: 'fermi-gbm', groups: ['n0', 'n1'], options: {} }],
  products: { lightCurve: { bin: 0.064, bands: 'each' }, spectrum: { background: [[-100, -10]] }, image: { pixel: 0.1, size: 10 } },
}
