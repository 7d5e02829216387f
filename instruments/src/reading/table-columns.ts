import type { FitsHdu } from '@heavens/science/fits'

/** Names of the columns of a table as the header spells them (TTYPEn), in order. */
export function tableColumns(hdu: FitsHdu): string[] {
  const count = hdu.header.number('TFIELDS', 0)
  return Array.from({ length: count }, (_, index) => hdu.header.string(`TTYPE${index + 1}`, '').trim())
}

/** The header's own spelling of each wanted column; a column that is absent is left out. */
export function spelledColumns(hdu: FitsHdu, wanted: readonly string[]): string[] {
  const present = tableColumns(hdu)
  return wanted.flatMap(name => present.find(other => other.toLowerCase() === name.toLowerCase()) ?? [])
}
