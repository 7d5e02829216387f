import type { Job, Product } from '@heavens/schemas'
import { HeavensError } from '@heavens/schemas'
import { contentTypeOf } from '../products/content-type.js'
import { escapeXml } from '../uws/xml.js'
import { publisherDid } from './publisher-did.js'
import type { Cell, Column, Table } from './table.js'

/** Where the parts of analyses are; absolute. */
export interface LinkAddresses {
  product(id: string, path: string): string
  archive(id: string): string
  sync: string
}

/** Media type of a DataLink document. */
export const DATALINK_TYPE = 'application/x-votable+xml;content=datalink'

const COLUMNS: readonly Column[] = [
  { name: 'ID', datatype: 'char', ucd: 'meta.id;meta.main', description: 'what the link belongs to' },
  { name: 'access_url', datatype: 'char', ucd: 'meta.ref.url', description: 'where it is' },
  { name: 'service_def', datatype: 'char', ucd: 'meta.ref', description: 'ID of the service described below' },
  { name: 'error_message', datatype: 'unicodeChar', ucd: 'meta.code.error', description: 'why there is no link' },
  { name: 'description', datatype: 'unicodeChar', ucd: 'meta.note', description: 'what it is' },
  { name: 'semantics', datatype: 'char', ucd: 'meta.code', description: 'what it is to the ID' },
  { name: 'content_type', datatype: 'char', ucd: 'meta.code.mime', description: 'media type' },
  { name: 'content_length', datatype: 'long', ucd: 'phys.size;meta.file', unit: 'byte', description: 'size' },
  { name: 'local_semantics', datatype: 'char', ucd: 'meta.code', description: 'kind of the file' },
]

type Row = readonly Cell[]

/** What a file is to the analysis as a whole. */
function semanticsOf({ kind, path }: Product): string {
  if (kind === 'preview') return path.endsWith('image.png') ? '#preview-image' : '#preview-plot'
  if (kind === 'response' || kind === 'arf') return '#calibration'
  if (kind === 'background') return '#auxiliary'
  if (kind === 'events') return '#progenitor'
  if (kind === 'fit' || kind === 'timing') return '#derivation'
  return kind === 'report' ? '#documentation' : '#this'
}

/** All that an analysis left, with what it is: the link documents of an analysis or of one of its files (DataLink 1.1). */
export function datalinkRows(job: Job, path: string | undefined, addresses: LinkAddresses): Row[] {
  const id = publisherDid(job.id, path)
  const link = (product: Product, semantics: string): Row => [
    id, addresses.product(job.id, product.path), null, null, describe(product), semantics, contentTypeOf(product.path), product.bytes, product.kind,
  ]
  const shared: Row[] = [
    [id, addresses.archive(job.id), null, null, 'all files of the analysis', '#package', 'application/x-tar', null, 'archive'],
    ...['request.json', 'provenance.json'].map((name): Row => [id, addresses.product(job.id, name), null, null, name === 'request.json' ? 'the request as used' : 'inputs, code and calibration', '#auxiliary', 'application/json', null, 'record']),
    [id, null, 'soda', null, 'the same for another place, time or energy', '#cutout', 'application/fits', null, 'service'],
  ]
  if (path === undefined) return [...job.products.map((product) => link(product, product.kind === 'events' && !job.products.some((p) => semanticsOf(p) === '#this') ? '#this' : semanticsOf(product))), ...shared]
  const one = job.products.find((product) => product.path === path)
  if (one === undefined) return [fault(id, new HeavensError('not-found', { what: 'product', id: path.slice(0, 200) }))]
  const near = job.products.filter((product) => product !== one && (product.instrument === one.instrument || product.kind === 'report') && (product.group === undefined || one.group === undefined || product.group === one.group))
  return [link(one, '#this'), ...near.map((product) => link(product, relation(one, product))), ...shared]
}

/** What another file is to one: what belongs to it has a name, everything else has the same origin. */
function relation(one: Product, other: Product): string {
  const stem = (p: Product): string => p.path.replace(/\.\w+$/, '')
  const spectral = one.kind === 'spectrum'
  if (other.kind === 'preview') return stem(other) === stem(one) ? semanticsOf(other) : '#coderived'
  if (['response', 'arf', 'background', 'fit'].includes(other.kind)) return spectral ? semanticsOf(other) : '#coderived'
  return semanticsOf(other) === '#this' ? '#coderived' : semanticsOf(other)
}

/** A row that says why an ID has no links. */
export function fault(id: string, error: HeavensError): Row {
  return [id, null, null, `NotFoundFault: ${error.message}`, null, '#this', null, null, null]
}

export function datalinkTable(rows: readonly Row[]): Table {
  return { name: 'links', description: 'Links to what belongs together', columns: COLUMNS, rows }
}

function describe({ kind, instrument, group, band }: Product): string {
  return `${kind.replaceAll('-', ' ')} of ${[instrument, group, band].filter((part) => part !== undefined).join(' ')}`
}

export const DATALINK_STANDARD = '<INFO name="standardID" value="ivo://ivoa.net/std/DataLink#links-1.1"/>\n'

/** The service that cuts out another place, time or energy, as DataLink describes services. */
export function sodaService({ sync }: LinkAddresses, ref: string): string {
  const parameter = (name: string, datatype: string, more: string, description: string): string => `<PARAM name="${name}" datatype="${datatype}" ${more}><DESCRIPTION>${description}</DESCRIPTION></PARAM>\n`
  return `<RESOURCE type="meta" utype="adhoc:service" ID="soda">\n<PARAM name="standardID" datatype="char" arraysize="*" value="ivo://ivoa.net/std/SODA#sync-1.0"/>\n<PARAM name="accessURL" datatype="char" arraysize="*" value="${escapeXml(sync)}"/>\n<GROUP name="inputParams">\n`
    + `<PARAM name="ID" datatype="char" arraysize="*" ucd="meta.id;meta.main" ref="${ref}" value=""/>\n`
    + parameter('CIRCLE', 'double', 'arraysize="3" unit="deg" xtype="circle" ucd="pos.outline;obs" value=""', 'ra dec radius')
    + parameter('POLYGON', 'double', 'arraysize="*" unit="deg" xtype="polygon" ucd="pos.outline;obs" value=""', 'corners')
    + parameter('TIME', 'double', 'arraysize="2" unit="d" xtype="interval" ucd="time.interval;obs.exposure" value=""', 'start and stop, MJD in TT')
    + parameter('BAND', 'double', 'arraysize="2" unit="m" xtype="interval" ucd="em.wl;stat.interval" value=""', 'wavelengths')
    + parameter('ENERGY', 'double', 'arraysize="2" unit="keV" xtype="interval" ucd="em.energy;stat.interval" value=""', 'energies')
    + parameter('INSTRUMENT', 'char', 'arraysize="*" ucd="meta.id;instr" value=""', 'which instrument')
    + parameter('PRODUCT', 'char', 'arraysize="*" value=""', 'light-curve, spectrum, image, events or report')
    + '</GROUP>\n</RESOURCE>\n'
}
