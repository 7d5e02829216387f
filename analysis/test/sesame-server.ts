import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A resolver's part of an answer, as CDS writes it. */
const resolver = (inner: string): string => `  <Resolver name="S=Simbad (CDS, via client/server)"><!-- delay=12ms -->\n${inner}\n  </Resolver>\n`
export const sesameAnswer = (name: string, inner: string): string => `<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<Sesame xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="http://vizier.u-strasbg.fr/xml/sesame_4x.xsd">
 <Target option="SNV"><name>${name}</name>
<!-- Q1 -->
${inner}</Target>
</Sesame>
`
export const KNOWN = sesameAnswer('swift j0000', resolver('    <INFO>from cache</INFO>\n    <otype>LXB</otype>\n    <jpos>00:40:00.00 +20:00:00.0</jpos>\n    <jradeg>10.0000005</jradeg>\n    <jdedeg>20.25</jdedeg>\n    <errRAmas>100</errRAmas>\n    <oname>Swift  J0000.0+0000</oname>'))
export const UNKNOWN = sesameAnswer('nowhere', `${resolver('    <INFO>*** Nothing found ***</INFO>')}  <Resolver name="N=NED"><INFO>*** Nothing found ***</INFO></Resolver>\n`)

export interface SesameServer {
  url: string
  /** path and query of each question */
  asked: string[]
  /** how the next questions are answered */
  answer(how: (reply: ServerResponse) => void): void
  close(): Promise<void>
}

/** A real HTTP server on loopback that speaks Sesame's protocol, well or badly. */
export async function sesameServer(): Promise<SesameServer> {
  let how = (reply: ServerResponse): void => void reply.end(KNOWN)
  const asked: string[] = []
  const server = createServer((request, reply) => {
    asked.push(request.url ?? '')
    how(reply)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/cgi-bin/nph-sesame`, asked,
    answer: (next) => void (how = next),
    close: () => new Promise((resolve) => {
      server.closeAllConnections()
      server.close(() => resolve())
    }),
  }
}
