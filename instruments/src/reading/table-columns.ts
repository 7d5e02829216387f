import type { FitsHdu } from '@heavens/science/fits'

/** Names of the columns of a table as the header spells them (TTYPEn), in order; '' for a nameless one. Never throws: also damaged headers are asked. */
export function tableColumns(hdu: FitsHdu): string[] {
  const fields = hdu.header.get('TFIELDS')
  const count = typeof fields === 'number' && fields > 0 ? Math.min(999, Math.floor(fields)) : 0
  return Array.from({ length: count }, (_, index) => {
    const name = hdu.header.get(`TTYPE${index + 1}`)
    return typeof name === 'string' ? name.trim() : ''
  })
}

/** The header's own spelling of each wanted column; a column that is absent is left out. */
export function spelledColumns(hdu: FitsHdu, wanted: readonly string[]): string[] {
  const present = tableColumns(hdu)
  return wanted.flatMap(name => present.find(other => other.toLowerCase() === name.toLowerCase()) ?? [])
}
