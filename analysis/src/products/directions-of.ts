import type { EventColumns } from '@heavens/schemas'

/** Where events came from [deg]. No events have no columns either, and came from nowhere: empty ones. Undefined where events carry no directions. */
export function directionsOf({ time, ra, dec }: EventColumns): { ra: EventColumns['ra']; dec: EventColumns['dec'] } {
  return time.length === 0 ? { ra: ra ?? new Float32Array(), dec: dec ?? new Float32Array() } : { ra, dec }
}
