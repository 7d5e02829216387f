/** Photons of the last slots in columns, oldest first once sorted; rows [from, size) count. Plain data. */
export interface KeptPhotons {
  time: Float64Array
  /** degrees */
  ra: Float32Array
  dec: Float32Array
  cell: Uint16Array
  from: number
  size: number
  sorted: boolean
}

const FIRST = 1024

export function keptPhotons(): KeptPhotons {
  return { time: new Float64Array(FIRST), ra: new Float32Array(FIRST), dec: new Float32Array(FIRST), cell: new Uint16Array(FIRST), from: 0, size: 0, sorted: true }
}

/** Add one behind the others; when they are full, what was forgotten makes room, or the columns double. */
export function keepPhoton(photons: KeptPhotons, time: number, ra: number, dec: number, cell: number): void {
  if (photons.size === photons.time.length) makeRoom(photons)
  const i = photons.size++
  if (i > photons.from && time < photons.time[i - 1]!) photons.sorted = false
  photons.time[i] = time
  photons.ra[i] = ra
  photons.dec[i] = dec
  photons.cell[i] = cell
}

function makeRoom(photons: KeptPhotons): void {
  const { from, size } = photons
  const length = size - from > size / 2 ? 2 * size : size
  photons.time = moved(photons.time, new Float64Array(length), from)
  photons.ra = moved(photons.ra, new Float32Array(length), from)
  photons.dec = moved(photons.dec, new Float32Array(length), from)
  photons.cell = moved(photons.cell, new Uint16Array(length), from)
  photons.size = size - from
  photons.from = 0
}

function moved<T extends Float64Array | Float32Array | Uint16Array>(old: T, fresh: T, from: number): T {
  fresh.set(old.subarray(from))
  return fresh
}

/** Put them in order of time; equal times stay as they came. */
export function sortPhotons(photons: KeptPhotons): void {
  if (photons.sorted) return
  const { from, size, time, ra, dec, cell } = photons
  const order = Uint32Array.from({ length: size - from }, (_, k) => from + k).sort((a, b) => time[a]! - time[b]! || a - b)
  photons.time = Float64Array.from(order, (i) => time[i]!)
  photons.ra = Float32Array.from(order, (i) => ra[i]!)
  photons.dec = Float32Array.from(order, (i) => dec[i]!)
  photons.cell = Uint16Array.from(order, (i) => cell[i]!)
  photons.from = 0
  photons.size = order.length
  photons.sorted = true
}

/** First row with a time of at least `t`, of sorted photons. */
export function rowFrom({ time, from, size }: KeptPhotons, t: number): number {
  let low = from
  let high = size
  while (low < high) {
    const middle = (low + high) >>> 1
    if (time[middle]! < t) low = middle + 1
    else high = middle
  }
  return low
}

/** Let go of sorted photons before `oldest`; their room is used again later. */
export function forgetPhotons(photons: KeptPhotons, oldest: number): void {
  photons.from = rowFrom(photons, oldest)
}
