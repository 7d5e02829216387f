/** The largest angle of these series [rad]. */
export const SMALL = 0.5
/** What `sinOfSmall` and `cosOfSmall` may be wrong by; and the cosine of a separation, a sum of products of four of them. */
const SMALL_ERROR = 2e-12
export const SUM_ERROR = 8 * SMALL_ERROR
/** Kept from the end of the series, for rounding [rad]. */
const SPARE = 1e-6

/** Whether all angles between the middle and the places of a disc are small, in longitude too; degrees. */
export function isSmallDisc(radius: number, widest: number): boolean {
  return Math.max(radius, widest) * (Math.PI / 180) < SMALL - SPARE
}

const [S3, S5, S7, S9, S11] = [-1 / 6, 1 / 120, -1 / 5040, 1 / 362_880, -1 / 39_916_800]
const [C2, C4, C6, C8, C10] = [-1 / 2, 1 / 24, -1 / 720, 1 / 40_320, -1 / 3_628_800]

/** Sine of −0.5 … 0.5 rad by its series to x¹¹: several times as fast as Math.sin. */
export function sinOfSmall(x: number): number {
  const q = x * x
  return x + x * q * (S3 + q * (S5 + q * (S7 + q * (S9 + q * S11))))
}

/** Cosine of −0.5 … 0.5 rad by its series to x¹⁰. */
export function cosOfSmall(x: number): number {
  const q = x * x
  return 1 + q * (C2 + q * (C4 + q * (C6 + q * (C8 + q * C10))))
}
