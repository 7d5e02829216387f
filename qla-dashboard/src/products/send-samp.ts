import type { Product } from '@heavens/schemas'

/** Where a SAMP hub with the Web Profile listens: on the user's own machine, and nowhere else. The server's policy allows just this. */
const HUB = 'http://localhost:21012/'

/** The hub asks its user before it lets a page in [ms]. */
const CONSENT = 120_000
const ANSWER = 10_000

type Value = string | { [name: string]: Value }

/**
 * Offer a product to the programs on the user's machine (TOPCAT, Aladin, DS9 …) by SAMP 1.3: register with the hub, tell everyone,
 * unregister. Only on the user's click.
 *
 * @param url absolute address of the file; with the token where one is needed, as other programs have none
 * @returns how many programs were told
 * @throws Error with a sentence for people: no hub, refused, or what the hub says
 */
export async function sendSamp(product: Pick<Product, 'kind' | 'path'>, url: string): Promise<number> {
  const registered = await call('samp.webhub.register', [{ 'samp.name': 'HEAVENS Quick-Look', 'samp.description.text': 'Products of analyses' }], CONSENT)
  const key = memberOf(registered, 'samp.private-key')
  if (key === undefined) throw new Error('The SAMP hub gave no key.')
  try {
    const image = product.kind === 'image'
    const params = { url, name: product.path, [image ? 'image-id' : 'table-id']: product.path }
    const told = await call('samp.webhub.notifyAll', [key, { 'samp.mtype': image ? 'image.load.fits' : 'table.load.fits', 'samp.params': params }], ANSWER)
    return told.querySelectorAll('params data > value').length
  } finally {
    await call('samp.webhub.unregister', [key], ANSWER)
  }
}

/** One call of XML-RPC; the answer as a document. */
async function call(method: string, parameters: readonly Value[], patience: number): Promise<Document> {
  let text: string
  try {
    const answer = await fetch(HUB, { method: 'POST', headers: { 'content-type': 'text/xml' }, body: callXml(method, parameters), signal: AbortSignal.timeout(patience) })
    text = await answer.text()
  } catch (cause) {
    throw new Error('No SAMP hub answers on this machine. Start TOPCAT or Aladin there, with the Web Profile.', { cause })
  }
  const document = new DOMParser().parseFromString(text, 'text/xml')
  if (document.querySelector('fault') !== null) throw new Error(`The SAMP hub refuses: ${memberOf(document, 'faultString') ?? 'it does not say why'}.`)
  return document
}

function callXml(method: string, parameters: readonly Value[]): string {
  return `<?xml version="1.0"?><methodCall><methodName>${method}</methodName><params>${parameters.map((p) => `<param>${valueXml(p)}</param>`).join('')}</params></methodCall>`
}

function valueXml(value: Value): string {
  if (typeof value === 'string') return `<value><string>${value.replace(/[&<>]/g, (c) => `&#${c.charCodeAt(0)};`)}</string></value>`
  return `<value><struct>${Object.entries(value).map(([name, inner]) => `<member><name>${name}</name>${valueXml(inner)}</member>`).join('')}</struct></value>`
}

/** Text of a member of a structure, by its name. */
function memberOf(document: Document, name: string): string | undefined {
  const member = [...document.querySelectorAll('member')].find((m) => m.querySelector('name')?.textContent === name)
  return member?.querySelector('value')?.textContent?.trim()
}
