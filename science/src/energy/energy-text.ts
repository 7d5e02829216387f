/** keV in a unit of energy. */
export const KEV = { keV: 1, MeV: 1e3, GeV: 1e6, TeV: 1e9 } as const

/** An energy [keV] as people write it: 50 keV, 1 MeV, 100 GeV. */
export function energyText(keV: number): string {
  const [unit, name] = keV >= 1e9 ? [1e9, 'TeV'] : keV >= 1e6 ? [1e6, 'GeV'] : keV >= 1e3 ? [1e3, 'MeV'] : [1, 'keV']
  return `${Number((keV / (unit as number)).toPrecision(3))} ${name}`
}

/** A band [keV] in the unit of its upper end: 50–300 keV, 0.1–1 GeV. */
export function bandText(low: number, high: number): string {
  const [value, unit] = energyText(high).split(' ') as [string, string]
  return `${Number((low / (high / Number(value))).toPrecision(3))}–${value} ${unit}`
}
