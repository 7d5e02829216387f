import { escapeXml } from '../uws/xml.js'
import { known, type Cell, type Column, type Table } from './table.js'

const HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\n'

/** Times of tables are TT: MJD, or seconds since MJD 51544.0 (JD 2451544.5), as measured at the spacecraft. */
const SYSTEMS: Record<NonNullable<Column['system']>, string> = {
  icrs: '<COOSYS ID="icrs" system="ICRS"/>',
  'mjd-tt': '<TIMESYS ID="mjd-tt" timescale="TT" refposition="UNKNOWN" timeorigin="MJD-origin"/>',
  'seconds-tt': '<TIMESYS ID="seconds-tt" timescale="TT" refposition="UNKNOWN" timeorigin="2451544.5"/>',
}

/** A table as VOTable 1.4 (TABLEDATA) of type results, with the status that DALI wants; `more`: further resources, as XML. */
export function votable(table: Table, more = '', standard = ''): string {
  const systems = [...new Set(table.columns.flatMap(({ system }) => (system === undefined ? [] : [SYSTEMS[system]])))]
  const rows = table.rows.map((row) => `<TR>${row.map((cell) => `<TD>${cellText(cell)}</TD>`).join('')}</TR>`)
  return `${HEAD}<RESOURCE type="results">\n${standard}<INFO name="QUERY_STATUS" value="OK"/>\n${systems.map((s) => `${s}\n`).join('')}<TABLE name="${escapeXml(table.name)}">\n<DESCRIPTION>${escapeXml(table.description)}</DESCRIPTION>\n`
    + `${table.columns.map(field).join('\n')}\n<DATA><TABLEDATA>\n${rows.join('\n')}${rows.length > 0 ? '\n' : ''}</TABLEDATA></DATA>\n</TABLE>\n${table.overflow === true ? '<INFO name="QUERY_STATUS" value="OVERFLOW"/>\n' : ''}</RESOURCE>\n${more}</VOTABLE>\n`
}

/** An error as DALI 1.1 wants it: a VOTable whose QUERY_STATUS is ERROR. */
export function errorVotable(sentence: string): string {
  return `${HEAD}<RESOURCE type="results">\n<INFO name="QUERY_STATUS" value="ERROR">${escapeXml(sentence)}</INFO>\n</RESOURCE>\n</VOTABLE>\n`
}

function field({ name, datatype, unit, ucd, utype, xtype, description, system }: Column): string {
  const attribute = (key: string, value: string | undefined): string => (value === undefined ? '' : ` ${key}="${escapeXml(value)}"`)
  const text = datatype === 'char' || datatype === 'unicodeChar'
  return `<FIELD${attribute('ID', name)}${attribute('name', name)} datatype="${datatype}"${text ? ' arraysize="*"' : ''}${attribute('unit', unit)}${attribute('ucd', ucd)}${attribute('utype', utype)}${attribute('xtype', xtype)}${attribute('ref', system)}><DESCRIPTION>${escapeXml(description)}</DESCRIPTION></FIELD>`
}

/** XML 1.0 keeps no carriage returns in texts: escaped, as the rest. */
function cellText(cell: Cell): string {
  const value = known(cell)
  // Numbers need no escape, and there may be a million.
  return typeof value === 'string' ? escapeXml(value).replaceAll('\r', '&#13;') : String(value ?? '')
}
