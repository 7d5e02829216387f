import { escapeXml } from '../uws/xml.js'

/** Says of a table of products that each has a DataLink document, by its obs_publisher_did. */
export function datalinkService(address: string): string {
  return `<RESOURCE type="meta" utype="adhoc:service" ID="links">\n<PARAM name="standardID" datatype="char" arraysize="*" value="ivo://ivoa.net/std/DataLink#links-1.1"/>\n`
    + `<PARAM name="accessURL" datatype="char" arraysize="*" value="${escapeXml(address)}"/>\n<GROUP name="inputParams">\n<PARAM name="ID" datatype="char" arraysize="*" ucd="meta.id;meta.main" ref="obs_publisher_did" value=""/>\n</GROUP>\n</RESOURCE>\n`
}
