import { readElements } from './read-elements.js'
import type { NamedPlace } from './name-resolver.js'

const ROOT = /^Sesame\/Target\/Resolver$/

/**
 * The place in an answer of Sesame (CDS) in its XML form (`-ox`):
 *
 *     <Sesame><Target option="SNV"><name>m31</name>
 *       <Resolver name="S=Simbad (…)"> <otype>AGN</otype> <jpos>…</jpos> <jradeg>10.684708</jradeg> <jdedeg>41.26875</jdedeg> <oname>M  31</oname> … </Resolver>
 *     </Target></Sesame>
 *
 * `jradeg`, `jdedeg` are ICRS degrees. The first resolver with a position counts; one that found nothing has an INFO and no position, and where
 * none did the INFO may stand in the target. VizieR writes catalogues in braces: `{HIP} 123`.
 *
 * @returns undefined where no resolver knows the name
 * @throws Error with the reason where it is no such answer
 */
export function parseSesame(document: string, asked: string): NamedPlace | undefined {
  const elements = readElements(document)
  if (elements.at(-1)!.path !== 'Sesame') throw new Error('it is no answer of Sesame')
  if (!elements.some(({ path }) => path === 'Sesame/Target')) throw new Error('it names no target')
  let from = 0
  for (const [k, { path, attributes }] of elements.entries()) {
    if (!ROOT.test(path)) continue
    // Elements come as they end: what lies between this resolver and the one before is in it.
    const own = new Map(elements.slice(from, k).toReversed().map((e) => [e.path.slice(path.length + 1), e.text.trim()]))
    from = k + 1
    const [ra, dec] = [own.get('jradeg'), own.get('jdedeg')]
    if (ra === undefined && dec === undefined) continue
    return { name: (own.get('oname') ?? '').replace(/[{}]/g, '').replace(/\s+/g, ' ').trim().slice(0, 100) || asked, ra: degrees(ra, 0, 360), dec: degrees(dec, -90, 90), type: (own.get('otype') ?? '').slice(0, 40), resolver: whoIn(attributes) }
  }
  return undefined
}

function degrees(text: string | undefined, low: number, high: number): number {
  const value = text === undefined || text === '' ? NaN : Number(text)
  if (!(value >= low && value <= high)) throw new Error(`its position ${JSON.stringify((text ?? '').slice(0, 40))} is not between ${low} and ${high} degrees`)
  return value
}

/** `S=Simbad (CDS, via client/server)` → `Simbad`. */
function whoIn(attributes: string): string {
  const name = /\bname\s*=\s*(?:"([^"]*)"|'([^']*)')/.exec(attributes)
  return (name?.[1] ?? name?.[2] ?? '').replace(/^\w+=/, '').replace(/\s*\(.*$/s, '').replace(/[^\w .:/-]/g, '').trim().slice(0, 40)
}
