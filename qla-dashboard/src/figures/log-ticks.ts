/** Whole multiples of powers of ten between two positive numbers, ascending; on less than a factor of 2 steps of a round size. */
export function logTicks(low: number, high: number): number[] {
  const out: number[] = []
  if (!(low > 0) || !(high > low)) return out
  if (high < 2 * low) {
    const power = 10 ** Math.floor(Math.log10(high - low))
    for (let v = Math.ceil(low / power) * power; v <= high * (1 + 1e-12); v += power) out.push(Number(v.toPrecision(12)))
    return out
  }
  for (let n = Math.floor(Math.log10(low)); n <= Math.log10(high); n++) {
    for (let k = 1; k < 10; k++) {
      const v = Number(`${k}e${n}`)
      if (v >= low * (1 - 1e-12) && v <= high * (1 + 1e-12)) out.push(v)
    }
  }
  return out
}

/** Which of the ticks are named: powers of ten where there are two, else those that begin with 1, 2 or 5, else all. */
export function namedTicks(ticks: readonly number[]): (number | null)[] {
  for (const leads of ['1', '125']) {
    const named = ticks.map((v) => (leads.includes(v.toExponential()[0]!) && /^\de/.test(v.toExponential()) ? v : null))
    if (named.filter((v) => v !== null).length >= 2) return named
  }
  return [...ticks]
}
