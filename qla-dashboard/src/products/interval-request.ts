import type { AnalysisRequestInput, Job } from '@heavens/schemas'
import { utcIsoFromTt } from '@heavens/science/time'

/** A stretch of a light curve that was marked, TT s, and what it is to be in the next request. */
export interface MarkedInterval {
  start: number
  stop: number
  as: 'source' | 'background'
}

/**
 * The request of a job with the marked interval in it: as its only time, or as one more background of the spectrum. Background intervals count
 * from the start of the first interval, so those there are move when that start does.
 */
export function intervalRequest(job: Pick<Job, 'request' | 'used'>, { start, stop, as }: MarkedInterval): Partial<AnalysisRequestInput> {
  const request = job.request as AnalysisRequestInput
  const zero = job.used?.intervals[0]?.start ?? start
  const spectrum = request.products?.spectrum
  const background = spectrum?.background ?? []
  const round = (v: number): number => Number(v.toFixed(3))
  if (as === 'background') {
    const added: [number, number] = [round(start - zero), round(stop - zero)]
    return { ...request, products: { ...request.products, spectrum: { ...spectrum, background: [...background, added].sort((a, b) => a[0] - b[0]) } } }
  }
  const moved = background.map(([a, b]): [number, number] => [round(a + zero - start), round(b + zero - start)])
  return {
    ...request, time: { format: 'iso', scale: 'utc', intervals: [[utcIsoFromTt(start, 3), utcIsoFromTt(stop, 3)]] },
    ...(spectrum && background.length ? { products: { ...request.products, spectrum: { ...spectrum, background: moved } } } : {}),
  }
}

/** A place on an image that was marked, ICRS degrees. */
export interface MarkedPlace {
  lon: number
  lat: number
  radius: number
}

/** The request of a job at the marked place: its name and what was said of its old place are left out. */
export function placeRequest({ request }: Pick<Job, 'request'>, { lon, lat, radius }: MarkedPlace): Partial<AnalysisRequestInput> {
  const { label: _, ...rest } = request as AnalysisRequestInput
  const round = (v: number): number => Number(v.toFixed(5))
  return { ...rest, target: { ra: round(lon), dec: round(lat), radius: round(radius) } }
}
