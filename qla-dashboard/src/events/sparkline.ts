/** Outline of a small curve of counts as an SVG path in a box of width × height; steps, from zero. Empty for no counts. */
export function sparklinePath(counts: readonly number[], width: number, height: number): string {
  if (counts.length === 0) return ''
  const low = Math.min(...counts)
  const high = Math.max(...counts)
  // The lower half of the counts is background: it may be cut, so that the event is seen.
  const floor = low > 0 ? low * 0.8 : 0
  const y = (v: number): number => height - 1 - ((height - 2) * (v - floor)) / Math.max(1e-9, high - floor)
  const step = width / counts.length
  const parts = counts.map((v, i) => `${i === 0 ? 'M' : 'L'}${trim(i * step)} ${trim(y(v))}H${trim((i + 1) * step)}`)
  return parts.join('')
}

const trim = (v: number): string => v.toFixed(1)
