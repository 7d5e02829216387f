/** One OGIP spectrum (92-007), with its channels in the order of the response: index 0 is the response's first channel. */
export interface Spectrum {
  file: string
  /** counts per channel: as in COUNTS, or RATE × EXPOSURE */
  counts: Float64Array
  /** standard deviation of `counts`; undefined where Poisson statistics hold (POISSERR = T, or no STAT_ERR) */
  errors: Float64Array | undefined
  /** fractional systematic error of each channel (SYS_ERR) */
  systematic: Float64Array
  /** true where the file gives whole counts, not rates */
  counted: boolean
  /** livetime [s] */
  exposure: number
  backscal: Float64Array
  areascal: Float64Array
  /** 0 good, > 0 not to be used */
  quality: Int16Array
  /** 1 starts a group, −1 goes on with it, 0 stands alone; undefined where the file has none */
  grouping: Int16Array | undefined
  /** names from the header; undefined for NONE or absent */
  responseFile: string | undefined
  arfFile: string | undefined
  backgroundFile: string | undefined
}

/** Redistribution matrix (CAL/GEN/92-002), its groups flattened: group g of row r is groups rowStart[r] … rowStart[r + 1]. */
export interface Response {
  file: string
  /** edges of the incident energies [keV] */
  energyLow: Float64Array
  energyHigh: Float64Array
  /** nominal edges of the channels [keV], low ≤ high */
  channelLow: Float64Array
  channelHigh: Float64Array
  rowStart: Uint32Array
  /** first channel of a group, as an index from 0 */
  groupChannel: Int32Array
  /** elements of a group, and where they begin in `matrix` */
  groupLength: Int32Array
  groupOffset: Uint32Array
  matrix: Float64Array
}

/** Effective area [cm²] on the energies of a response. */
export interface EffectiveArea {
  file: string
  energyLow: Float64Array
  energyHigh: Float64Array
  area: Float64Array
}
