import type { Quote } from '@heavens/schemas'
import { bandText } from '@heavens/science/energy'

/** A quote for people, on standard output. */
export function printQuote(quote: Quote): void {
  const { target, intervalsUtc, bands } = quote.used
  const out: string[] = []
  if (target) out.push(`${target.name ?? 'target'}  ${target.ra.toFixed(4)} ${target.dec >= 0 ? '+' : ''}${target.dec.toFixed(4)}${target.radius === undefined ? '' : `  within ${target.radius}°`}`)
  for (const [start, stop] of intervalsUtc.slice(0, SHOWN)) out.push(`${start} … ${stop ?? 'as it arrives'}`)
  if (intervalsUtc.length > SHOWN) out.push(`and ${intervalsUtc.length - SHOWN} intervals more`)
  if (bands) out.push(bands.map((band) => bandText(band.eMin, band.eMax)).join(', '))
  for (const one of quote.instruments) {
    const about = one.about ? 'about ' : ''
    out.push('', `${one.id}${one.run === 'main' ? '' : ` (run ${one.run})`}  ${about}${one.events} events, ${about}${Number(one.exposure.toPrecision(6))} s of exposure`, `  gives ${one.products.join(', ')}`)
  }
  for (const one of quote.refused) out.push('', `${one.id}  nothing: ${one.sentence} [${one.code}]`)
  if (quote.cut.length > 0) out.push('', ...quote.cut)
  out.push('', `takes about ${quote.seconds < 1 ? 'a second' : `${Math.round(quote.seconds)} s`}`)
  process.stdout.write(out.join('\n') + '\n')
}

/** Intervals that are listed one by one. */
const SHOWN = 5
