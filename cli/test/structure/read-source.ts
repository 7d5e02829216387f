/** What a source file imports. */
export interface Import {
  specifier: string
  /** erased by the compiler: `import type`, `export type` */
  typeOnly: boolean
}

/** An opening "/" after one of these begins a regular expression, not a division. */
const BEFORE_REGEX = /(?:^|[(,=:[!&|?{};+\-*%<>~^]|\b(?:return|typeof|case|in|of))\s*$/

/** What may begin a comment, a text, a regular expression or a block. */
const SPECIAL = /['"`/{}]/

/**
 * The text of a TypeScript or JavaScript file with comments blanked out (newlines kept, so that line numbers hold), and the
 * contents of its strings and template texts beside it. A scanner, not a parser: regular expressions are told from divisions
 * by what stands before them.
 */
export function scan(text: string): { code: string; strings: { value: string; line: number }[] } {
  const strings: { value: string; line: number }[] = []
  let code = ''
  let line = 1
  let at = 0
  // For each template that is open: how many braces are open inside its ${…}.
  const templates: number[] = []
  const take = (end: number, blank: boolean): void => {
    const part = text.slice(at, end)
    code += blank ? part.replace(/[^\n]/g, ' ') : part
    line += part.split('\n').length - 1
    at = end
  }
  const takeTemplate = (from: number): void => {
    let end = from
    while (end < text.length && text[end] !== '`' && !(text[end] === '$' && text[end + 1] === '{')) end += text[end] === '\\' ? 2 : 1
    strings.push({ value: text.slice(from, end), line })
    if (text[end] === '`') {
      templates.pop()
      take(end + 1, false)
    } else {
      templates[templates.length - 1] = 0
      take(end + 2, false)
    }
  }
  while (at < text.length) {
    const c = text[at]!
    const two = text.slice(at, at + 2)
    if (two === '//') take(ending(text.indexOf('\n', at), text), true)
    else if (two === '/*') take(ending(text.indexOf('*/', at + 2), text, 2), true)
    else if (c === "'" || c === '"') {
      let end = at + 1
      while (end < text.length && text[end] !== c && text[end] !== '\n') end += text[end] === '\\' ? 2 : 1
      strings.push({ value: text.slice(at + 1, end), line })
      take(end + 1, false)
    } else if (c === '`') {
      templates.push(0)
      takeTemplate(at + 1)
    } else if (c === '/' && BEFORE_REGEX.test(code.slice(-40))) {
      let end = at + 1
      let set = false
      while (end < text.length && text[end] !== '\n' && (set || text[end] !== '/')) {
        if (text[end] === '\\') end++
        else if (text[end] === '[') set = true
        else if (text[end] === ']') set = false
        end++
      }
      take(end + 1, false)
    } else if (templates.length > 0 && (c === '{' || c === '}')) {
      const open = templates.at(-1)!
      if (c === '}' && open === 0) takeTemplate(at + 1)
      else {
        templates[templates.length - 1] = open + (c === '{' ? 1 : -1)
        take(at + 1, false)
      }
    } else {
      const next = text.slice(at + 1).search(SPECIAL)
      take(next < 0 ? text.length : at + 1 + next, false)
    }
  }
  return { code, strings }
}

function ending(index: number, text: string, extra = 0): number {
  return index < 0 ? text.length : index + extra
}

/** Everything a file imports, statically or by `import()`. */
export function importsOf(text: string): Import[] {
  const { code } = scan(text)
  const imports: Import[] = []
  for (const match of code.matchAll(/(?:^|[\n;])\s*(?:import|export)\s+(type\s+)?(?:[\w*\s{},$]*?\s*from\s*)?['"]([^'"]+)['"]/g)) imports.push({ specifier: match[2]!, typeOnly: match[1] !== undefined })
  for (const match of code.matchAll(/\bimport\s*\(\s*['"]([^'"]+)['"]/g)) imports.push({ specifier: match[1]!, typeOnly: false })
  return imports
}
