/**
 * A region on the sky, ICRS degrees; of a picture without coordinates all are pixels, counted from 1. `angle` turns a box from west–east
 * counter-clockwise, as seen with north up and east to the left. `off`: what is in it is background.
 */
export type Region = { lon: number; lat: number; off?: true } & (
  | { shape: 'circle'; radius: number }
  | { shape: 'annulus'; inner: number; outer: number }
  | { shape: 'box'; width: number; height: number; angle?: number }
)

export const SHAPES = ['circle', 'annulus', 'box'] as const
export type Shape = (typeof SHAPES)[number]

/** `circle,83.63,22.01,0.5`, `annulus,83.63,22.01,0.7,1.5` or `box,83.63,22.01,1,0.5,30`, with `off-` before what is background; null where the text is no region. */
export function regionOf(text: string | undefined): Region | null {
  const [word, ...rest] = (text ?? '').split(',')
  const values = rest.map((v) => (v.trim() === '' ? NaN : Number(v)))
  if (!values.every(Number.isFinite)) return null
  const [lon, lat, a, b, angle] = values as [number, number, number, number, number]
  const off = word!.startsWith('off-') ? { off: true } as const : {}
  const shape = word!.replace(/^off-/, '')
  if (shape === 'circle' && values.length === 3 && a > 0) return { shape, lon, lat, radius: a, ...off }
  if (shape === 'annulus' && values.length === 4 && a >= 0 && b > a) return { shape, lon, lat, inner: a, outer: b, ...off }
  if (shape === 'box' && (values.length === 4 || values.length === 5) && a > 0 && b > 0) return { shape, lon, lat, width: a, height: b, ...(angle ? { angle } : {}), ...off }
  return null
}

/** Sizes of a region as they are written one after the other. */
export function sizesOf(r: Region): number[] {
  return r.shape === 'circle' ? [r.radius] : r.shape === 'annulus' ? [r.inner, r.outer] : [r.width, r.height, ...(r.angle ? [r.angle] : [])]
}

export function regionText(r: Region): string {
  return [`${r.off ? 'off-' : ''}${r.shape}`, ...[r.lon, r.lat, ...sizesOf(r)].map((v) => String(Number(v.toFixed(6))))].join(',')
}

/** Regions of a link, one after the other; what is none of them is left out. */
export const regionsOf = (text: string | undefined): Region[] => (text ?? '').split(';').map(regionOf).filter((r) => r !== null)

export const regionsText = (regions: readonly Region[]): string => regions.map(regionText).join(';')

/** How far a region reaches from its middle: a radius, or half of the larger side. */
export const reachOf = (r: Region): number => (r.shape === 'circle' ? r.radius : r.shape === 'annulus' ? r.outer : Math.max(r.width, r.height) / 2)

/** The same region drawn by its rim to `reach`; an annulus keeps the ratio of its radii. */
export function resized(r: Region, reach: number): Region {
  const factor = reach / reachOf(r)
  if (r.shape === 'circle') return { ...r, radius: reach }
  if (r.shape === 'annulus') return { ...r, inner: r.inner * factor, outer: reach }
  return { ...r, width: r.width * factor, height: r.height * factor }
}
