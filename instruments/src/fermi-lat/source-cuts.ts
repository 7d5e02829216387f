import type { SourceCuts } from '@heavens/schemas'
import type { FitsHdu } from '@heavens/science/fits'

const KEV_PER_UNIT: Readonly<Record<string, number>> = { mev: 1e3, gev: 1e6, kev: 1 }

/**
 * Cuts that gtselect wrote into the header of a photon list (data subspace keywords DSTYPn, DSUNIn, DSVALn, ranges `a:b`): energy,
 * zenith angle and discs on the sky (POS(RA,DEC), `CIRCLE(ra,dec,radius)`). Of several entries of a kind, and of several ranges in one, what all of them allow at most is taken.
 */
export function sourceCuts({ header }: FitsHdu): SourceCuts {
  const cuts: SourceCuts = {}
  for (let n = 1; header.has(`DSTYP${n}`); n++) {
    const text = (name: string): string => {
      const value = header.get(`${name}${n}`)
      return typeof value === 'string' ? value.trim() : ''
    }
    const ranges = text('DSVAL').split(',').map(range => range.split(':').map(end => (end.trim() === '' ? NaN : Number(end))))
    const low = Math.min(...ranges.map(([from]) => from ?? NaN))
    const high = Math.max(...ranges.map(([, to]) => to ?? NaN))
    const type = text('DSTYP').toUpperCase()
    if (type === 'ENERGY') {
      const unit = KEV_PER_UNIT[text('DSUNI').toLowerCase()] ?? 1e3
      if (low > 0) cuts.eMin = Math.max(cuts.eMin ?? 0, low * unit)
      if (high > 0) cuts.eMax = Math.min(cuts.eMax ?? Infinity, high * unit)
    } else if (type === 'POS(RA,DEC)') {
      const [ra, dec, radius] = (/^CIRCLE\(([^)]*)\)$/i.exec(text('DSVAL'))?.[1] ?? '').split(',').map(Number)
      if (ra !== undefined && dec !== undefined && radius !== undefined && radius > 0 && radius < 180 && Number.isFinite(ra + dec)) cuts.discs = [...(cuts.discs ?? []), { ra, dec, radius }]
    } else if (type === 'ZENITH_ANGLE' && high > 0 && high <= 180) cuts.zenith = Math.min(cuts.zenith ?? 180, high)
  }
  return cuts
}
