import type { InstrumentDescriptor } from '@heavens/schemas'

/** Lowest and highest energy of an instrument's bands [keV]. */
export function energiesOf({ bands }: Pick<InstrumentDescriptor, 'bands'>): [number, number] {
  return [Math.min(...bands.map((band) => band.eMin)), Math.max(...bands.map((band) => band.eMax))]
}

/** Whether an instrument sees anything of a band [keV]. */
export function meets(band: { eMin: number; eMax: number }, descriptor: Pick<InstrumentDescriptor, 'bands'>): boolean {
  const [low, high] = energiesOf(descriptor)
  return band.eMax > low && band.eMin < high
}
