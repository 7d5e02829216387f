import { utcIsoFromTt } from '@heavens/science/time'

/** An interval of TT seconds for people. */
export function intervalText([start, stop]: readonly [number, number]): string {
  return `${utcIsoFromTt(start)} – ${utcIsoFromTt(stop)} UTC`
}
