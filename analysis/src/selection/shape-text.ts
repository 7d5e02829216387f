import type { SkyShape } from '@heavens/science/sky'

/** A shape for people and headers, degrees ICRS. */
export function shapeText(shape: SkyShape): string {
  if ('range' in shape) return `range ra ${shape.range[0]} to ${shape.range[1]}, dec ${shape.range[2]} to ${shape.range[3]} deg`
  return `polygon ${shape.polygon.map(([ra, dec]) => `${ra} ${dec}`).join(', ')} deg`
}
