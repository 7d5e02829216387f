/** One element of an XML document: where it is (names from the root, `/` between), its attributes as written, and the text directly in it. */
export interface XmlElement {
  path: string
  attributes: string
  text: string
}

/** Elements that are taken at most, and how deep. */
const MOST = 10_000
const DEEPEST = 20

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/**
 * The elements of an XML document, in the order in which they end. Only what a small answer of a program needs: a document type is refused, and so is
 * every entity but the five of XML itself and characters by number, so that nothing expands and nothing is fetched.
 *
 * @throws Error with the reason: not well-formed, a document type, an entity, too many or too deep
 */
export function readElements(document: string): XmlElement[] {
  const open: (XmlElement & { name: string })[] = []
  const done: XmlElement[] = []
  // Comment, CDATA, instruction, declaration, end, start, text: in turn, each without a choice that could be tried twice.
  const token = /<!--[\s\S]*?-->|<!\[CDATA\[([\s\S]*?)\]\]>|<\?[\s\S]*?\?>|<!([A-Za-z]*)|<\/([^\s<>/]+)\s*>|<([^\s<>/!?]+)((?:[^<>"'/]|"[^"<]*"|'[^'<]*')*)(\/?)>|([^<]+)/y
  while (token.lastIndex < document.length) {
    const at = token.lastIndex
    const found = token.exec(document)
    if (found === null) throw new Error(`it is not well-formed XML at character ${at}`)
    const [whole, data, declaration, ended, begun, attributes = '', empty, text] = found
    const top = open.at(-1)
    if (declaration !== undefined) throw new Error('it declares a document type or entities')
    if (ended !== undefined) {
      if (top?.name !== ended) throw new Error(`it is not well-formed XML: ${ended.slice(0, 40)} ends and was not begun`)
      open.pop()
      done.push({ path: top.path, attributes: top.attributes, text: top.text })
    } else if (begun !== undefined) {
      if (top === undefined && done.length > 0) throw new Error('it is not well-formed XML: it has two roots')
      if (open.length >= DEEPEST || done.length + open.length >= MOST) throw new Error('it has more elements than an answer needs')
      const element = { name: begun, path: top === undefined ? begun : `${top.path}/${begun}`, attributes, text: '' }
      if (empty === '/') done.push({ path: element.path, attributes, text: '' })
      else open.push(element)
    } else if (data !== undefined || text !== undefined) {
      if (top !== undefined) top.text += data ?? unescaped(text!)
      else if (whole.trim() !== '' && whole.trim() !== '\uFEFF') throw new Error('it is not XML')
    }
  }
  if (open.length > 0) throw new Error(`it is cut short within ${open.at(-1)!.path.slice(0, 80)}`)
  if (done.length === 0) throw new Error('it is empty')
  return done
}

function unescaped(text: string): string {
  return text.replace(/&(?:#x([\da-fA-F]{1,6})|#(\d{1,7})|(\w+))?;?/g, (whole, hex: string | undefined, decimal: string | undefined, name: string | undefined) => {
    const code = hex !== undefined ? Number.parseInt(hex, 16) : decimal !== undefined ? Number(decimal) : undefined
    if (whole.endsWith(';') && code !== undefined && code > 0 && code <= 0x10ffff) return String.fromCodePoint(code)
    const known = whole.endsWith(';') && name !== undefined && Object.hasOwn(NAMED, name) ? NAMED[name] : undefined
    if (known === undefined) throw new Error(`it uses the entity ${whole.slice(0, 40)}`)
    return known
  })
}
