/**
 * What is assumed of GBM where no response file is at hand: channel bounds, angular response and the shape of spectra in
 * counts. It serves the simulator; products of real data use the RSP files that come with them.
 *
 * The bounds follow real files to a few percent: NaI 128 channels of widths growing from 0.9 keV at 4.5 keV to 38 keV at
 * 983 keV, the last one open to 2000 keV; BGO from 25 keV at 110 keV to 1.4 MeV at 45 MeV.
 */
export const CHANNELS = 128

/** Bounds [keV] of detector `index`; gains differ by up to 6 % between detectors, as they do in flight. */
export function channelBounds(index: number): { eMin: Float32Array; eMax: Float32Array } {
  const gain = 1 + 0.02 * (((index * 5) % 7) / 3 - 1)
  const [first, step, growth, last] = index < 12 ? [4.5, 0.911, 0.0267, 2000] : [110, 25, 0.03205, 50000]
  const edge = (i: number): number => gain * (first! + (step! / growth!) * Math.expm1(growth! * i))
  const eMin = Float32Array.from({ length: CHANNELS }, (_, i) => edge(i))
  const eMax = Float32Array.from({ length: CHANNELS }, (_, i) => (i < CHANNELS - 1 ? edge(i + 1) : last!))
  return { eMin, eMax }
}

/** Fraction of the rate of a facing detector at an angle of this cosine; the floor is what the spacecraft and air scatter in. */
export function angularResponse(index: number, cosine: number): number {
  // BGO crystals are as long as wide: they see the sides nearly as well.
  if (index >= 12) return 0.35 + 0.65 * Math.max(0, cosine)
  return 0.04 + 0.96 * Math.max(0, cosine)
}

/** Background counts per keV, relative: a falling continuum, the cut by the window below 8 keV, the 511-keV line in BGO. */
export function backgroundShape(index: number, energy: number): number {
  if (index >= 12) return energy ** -1.6 + 0.02 * Math.exp(-0.5 * ((energy - 511) / 40) ** 2) * 511 ** -1.6
  return energy ** -1.4 / (1 + (8 / energy) ** 6)
}

/**
 * Burst counts per keV, relative: the low-energy part and cut-off of Band et al. (1993) with α = −0.9, β = −2.3,
 * times the photopeak efficiency of the crystal.
 */
export function burstShape(index: number, energy: number, ePeak: number): number {
  const alpha = -0.9
  const beta = -2.3
  const fold = ePeak / (2 + alpha)
  const edge = (alpha - beta) * fold
  const photons = energy < edge
    ? (energy / 100) ** alpha * Math.exp(-energy / fold)
    : (edge / 100) ** (alpha - beta) * Math.exp(beta - alpha) * (energy / 100) ** beta
  const efficiency = index >= 12 ? 1 / (1 + (150 / energy) ** 4) : 1 / ((1 + (12 / energy) ** 4) * (1 + (energy / 350) ** 1.2))
  return photons * efficiency
}
