import { writeFits } from '@heavens/science/fits'
import { isoFromSeconds } from './iso-minutes.js'
import type { SkyLayer } from './sky-layer.js'

/** Cells of a coverage as NUNIQ numbers, 4^(order + 1) + pixel: whole groups of four are one cell of the order above. Ascending. */
export function mocCells(covered: Uint8Array, order: number): bigint[] {
  const cells: bigint[] = []
  let level = covered
  for (let k = order; k >= 0; k--) {
    const above = new Uint8Array(level.length / 4)
    if (k > 0) for (let p = 0; p < above.length; p++) above[p] = level[4 * p]! & level[4 * p + 1]! & level[4 * p + 2]! & level[4 * p + 3]!
    for (let p = 0; p < level.length; p++) if (level[p] === 1 && !(k > 0 && above[p >> 2] === 1)) cells.push(4n ** BigInt(k + 1) + BigInt(p))
    level = above
  }
  return cells.sort((a, b) => (a < b ? -1 : 1))
}

/** The coverage of a layer as MOC 2.0 in FITS. */
export function mocFits({ covered, order, header }: SkyLayer): Uint8Array {
  const cells = mocCells(covered, order)
  return writeFits([
    { kind: 'image' },
    {
      kind: 'bintable', name: 'MOC', rows: cells.length,
      cards: [
        ['PIXTYPE', 'HEALPIX', 'HEALPix magic code'], ['ORDERING', 'NUNIQ', 'coding of the cells'], ['COORDSYS', 'C', 'ICRS'], ['MOCVERS', '2.0', 'version of the format'], ['MOCDIM', 'SPACE', 'what it covers'],
        ['MOCORDER', order, 'deepest order'], ['MOCORD_S', order, 'deepest order in space'], ['MOCTYPE', 'IMAGE', 'coverage of an image'], ['MOCTOOL', 'HEAVENS', 'who made it'], ['DATE', isoFromSeconds(header.stop, 0), 'end of the data'],
      ],
      columns: [{ name: 'UNIQ', format: '1K', values: BigInt64Array.from(cells) }],
    },
  ])
}
