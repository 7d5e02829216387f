import type { SourceRow } from './source-row.js'

/** Clusters of galaxies: X-ray centres. */
export const clusters: readonly SourceRow[] = [
  ['Perseus Cluster', 'cluster', 49.9507, 41.5117, 0.01, 'Abell 426', 'Per Cluster', '4U 0316+41'],
  ['Coma Cluster', 'cluster', 194.9530, 27.9807, 0.01, 'Abell 1656', '4U 1257+28'],
  ['Ophiuchus Cluster', 'cluster', 258.1154, -23.3694, 0.01, '4U 1708-23'],
  ['Virgo Cluster', 'cluster', 187.7059, 12.3911, 0.004],
  ['Centaurus Cluster', 'cluster', 192.2039, -41.3117, 0.003, 'Abell 3526', 'NGC 4696'],
  ['Fornax Cluster', 'cluster', 54.6212, -35.4507, 0.001, 'NGC 1399', 'Abell S373'],
  ['Norma Cluster', 'cluster', 243.5900, -60.8700, 0.003, 'Abell 3627'],
  ['Triangulum Australis Cluster', 'cluster', 249.5750, -64.3519, 0.004, 'TrA Cluster'],
  ['Hydra A', 'cluster', 139.5236, -12.0956, 0.002, 'Abell 780', '3C 218'],
  ['Bullet Cluster', 'cluster', 104.6292, -55.9469, 0.001, '1E 0657-56'],
  ['Abell 85', 'cluster', 10.4600, -9.3030, 0.002],
  ['Abell 401', 'cluster', 44.7400, 13.5800, 0.002],
  ['Abell 478', 'cluster', 63.3550, 10.4650, 0.002],
  ['Abell 754', 'cluster', 137.3300, -9.6800, 0.003],
  ['Abell 1795', 'cluster', 207.2190, 26.5930, 0.002],
  ['Abell 2029', 'cluster', 227.7338, 5.7447, 0.003],
  ['Abell 2142', 'cluster', 239.5830, 27.2330, 0.003],
  ['Abell 2199', 'cluster', 247.1594, 39.5513, 0.002],
  ['Abell 2256', 'cluster', 256.0100, 78.6320, 0.002],
  ['Abell 2319', 'cluster', 290.2990, 43.9450, 0.003],
  ['Abell 3266', 'cluster', 67.7970, -61.4530, 0.002],
  ['Abell 3571', 'cluster', 206.8680, -32.8660, 0.003],
  ['Abell 3667', 'cluster', 303.1400, -56.8406, 0.002],
  ['PKS 0745-191', 'cluster', 116.8806, -19.2944, 0.002],
]
