/** What the page shows, apart from the data: this is what the hash of the URL holds. Angles in degrees, times in TT s. */
export interface View {
  /** run of the instruments that is looked at; null: the one that moves */
  run: string | null
  frame: 'galactic' | 'icrs'
  lon: number
  lat: number
  /** 1: the whole sky fills the panel */
  zoom: number
  image: { instrument: string | null; band: string | null; window: string | null; plane: Plane; smooth: boolean }
  /** the time axis ends at now and moves */
  live: boolean
  /** length of the time axis [s] */
  span: number
  /** end of the time axis where it is not live [TT s] */
  stop: number | null
  drawer: Drawer | null
  candidate: string | null
  job: string | null
  /** path of the product that is open; null: the most telling one */
  product: string | null
  /** how the viewer shows it: stretch, region, binning, fit …; each viewer reads its own */
  look: Look
}

/** State of the product viewer by name, as text: it goes into the URL as it stands. */
export type Look = Readonly<Record<string, string>>

export type Plane = 'counts' | 'significance' | 'exposure'
export type Drawer = 'request' | 'jobs' | 'product' | 'health'

const PLANES: readonly string[] = ['counts', 'significance', 'exposure']
const DRAWERS: readonly string[] = ['request', 'jobs', 'product', 'health']

/** The view of a page that was opened without a hash. */
export function firstView(): View {
  return {
    run: null, frame: 'galactic', lon: 0, lat: 0, zoom: 1, image: { instrument: null, band: null, window: null, plane: 'counts', smooth: true },
    live: true, span: 300, stop: null, drawer: null, candidate: null, job: null, product: null, look: {},
  }
}

/** Write a view as the hash of a URL, without '#'. Only what differs from the first view is written. */
export function viewToHash(view: View): string {
  const first = firstView()
  const parts: string[] = []
  const add = (key: string, value: string): void => void parts.push(`${key}=${encodeURIComponent(value).replaceAll('%2C', ',')}`)
  if (view.run !== null) add('run', view.run)
  if (view.frame !== first.frame || view.lon || view.lat || view.zoom !== 1) add('sky', [view.frame, round(view.lon, 3), round(view.lat, 3), round(view.zoom, 3)].join(','))
  const { instrument, band, window, plane, smooth } = view.image
  if (!smooth) add('raw', '1')
  if (instrument !== null || band !== null || window !== null || plane !== 'counts') add('map', [instrument ?? '', band ?? '', window ?? '', plane].join(','))
  if (!view.live || view.span !== first.span) add('t', [view.live || view.stop === null ? 'live' : round(view.stop, 4), round(view.span, 4)].join(','))
  if (view.drawer !== null) add('drawer', view.drawer)
  if (view.candidate !== null) add('candidate', view.candidate)
  if (view.job !== null) add('job', view.job)
  if (view.product !== null) add('product', view.product)
  for (const [key, value] of Object.entries(view.look)) add(`v.${key}`, value)
  return parts.join('&')
}

/** Read a hash (with or without '#'). What is missing or cannot be read is as in the first view. */
export function viewFromHash(hash: string): View {
  const view = firstView()
  const fields = new Map<string, string>()
  for (const part of hash.replace(/^#/, '').split('&')) {
    const at = part.indexOf('=')
    if (at > 0) fields.set(part.slice(0, at), decode(part.slice(at + 1)))
  }
  view.run = fields.get('run') || null
  const [frame, ...sky] = (fields.get('sky') ?? '').split(',')
  if ((frame === 'galactic' || frame === 'icrs') && sky.length === 3 && sky.every((v) => Number.isFinite(Number(v)))) {
    const [lon, lat, zoom] = sky.map(Number) as [number, number, number]
    Object.assign(view, { frame, lon: lon >= 0 && lon < 360 ? lon : ((lon % 360) + 360) % 360, lat: clamp(lat, -90, 90), zoom: clamp(zoom, 1, 2000) })
  }
  const map = (fields.get('map') ?? '').split(',')
  if (map.length === 4) view.image = { instrument: map[0] || null, band: map[1] || null, window: map[2] || null, plane: PLANES.includes(map[3]!) ? (map[3] as Plane) : 'counts', smooth: true }
  view.image.smooth = fields.get('raw') !== '1'
  const [stop, span] = (fields.get('t') ?? '').split(',')
  if (span !== undefined && Number(span) > 0 && Number.isFinite(Number(span))) view.span = Number(span)
  if (stop && stop !== 'live' && Number.isFinite(Number(stop))) Object.assign(view, { live: false, stop: Number(stop) })
  const drawer = fields.get('drawer') ?? ''
  view.drawer = DRAWERS.includes(drawer) ? (drawer as Drawer) : null
  view.candidate = fields.get('candidate') || null
  view.job = fields.get('job') || null
  view.product = fields.get('product') || null
  view.look = Object.fromEntries([...fields].filter(([key, value]) => /^v\.[a-z]{1,20}$/.test(key) && value !== '').map(([key, value]) => [key.slice(2), value]))
  return view
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // A hash that someone cut in the middle of an escape: as it stands it names nothing.
    return ''
  }
}

const round = (value: number, digits: number): string => String(Number(value.toFixed(digits)))
const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value))
