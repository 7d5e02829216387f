/** Puts labels where they do not touch each other: first come, first served; one that finds no place is left out. */
export interface LabelPlacer {
  /** Whether the box [x, y, width, height] in pixels was free; it is taken then. */
  place(x: number, y: number, width: number, height: number): boolean
}

export function createLabelPlacer(width: number, height: number, gap = 3): LabelPlacer {
  const taken: [number, number, number, number][] = []
  return {
    place(x, y, w, h) {
      if (x < 0 || y < 0 || x + w > width || y + h > height) return false
      for (const [a, b, c, d] of taken) if (x < a + c + gap && a < x + w + gap && y < b + d + gap && b < y + h + gap) return false
      taken.push([x, y, w, h])
      return true
    },
  }
}
