import type { ReplaySummary } from '@heavens/schemas'
import { bandText } from '@heavens/science/energy'

/** The summary of a replay for people, on standard output. */
export function printSummary(summary: ReplaySummary, data: string | undefined): void {
  const out: string[] = [`${summary.events} events in ${summary.items} items, ${summary.seconds.toFixed(2)} s`]
  const losses = Object.entries(summary.ledger).filter(([, n]) => n > 0)
  out.push(losses.length ? `ledger: ${losses.map(([name, n]) => `${name} ${n}`).join(', ')}` : 'ledger: nothing lost, doubled or late')
  for (const i of summary.instruments) {
    out.push('', `${i.id}  ${i.start} … ${i.stop}`)
    out.push(`  groups  ${i.groups.map((g) => `${g.id} ${g.events}`).join('  ')}`)
    for (const b of i.bands) if (b.counts > 0) out.push(`  ${b.id.padEnd(12)} ${String(b.counts).padStart(12)} counts in ${bandText(b.eMin, b.eMax)}`)
  }
  for (const image of summary.images) {
    if (image.peak) out.push(`  image ${image.instrument} ${image.band}: ${image.counts} events, brightest at (${image.peak.ra.toFixed(2)}, ${image.peak.dec.toFixed(2)}) with ${image.peak.counts}`)
  }
  out.push('', summary.candidates.length === 0 ? 'no candidates' : `${summary.candidates.length} candidate${summary.candidates.length > 1 ? 's' : ''}`)
  for (const c of summary.candidates) {
    out.push(`  ${c.time}  ${c.significance.toFixed(1)} σ  ${c.class ?? ''}  ${c.instrument} ${c.groups.join(' ')}  ${c.band}  until ${c.stop}  ${c.id}`)
  }
  if (data) out.push('', `kept in ${data}: heavens up --data ${data} shows it, heavens analyse --data ${data} works on it`)
  process.stdout.write(out.join('\n') + '\n')
}
