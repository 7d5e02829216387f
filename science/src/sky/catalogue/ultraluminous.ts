import type { SourceRow } from './source-row.js'

/** Ultraluminous X-ray sources in other galaxies. */
export const ultraluminous: readonly SourceRow[] = [
  ['NGC 7793 ULX-4', 'ULX', 359.4496, -32.5825, 0.0005],
  ['NGC 7793 P13', 'ULX', 359.4621, -32.6241, 0.0005],
  ['M 82 X-2', 'ULX', 148.9631, 69.6794, 0.001, 'M 82 ULX-2'],
  ['NGC 5907 ULX-1', 'ULX', 228.9943, 56.3029, 0.0005],
  ['NGC 300 ULX-1', 'ULX', 13.7703, -37.6955, 0.0005, 'SN 2010da'],
  ['Holmberg IX X-1', 'ULX', 149.4717, 69.0633, 0.001],
  ['Holmberg II X-1', 'ULX', 124.8708, 70.7054, 0.001],
  ['IC 342 X-1', 'ULX', 56.4817, 68.0820, 0.0005],
  ['NGC 1313 X-1', 'ULX', 49.5833, -66.4864, 0.0005],
  ['NGC 1313 X-2', 'ULX', 49.5925, -66.6008, 0.0005],
  ['NGC 5408 X-1', 'ULX', 210.8318, -41.3830, 0.0005],
  ['M 51 ULX-7', 'ULX', 202.5043, 47.2289, 0.0005],
  ['ESO 243-49 HLX-1', 'ULX', 17.6179, -46.0729, 0.0005],
  ['M 33 X-8', 'ULX', 23.4621, 30.6602, 0.001],
]
