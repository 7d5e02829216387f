/** A time with a date in it, as people and headers write it. */
const ISO = /\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?Z?/g

/**
 * Intervals in pasted text, one on each line: two times with a blank, comma, semicolon, slash, tab or `to` between them; a line with one
 * time has an open end. Lines that begin with # are remarks. What is no time is not judged here: it is shown as it came, and the check says so.
 *
 * @returns nothing for a text without a line
 */
export function pastedIntervals(text: string): { start: string; stop: string }[] {
  return text.split(/\r?\n/).map((line) => line.trim()).filter((line) => line && !line.startsWith('#')).map((line) => {
    const dates = line.match(ISO)
    if (dates) return { start: dates[0].replace(' ', 'T'), stop: dates[1]?.replace(' ', 'T') ?? '' }
    const [start = '', stop = ''] = line.replaceAll('−', '-').split(/\s*(?:[,;/|]|\bto\b|…|\.\.)\s*|\s+/).filter(Boolean)
    return { start, stop }
  })
}
