import type { ResolvedTarget } from '@heavens/schemas'
import type { Table } from './table.js'

/** Sources of the catalogue as rows. */
export function sourceTable(sources: readonly ResolvedTarget[]): Table {
  return {
    name: 'sources', description: 'Sources by their names',
    columns: [
      { name: 'name', datatype: 'unicodeChar', ucd: 'meta.id;meta.main', description: 'name' },
      { name: 'ra', datatype: 'double', unit: 'deg', ucd: 'pos.eq.ra;meta.main', system: 'icrs', description: 'right ascension' },
      { name: 'dec', datatype: 'double', unit: 'deg', ucd: 'pos.eq.dec;meta.main', system: 'icrs', description: 'declination' },
      { name: 'type', datatype: 'char', ucd: 'src.class', description: 'kind of source' },
      { name: 'aliases', datatype: 'unicodeChar', ucd: 'meta.id', description: 'other names, a bar between them' },
    ],
    rows: sources.map((s) => [s.name, s.ra, s.dec, s.type, s.aliases.join('|')]),
  }
}
