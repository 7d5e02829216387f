import { Item } from '@heavens/schemas'
import { INSTRUMENTS, type SimulatedSky } from '@heavens/instruments'
import { bytesSource, openFits } from '@heavens/science/fits'
import { describe, expect, it } from 'vitest'

const EPOCH = 820_000_000

/** One bright source and one burst, seen from a spacecraft that stands still. */
const sky: SimulatedSky = {
  seed: 1, epoch: EPOCH, sources: [{ name: 'Vela', ra: 128.836, dec: -45.176, gevFlux: 1.1e-5, gevIndex: 1.9 }],
  bursts: (start, stop) => (EPOCH + 20 >= start && EPOCH + 20 < stop ? [{ time: EPOCH + 20, ra: 128.8, dec: -45.2, peakRate: 3000, ePeak: 300, pulses: [{ at: 0, rise: 0.3, decay: 1.2, weight: 1 }] }] : []),
  spacecraft: () => ({ ra: 128.8, dec: -45.2, raX: 38.8, decX: 0, raZenith: 110, decZenith: -20, inSaa: false, radius: 6913 }),
}

describe.each(INSTRUMENTS.filter((instrument) => instrument.simulate).map((instrument) => [instrument.descriptor.id, instrument] as const))('%s', (_, instrument) => {
  it('decodes its files to items as the contract has them', async () => {
    const wrong: string[] = []
    const kinds = new Set<string>()
    for (const { name, bytes, source } of instrument.simulate!(sky, EPOCH, EPOCH + 60)) {
      const file = await openFits(bytesSource(bytes), name)
      let sequence = 0
      for await (const decoded of instrument.decode(file, instrument.recognise(file)!, { rows: 4096, undecodable: (count, reason) => wrong.push(`${name}: ${count} undecodable, ${reason}`), keep: async () => '0'.repeat(64) })) {
        kinds.add(decoded.kind)
        // Bounds and calibration are never late; ingest marks the others.
        const late = decoded.kind === 'ebounds' || decoded.kind === 'calibration' ? {} : { late: false }
        const result = Item.safeParse({ ...decoded, source, sequence: sequence++, ...late })
        if (!result.success) wrong.push(...result.error.issues.map((issue) => `${name}: ${decoded.kind} ${issue.path.join('.')} ${issue.message}`))
      }
    }
    expect(wrong).toEqual([])
    expect([...kinds]).toContain(instrument.descriptor.data)
  })
})
