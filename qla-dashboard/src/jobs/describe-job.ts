import type { Job } from '@heavens/schemas'

/** What people call an analysis: its label, else its target, else its first instrument. */
export function describeJob({ label, used }: Pick<Job, 'label' | 'used'>): string {
  if (label) return label
  const target = used?.target
  if (target) return target.name ?? `${target.ra.toFixed(2)} ${target.dec.toFixed(2)}`
  return used?.instruments.map((i) => i.id).join(', ') || 'Analysis'
}
