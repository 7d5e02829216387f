/** A round number with some room above the value. */
export function roomFor(value: number): number {
  if (!(value > 0)) return 1
  const wanted = value * 1.15
  const power = 10 ** Math.floor(Math.log10(wanted))
  for (const f of [1, 1.5, 2, 3, 4, 5, 6, 8, 10]) if (wanted <= f * power) return f * power
  return wanted
}
