import type { InstrumentDescriptor } from '@heavens/schemas'
import type { Table } from './table.js'

/** Instruments as rows; what does not fit a row is in the JSON. */
export function instrumentTable(descriptors: readonly InstrumentDescriptor[]): Table {
  return {
    name: 'instruments', description: 'The instruments that are known',
    columns: [
      { name: 'id', datatype: 'char', ucd: 'meta.id;meta.main', description: 'name in addresses and requests' },
      { name: 'name', datatype: 'unicodeChar', ucd: 'meta.id;instr', description: 'instrument' },
      { name: 'facility', datatype: 'unicodeChar', ucd: 'meta.id;instr.tel', description: 'mission' },
      { name: 'kind', datatype: 'char', ucd: 'meta.code', description: 'how it sees' },
      { name: 'groups', datatype: 'char', description: 'its parts with counts of their own' },
      { name: 'e_min', datatype: 'double', unit: 'keV', ucd: 'em.energy;stat.min', description: 'lower end of its bands' },
      { name: 'e_max', datatype: 'double', unit: 'keV', ucd: 'em.energy;stat.max', description: 'upper end of its bands' },
      { name: 'bands', datatype: 'char', description: 'names of its bands' },
      { name: 'field_of_view', datatype: 'double', unit: 'deg', ucd: 'phys.angSize;instr.fov', description: 'radius; not given: the whole sky that is not occulted' },
      { name: 'products', datatype: 'char', description: 'what can be made of its data' },
    ],
    rows: descriptors.map((d) => [
      d.id, d.name, d.mission, d.kind, d.groups.map((g) => g.id).join(' '), Math.min(...d.bands.map((b) => b.eMin)), Math.max(...d.bands.map((b) => b.eMax)), d.bands.map((b) => b.id).join(' '),
      d.fieldOfView, d.products.join(' '),
    ]),
  }
}
