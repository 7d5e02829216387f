import { HeavensError } from '@heavens/schemas'
import type { RequestAsUsed, Target } from '@heavens/schemas'
import { circleOfShape, findSource, icrsFromGalactic, parseAngle } from '@heavens/science/sky'
import { BUILT_IN } from '../names/place-named.js'

/**
 * Position in ICRS degrees. Coordinates, when given, count more than a name, which then is a label. Text may be sexagesimal:
 * hours for a right ascension (and a galactic longitude without a `d`), degrees for everything else.
 *
 * @throws HeavensError unknown-source, bad-position
 */
export function resolveTarget(target: Target): NonNullable<RequestAsUsed['target']> {
  if (target.shape !== undefined) {
    const circle = circleOfShape(target.shape)
    if ('polygon' in target.shape && !(circle.radius < 89)) throw new HeavensError('bad-position', { reason: 'the polygon is not less than a hemisphere' }, { path: 'target.shape' })
    return { ...(target.name === undefined ? {} : { name: target.name }), ...circle, shape: target.shape }
  }
  const radius = target.radius === undefined ? {} : { radius: target.radius }
  if (target.ra === undefined || target.dec === undefined) {
    const source = findSource(target.name!)
    if (source === undefined) throw new HeavensError('unknown-source', { name: target.name!, asked: BUILT_IN }, { path: 'target.name' })
    return { name: source.name, ra: source.ra, dec: source.dec, ...radius }
  }
  const galactic = target.frame === 'galactic'
  const lon = angle(target.ra, 'ra', 'target.ra')
  const lat = angle(target.dec, 'dec', 'target.dec')
  if (Math.abs(lat) > 90) throw new HeavensError('bad-position', { reason: `${lat} is not between -90 and 90 degrees` }, { path: 'target.dec' })
  if (lon < -360 || lon > 360) throw new HeavensError('bad-position', { reason: `${lon} is not between -360 and 360 degrees` }, { path: 'target.ra' })
  const [ra, dec] = galactic ? icrsFromGalactic(lon, lat) : [lon, lat]
  return { ...(target.name === undefined ? {} : { name: target.name }), ra: inTurn(ra), dec, ...radius, ...(target.resolver === undefined ? {} : { resolver: target.resolver }) }
}

/** Degrees from 0 to 360; what lies there keeps all its digits. */
function inTurn(ra: number): number {
  return ra >= 0 && ra < 360 ? ra : ((ra % 360) + 360) % 360
}

function angle(value: number | string, kind: 'ra' | 'dec', path: string): number {
  try {
    const degrees = typeof value === 'number' ? value : parseAngle(value, kind)
    if (Number.isFinite(degrees)) return degrees
  } catch (cause) {
    throw new HeavensError('bad-position', { reason: `${path}: ${cause instanceof HeavensError ? String(cause.fields['reason']) : String(cause)}` }, { path, cause })
  }
  throw new HeavensError('bad-position', { reason: `${path}: ${value} is not an angle` }, { path })
}
