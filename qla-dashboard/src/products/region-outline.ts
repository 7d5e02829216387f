import type { Region } from './image-region.js'
import type { Picture } from './read-product.js'

const DEGREE = Math.PI / 180
const POINTS = 72

/** The outline of a region as the path of an SVG in pixels of the picture, y downwards; '' where none of it is on the picture. */
export function regionOutline(picture: Picture, region: Region): string {
  const down = ([x, y]: readonly [number, number]): [number, number] => [x - 0.5, picture.height - y + 0.5]
  if (region.shape === 'box') {
    const middle = picture.pixelOf(region.lon, region.lat)
    if (!middle) return ''
    const [x, y] = down(middle)
    const [w, h] = [region.width / picture.scale, region.height / picture.scale]
    return `M${x - w / 2} ${y - h / 2}h${w}v${h}h${-w}Z`
  }
  return `M${circlePoints(picture, region).map(down).map(([x, y]) => `${x.toFixed(2)} ${y.toFixed(2)}`).join('L')}Z`
}

/** Pixels around a circle on the sky; points that are not on the picture's plane are left out. */
function circlePoints(picture: Picture, { lon, lat, radius }: { lon: number; lat: number; radius: number }): [number, number][] {
  const out: [number, number][] = []
  for (let k = 0; k < POINTS; k++) {
    const angle = (2 * Math.PI * k) / POINTS
    if (!picture.directions) {
      out.push([lon + radius * Math.cos(angle), lat + radius * Math.sin(angle)])
      continue
    }
    const [r, d] = [radius * DEGREE, lat * DEGREE]
    const sin = Math.sin(d) * Math.cos(r) + Math.cos(d) * Math.sin(r) * Math.cos(angle)
    const step = Math.atan2(Math.sin(angle) * Math.sin(r) * Math.cos(d), Math.cos(r) - Math.sin(d) * sin)
    const at = picture.pixelOf((lon + step / DEGREE + 360) % 360, Math.asin(sin) / DEGREE)
    if (at) out.push(at)
  }
  return out
}
