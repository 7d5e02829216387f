import { z } from 'zod'

/**
 * Header of a rolling sky image; a frame (frame.ts) with the arrays `counts` (f32), `exposure` (f32, cm² s or relative; 0 =
 * not exposed) , `background` (f32, expected counts in the PSF disc around each pixel) and `significance` (f32, σ; NaN = not
 * computed), each of 12·nside² pixels in HEALPix ring order, ICRS.
 */
export const SkyImage = z.strictObject({
  instrument: z.string(), run: z.string(), band: z.string(), window: z.string(),
  nside: z.number().int(), ordering: z.literal('ring'), frame: z.literal('icrs'),
  start: z.number(), stop: z.number(),
  counts: z.number().describe('events in the image'),
  exposureUnit: z.enum(['cm2 s', 's', 'relative', 'none']),
  revision: z.number().int(),
  peak: z.strictObject({ ra: z.number(), dec: z.number(), counts: z.number(), significance: z.number() }).nullable(),
})
export type SkyImage = z.infer<typeof SkyImage>

export const skyImageExample: SkyImage = {
  instrument: 'fermi-lat', run: 'main', band: 'all', window: 'run', nside: 128, ordering: 'ring', frame: 'icrs',
  start: 271179881.5, stop: 475934996.3, counts: 60347, exposureUnit: 'none', revision: 0,
  peak: { ra: 166.1, dec: 38.2, counts: 94, significance: 41.2 },
}
